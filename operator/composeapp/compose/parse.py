"""
PARSE: the phases of the language, in order.

::

    text ─ yaml.read_all ─┐
    mapping ──────────────┴─ assemble ─ defaults ─ profiles ─► Document ─ checks ─ the caller's judge

Each phase says all that it finds; what it refuses, the next one never sees.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from composeapp.compose import checks, schema
from composeapp.compose.assemble import Assembler, Scope
from composeapp.compose.defaults import complete
from composeapp.compose.document import Document
from composeapp.compose.files import Files
from composeapp.compose.findings import Findings
from composeapp.compose.profiles import select
from composeapp.compose.project_name import with_project_name
from composeapp.compose.variables import Variables
from composeapp.compose.yaml import Source, read_all
from composeapp.problems import Problem, Report

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
    files: Files | None = None
    """Where other files are read that the document names; without it none may be named."""


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
    assembled = assemble(sources, project)
    return assembled.document, assembled.warnings


@dataclass(frozen=True, slots=True)
class Assembled:
    """
    A good document.

    ``values`` is what its author wrote, merged and in long form; ``sources`` are all documents that were read.
    ``included_variables`` are the values that included documents alone give a variable.
    """

    document: Document
    values: Mapping[str, Any]
    variables: Variables
    sources: tuple[Source, ...]
    included_variables: Mapping[str, Collection[str]]
    warnings: Warnings = ()


def assemble(sources: tuple[Source, ...], project: Project) -> Assembled:
    """
    Take documents, later ones over earlier ones, through all phases.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    found = Findings()
    documents = (source.value for source in sources)
    variables = with_project_name(project.variables, project.secret_variables, documents, project.name)
    assembler = Assembler(found, project.files)
    merged = assembler.assembled(sources, Scope(variables))
    with found.phase(*assembler.sources) as report:
        lacks_something = schema.complete(merged, report)
        checks.check_merged(merged, report)
    if lacks_something:
        found.raise_problems()
    with found.phase(*assembler.sources) as report:
        filled = select(complete(merged, variables, report), project.profiles)
        document = Document.model_validate(_known(filled), strict=False)
        checks.check(document, project.images, report)
        if project.judge:
            project.judge(merged, document, report)
    found.raise_problems()
    included = assembler.included_variables
    return Assembled(document, merged, variables, tuple(assembler.sources), included, found.warnings)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what has done its work."""
    return {key: value for key, value in values.items() if key not in ("version", "include")}
