"""
PARSE: the phases of the language, in order.

::

    text ─ yaml.read_all ─┐
    mapping ──────────────┴─ each: interpolate ─ schema ─ canonical ─ extends
                             all:  merge ─ support ─ defaults ─ profiles ─► Document ─ checks

Each phase says all that it finds; what it refuses, the next one never sees.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from composeapp.compose import checks, extends, schema
from composeapp.compose.canonical import canonical
from composeapp.compose.defaults import complete
from composeapp.compose.document import Document
from composeapp.compose.interpolate import interpolate
from composeapp.compose.merge import merge, unique, without
from composeapp.compose.profiles import select
from composeapp.compose.project_name import with_project_name
from composeapp.compose.promote import promote
from composeapp.compose.variables import Variables
from composeapp.compose.yaml import Source, read_all
from composeapp.problems import InvalidDocumentError, Position, Problem, Report

_START: Final = Position(1, 1)

MOST_ENTRIES: Final[Mapping[str, int]] = MappingProxyType({"services": 256, "models": 64})
"""As in the ComposeApp definition, which sees only documents that are not in ``composeFile``."""

Warnings = tuple[Problem, ...]


Judge: TypeAlias = Callable[[Mapping[str, Any], Document, Report], None]


@dataclass(frozen=True, slots=True)
class Project:
    """
    What a document is read with.

    ``variables`` are what ``${NAME}`` may name. Of ``secret_variables`` nobody here knows the value: a token
    (:mod:`composeapp.compose.secret_variables`) stands for it in ``Service.environment``, the only place where
    it may, unless ``variables`` has the value as well for all others. ``name`` is the project's where no
    document has one. ``profiles`` say which services take part. ``images`` (service → reference) stand in for
    an ``image`` or a ``build``; they do not replace ``Service.image``.
    ``judge`` sees what the author wrote, merged and in long form, and the Document: not all that Compose
    understands is something that its caller can do.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    secret_variables: Collection[str] = frozenset()
    name: str = ""
    profiles: Collection[str] = ()
    images: Mapping[str, str] = field(default_factory=dict)
    judge: Judge | None = None


_PLAIN: Final = Project()


def parse_text(*texts: str, project: Project = _PLAIN) -> tuple[Document, Warnings]:
    """
    Parse the texts of one or several files, later ones over earlier ones; problems carry line and column.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    sources = tuple(source for text in texts for source in read_all(text))
    return _parse(sources or (Source(None, {}),), project)


def parse(raw: Any, project: Project = _PLAIN) -> tuple[Document, Warnings]:
    """
    Parse a document that is already a mapping, as the API server hands it out; it is not changed.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    return _parse((Source(raw, {}),), project)


def _parse(sources: tuple[Source, ...], project: Project) -> tuple[Document, Warnings]:
    found = _Findings()
    documents = (source.value for source in sources)
    variables = with_project_name(project.variables, project.secret_variables, documents, project.name)
    merged: Any = {}
    for source in sources:
        layer = _layer(source, variables, found, is_partial=len(sources) > 1)
        merged = unique(merge(without(merged, source.removed), layer))
    with found.phase(*sources) as report:
        lacks_something = schema.complete(merged, report)
        checks.check_merged(merged, report)
    if lacks_something:
        found.raise_problems()
    with found.phase(*sources) as report:
        filled = select(complete(merged, variables, report), project.profiles)
        document = Document.model_validate(_known(filled), strict=False)
        checks.check(document, project.images, report)
        if project.judge:
            project.judge(merged, document, report)
    found.raise_problems()
    return document, _in_order(found.warnings)


def _layer(source: Source, variables: Variables, found: _Findings, *, is_partial: bool) -> dict[str, Any]:
    """Take one document through the phases that need no other one."""
    with found.phase(source) as report:
        _check_outline(source.value, report)
    found.raise_problems()
    with found.phase(source) as report:
        values = interpolate(source.value, variables, report)
    found.raise_problems()
    promote(values)
    with found.phase(source) as report:
        schema.check(values, report, partial=is_partial or _extends_something(values))
    found.raise_problems()
    with found.phase(source) as report:  # what is wrong here hides nothing of what comes after
        return extends.apply(canonical(values, report), report, removed=source.removed)


class _Findings:
    """Problems and warnings of all phases so far, each at its place in the text."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    @contextlib.contextmanager
    def phase(self, *sources: Source) -> Iterator[Report]:
        """Take what a phase reports."""
        report = Report()
        yield report
        self.problems.extend(_located(report.problems, sources))
        self.warnings.extend(_located(report.warnings, sources))

    def raise_problems(self) -> None:
        """
        End here if anything is wrong.

        Raises:
            InvalidDocumentError: with every problem so far.

        """
        if self.problems:
            raise InvalidDocumentError(_in_order(self.problems), _in_order(self.warnings))


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what has done its work."""
    return {key: value for key, value in values.items() if key not in ("version", "include")}


def _extends_something(values: Mapping[str, Any]) -> bool:
    services = values.get("services")
    return isinstance(services, Mapping) and any(
        isinstance(service, Mapping) and "extends" in service for service in services.values()
    )


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


def _located(problems: Collection[Problem], sources: Collection[Source]) -> Warnings:
    """Add the place in the last document that has one."""
    return _in_order([replace(problem, position=_position(problem, sources)) for problem in problems])


def _position(problem: Problem, sources: Collection[Source]) -> Position | None:
    exact = [source.positions[problem.path] for source in sources if problem.path in source.positions]
    near = [source.position(problem.path) for source in sources]
    return (exact or near)[-1]


def _in_order(problems: Collection[Problem]) -> Warnings:
    """Put problems into the order of the text."""
    return tuple(sorted(problems, key=lambda problem: problem.position or _START))
