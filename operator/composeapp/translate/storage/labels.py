"""Labels of volumes and configs: Docker gives them any form, so they become annotations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from composeapp.problems import Path, Report

_KEY: Final = re.compile(r"([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?")
_RESERVED: Final = re.compile(r"(.*\.)?(kubernetes\.io|k8s\.io|composeapp\.dev)/.*")
"""Controllers act on these: a claim's annotation may choose its class, or say that it is bound."""


def as_annotations(labels: Mapping[str, str], path: Path, report: Report) -> dict[str, str]:
    """Return the labels that can be annotations; of the others the author is told."""
    kept = {}
    for key, value in sorted(labels.items()):
        if _RESERVED.fullmatch(key):
            report.problem((*path, key), "is an annotation on which Kubernetes acts, not a label", "remove it")
        elif not _KEY.fullmatch(key):
            message = "left out: an annotation's key is a name of up to 63 letters, digits, '-', '_' and '.'"
            report.warning((*path, key), message, "rename it if something in the cluster reads it")
        else:
            kept[key] = value
    return kept
