"""
SCHEMA: which keys there are and what type each value has, as tables in JSON Schema's terms.

The tables (:mod:`composeapp.compose.schema.document`) are checked by :mod:`jsonschema`; its errors
are said again in Compose's words. A mapping that is merged with others later may still lack what it
requires: :func:`complete` looks for that at the end.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from composeapp.compose.paths import fits, places
from composeapp.compose.schema.document import DOCUMENT, TABLES
from composeapp.compose.schema.terms import NAME
from composeapp.compose.schema.words import compose_path, described, sentence
from composeapp.problems import Path, Report

__all__ = ["DOCUMENT", "NAME", "TABLES", "check", "complete", "compose_path", "suggest"]

REQUIRED: Final[Mapping[Path, tuple[str, ...]]] = MappingProxyType(
    {
        ("models", "*"): ("model",),
        ("jobs", "*"): ("triggers",),
        ("services", "*", "provider"): ("type",),
        ("services", "*", "depends_on", "*"): ("condition",),
        ("services", "*", "ulimits", "*"): ("soft", "hard"),
    }
)
"""Mappings that are merged → what they must have in the end."""

_MOST_SUGGESTIONS: Final = 20
_LONGEST_SUGGESTED: Final = 40
"""Looking for similar words is slow: a document full of nonsense gets no more than this."""


def check(raw: Any, report: Report, schema: Mapping[str, Any] = DOCUMENT, *, partial: bool = False) -> None:
    """
    Report every value that the schema refuses, in Compose's words without its ``validating FILE:``.

    ``partial`` documents are merged with others before anybody asks for what is required.
    """
    errors = [_most_specific(error) for error in _validator(schema).iter_errors(raw)]
    with_unknown_keys = {tuple(error.absolute_path) for error in errors if error.validator == "additionalProperties"}
    unknown_keys = _UnknownKeys(report)
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            unknown_keys.tell(error, path)
        elif error.validator == "required" and (path in with_unknown_keys or (partial and _is_merged(path))):
            continue
        else:
            report.problem(path, described(error, path), says_where=True)


def complete(merged: Any, report: Report) -> bool:
    """Report what mappings still lack when nothing more is merged into them; return whether there is any."""
    before = len(report.problems)
    for pattern, required in REQUIRED.items():
        for path, mapping in places(merged, pattern):
            missing = [key for key in required if isinstance(mapping, Mapping) and key not in mapping]
            if missing and "single" not in mapping:
                report.problem(path, sentence(path, f"missing property '{missing[0]}'"), says_where=True)
    return len(report.problems) > before


def suggest(word: str, known: Iterable[str]) -> str:
    """Guess what was meant: ``did you mean 'models'?``, or nothing."""
    close = difflib.get_close_matches(word, known, n=1) if len(word) <= _LONGEST_SUGGESTED else []
    return f"did you mean '{close[0]}'?" if close else ""


@cache
def _compiled() -> Draft202012Validator:
    return Draft202012Validator(DOCUMENT)


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return _compiled() if schema is DOCUMENT else Draft202012Validator(schema)


def _is_merged(path: Path) -> bool:
    return any(fits(path, pattern) for pattern in REQUIRED)


def _most_specific(error: ValidationError) -> ValidationError:
    """Of the alternatives that all failed take the one that failed deepest inside, else the first."""
    causes = [_most_specific(cause) for cause in error.context or ()]
    return max(causes, key=_specificity) if causes else error


def _specificity(error: ValidationError) -> int:
    return len(error.absolute_path) + (error.validator == "additionalProperties")


class _UnknownKeys:
    """Tells of unknown keys, one by one, and guesses what the first ones should have been."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._count = 0

    def tell(self, error: ValidationError, path: Path) -> None:
        schema: Any = error.schema
        for key in _unknown_keys(error.instance, schema):
            self._count += 1
            hint = suggest(key, schema.get("properties", ())) if self._count <= _MOST_SUGGESTIONS else ""
            words = sentence(path, f"additional properties '{key}' not allowed")
            self._report.problem((*path, key), words, hint, says_where=True)


def _unknown_keys(instance: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", ())]
    known = schema.get("properties", ())
    for key in sorted(instance):
        if key not in known and not any(pattern.search(key) for pattern in patterns):
            yield key
