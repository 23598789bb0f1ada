"""
PARSE: the phases of the language, in order.

::

    text ─ yaml.read ─┐
    mapping ──────────┴─ interpolate ─ schema + support ─ canonical + checks ─► Document

Each phase says all that it finds; what it refuses, the next one never sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from composeapp.compose import checks, schema, support
from composeapp.compose.canonical import canonical
from composeapp.compose.document import Document
from composeapp.compose.interpolate import interpolate
from composeapp.compose.yaml import Source, read
from composeapp.problems import InvalidDocumentError, Position, Problem, Report

_NONE: Final[Mapping[str, str]] = MappingProxyType({})

_START: Final = Position(1, 1)

MOST_ENTRIES: Final[Mapping[str, int]] = MappingProxyType({"services": 256, "models": 64})
"""As in the ComposeApp definition, which sees only documents that are not in ``composeFile``."""

Warnings = tuple[Problem, ...]


def parse_text(
    text: str, *, variables: Mapping[str, str] = _NONE, images: Mapping[str, str] = _NONE
) -> tuple[Document, Warnings]:
    """
    Parse the text of a compose.yaml; problems and warnings carry line and column.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    source = read(text)
    try:
        document, warnings = parse(source.value, variables=variables, images=images)
    except InvalidDocumentError as error:
        raise InvalidDocumentError(_located(error.problems, source), _located(error.warnings, source)) from None
    return document, _located(warnings, source)


def parse(
    raw: Any, *, variables: Mapping[str, str] = _NONE, images: Mapping[str, str] = _NONE
) -> tuple[Document, Warnings]:
    """
    Parse a document that is already a mapping, as the API server hands it out; it is not changed.

    ``variables`` are what ``${NAME}`` may name. ``images`` (service → reference) stand in for an
    ``image`` or a ``build``; they do not replace ``Service.image`` here.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    report = Report()
    _check_outline(raw, report)
    report.raise_problems()
    values = interpolate(raw, variables, report)
    report.raise_problems()
    schema.check(values, report)
    support.check(values, report)
    report.raise_problems()
    settled = canonical(values, variables, report)
    document = Document.model_validate(settled, strict=False)
    checks.check(document, values, images, report)
    report.raise_problems()
    return document, tuple(report.warnings)


def _check_outline(raw: Any, report: Report) -> None:
    if raw is None or (isinstance(raw, Mapping) and not raw.keys() - {"version"}):
        report.problem((), "empty compose file", "it needs services, models or both")
    elif not isinstance(raw, Mapping):
        report.problem((), "top-level object must be a mapping", "it needs services, models or both")
    else:
        for key, most in MOST_ENTRIES.items():
            count = len(raw[key]) if isinstance(raw.get(key), Mapping) else 0
            if count > most:
                report.problem((key,), f"{count} {key}; an app may have at most {most}", "make several apps of it")


def _located(problems: Warnings, source: Source) -> Warnings:
    """Add places, and put the problems into the order of the text."""
    located = [replace(problem, position=source.position(problem.path)) for problem in problems]
    return tuple(sorted(located, key=lambda problem: problem.position or _START))
