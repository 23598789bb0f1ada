"""What a document must be before anything in it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from composeapp.problems import Report

MOST_ENTRIES: Final[Mapping[str, int]] = MappingProxyType({"services": 256, "models": 64})
"""As in the ComposeApp definition, which sees only documents that are not in ``composeFile``."""


def check_outline(raw: Any, report: Report) -> None:
    """Report a document that is none, or too large."""
    if raw is None or (isinstance(raw, Mapping) and not raw.keys() - {"version"}):
        report.problem((), "empty compose file", "it needs services, models or both")
    elif not isinstance(raw, Mapping):
        report.problem((), "top-level object must be a mapping", "it needs services, models or both")
    else:
        for key, most in MOST_ENTRIES.items():
            count = len(raw[key]) if isinstance(raw.get(key), Mapping) else 0
            if count > most:
                report.problem((key,), f"{count} {key}; an app may have at most {most}", "make several apps of it")
