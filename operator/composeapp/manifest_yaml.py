"""Manifests as a YAML stream that every reader, of YAML 1.1 or 1.2, takes for the same values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from composeapp.compose.scalars import YAML_1_1_BOOLEANS, resolve
from composeapp.plan import Manifest

_PORTS: Final = re.compile(r"\d+(:\d+)+")
"""Some of them are numbers to the base of sixty in YAML 1.1 (``22:22``); people quote all of them."""


class _Dumper(yaml.SafeDumper):
    """Quotes what PyYAML reads as text but kubectl does not: ``08``, ``1e3``, ``0o17``, ``-.5``, ``y``."""

    def ignore_aliases(self, data: object) -> bool:
        """Write a repeated mapping out: people read this."""
        del data
        return True


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    if resolve(text) != text or text in YAML_1_1_BOOLEANS or _PORTS.fullmatch(text):
        return "'"
    if not text.replace("\n", "").isprintable():
        return '"'
    return "|" if "\n" in text else None


_Dumper.add_representer(str, _string)


def to_yaml(manifests: Iterable[Manifest]) -> str:
    """Write manifests as one YAML stream, keys in the order of the manifest, no line folded."""
    return _dumped(manifests, explicit_start=True)


def document_to_yaml(document: Mapping[str, Any]) -> str:
    """Write one document in the same manner, without the line that would begin it in a stream."""
    return _dumped([document], explicit_start=False)


def _dumped(documents: Iterable[Mapping[str, Any]], *, explicit_start: bool) -> str:
    return yaml.dump_all(
        documents,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        explicit_start=explicit_start,
        width=math.inf,
        default_flow_style=False,
    )
