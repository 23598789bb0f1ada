"""
The ``.spec`` of a ComposeApp → the Compose document in it, and the few keys beside it that are ours.

The document is either the text ``composeFile`` or the other keys themselves. Those went through the
author's client first, which read them as YAML 1.1: what that may have changed is warned of here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from composeapp.compose import schema
from composeapp.compose.document import Document
from composeapp.compose.document.base import EXTENSION
from composeapp.compose.parse import Judge, Project, parse, parse_text
from composeapp.compose.scalars import go_text
from composeapp.compose.schema.document import TOP_LEVEL
from composeapp.plan import VolumesOnDelete
from composeapp.problems import InvalidDocumentError, Path, Problem, Report

COMPOSE_FILE: Final = "composeFile"

_TEXT_MAP: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_PULL_SECRET: Final = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
OPTIONS: Final[Mapping[str, Any]] = {
    COMPOSE_FILE: {"type": "string"},
    "variables": _TEXT_MAP,
    "images": _TEXT_MAP,
    "profiles": {"type": "array", "items": {"type": "string"}},
    "imagePullSecrets": {"type": "array", "items": _PULL_SECRET},
    "suspend": {"type": "boolean"},
    "volumesOnDelete": {"enum": ["Retain", "Delete"]},
}
"""Our keys and their types; camelCase, so that none can collide with Compose."""
NOT_YET: Final[Mapping[str, str]] = {
    "variablesFrom": "write the values into variables (not secret ones: who reads the resource reads them)",
}
"""Our keys that later versions will know → what to do until then."""

_TRAP_HINT: Final = "kubectl reads a bare yes, on or y as true: quote the value, or use composeFile, which is exact"


@dataclass(frozen=True, slots=True)
class Options:
    """What a ComposeApp says beside its document."""

    images: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Service → image reference that replaces the document's ``image`` or ``build``."""
    image_pull_secrets: tuple[str, ...] = ()
    suspend: bool = False
    volumes_on_delete: VolumesOnDelete = "Retain"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A good spec."""

    document: Document
    options: Options
    warnings: tuple[Problem, ...] = ()


def parse_spec(spec: Mapping[str, Any], judge: Callable[[Mapping[str, str]], Judge]) -> Parsed:
    """
    Parse the ``.spec`` of a ComposeApp; paths in problems and warnings begin below it.

    ``judge`` makes of the ``images`` what says which part of the language can be used.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    _check_options(spec)
    options = Options(
        images=spec.get("images", {}),
        image_pull_secrets=tuple(dict.fromkeys(secret["name"] for secret in spec.get("imagePullSecrets", ()))),
        suspend=spec.get("suspend", False),
        volumes_on_delete=spec.get("volumesOnDelete", "Retain"),
    )
    project = Project(
        variables=spec.get("variables", {}),
        profiles=tuple(spec.get("profiles", ())),
        images=options.images,
        judge=judge(options.images),
    )
    if COMPOSE_FILE in spec:
        document, warnings = _parse_file(spec[COMPOSE_FILE], project)
    else:
        document, warnings = _parse_inline(_inline(spec), project)
    _check_images(document, options.images, warnings)
    return Parsed(document, options, warnings)


def _inline(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in OPTIONS}


def _check_options(spec: Mapping[str, Any]) -> None:
    report = Report()
    known = {**TOP_LEVEL, **OPTIONS, **NOT_YET}
    for key in spec:
        if key in NOT_YET:
            report.problem((key,), "not supported yet", NOT_YET[key])
        elif key not in known and not key.startswith(EXTENSION):
            words = f"additional properties '{key}' not allowed"
            report.problem((key,), words, schema.suggest(key, known), says_where=True)
    schema.check({key: spec[key] for key in OPTIONS if key in spec}, report, {"type": "object", "properties": OPTIONS})
    beside = [key for key in _inline(spec) if key in TOP_LEVEL]
    if COMPOSE_FILE in spec and beside:
        report.problem(
            (COMPOSE_FILE,),
            f"it holds the whole document, but {', '.join(beside)} stands beside it",
            "keep one of the two",
        )
    report.raise_problems()


def _parse_file(text: str, project: Project) -> tuple[Document, tuple[Problem, ...]]:
    try:
        document, warnings = parse_text(text, project=project)
    except InvalidDocumentError as error:
        raise InvalidDocumentError(_under_file(error.problems), _under_file(error.warnings)) from None
    return document, _under_file(warnings)


def _under_file(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem.under(COMPOSE_FILE) for problem in problems)


def _parse_inline(raw: Mapping[str, Any], project: Project) -> tuple[Document, tuple[Problem, ...]]:
    traps = tuple(_client_traps(raw))
    try:
        document, warnings = parse(raw, project)
    except InvalidDocumentError as error:
        problems = tuple(_with_trap_hint(problem, raw) for problem in error.problems)
        raise InvalidDocumentError(problems, (*error.warnings, *traps)) from None
    return document, (*warnings, *traps)


def _client_traps(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """
    Warn of environment values that may have been written otherwise.

    Integers are not among them: clients that read YAML 1.1 and Compose make the same text of them.
    """
    for path, value in _environment_values(raw):
        if isinstance(value, bool):
            yield Problem(path, f'the boolean {go_text(value)} becomes the text "{go_text(value)}"', _TRAP_HINT)
        elif isinstance(value, float):
            text = go_text(value)
            yield Problem(
                path, f'the number becomes the text "{text}"', "quote it if it was written otherwise, as 1.10 is"
            )


def _environment_values(raw: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    services = raw.get("services")
    for name, service in services.items() if isinstance(services, Mapping) else ():
        environment = service.get("environment") if isinstance(service, Mapping) else None
        for key, value in environment.items() if isinstance(environment, Mapping) else ():
            yield ("services", name, "environment", key), value


def _with_trap_hint(problem: Problem, raw: Any) -> Problem:
    """A boolean where Compose wants a text was probably a word."""
    value = raw
    for part in problem.path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return problem
    return replace(problem, hint=problem.hint or _TRAP_HINT) if isinstance(value, bool) else problem


def _check_images(document: Document, images: Mapping[str, str], warnings: tuple[Problem, ...]) -> None:
    unknown = tuple(
        Problem(("images", name), f'there is no service "{name}"', schema.suggest(name, document.services))
        for name in images
        if name not in document.services
    )
    if unknown:
        raise InvalidDocumentError(unknown, warnings)
