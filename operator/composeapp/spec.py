"""
The ``.spec`` of a ComposeApp → the Compose document in it, and the few keys beside it that are ours.

The document is either the text ``composeFile`` or the other keys themselves. Those went through the
author's client first, which read them as YAML 1.1: what that may have changed is warned of here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from composeapp import variables_from
from composeapp.compose import schema
from composeapp.compose.document import Document
from composeapp.compose.document.base import EXTENSION
from composeapp.compose.parse import Judge, Project, parse, parse_text
from composeapp.compose.paths import at
from composeapp.compose.schema.document import TOP_LEVEL
from composeapp.inline_traps import BOOLEAN_HINT, inline_traps
from composeapp.plan import SecretKey, VolumesOnDelete
from composeapp.problems import InvalidDocumentError, Problem, Report
from composeapp.variables_from import NO_CONFIG_MAPS, ConfigMaps

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
    variables_from.KEY: variables_from.SCHEMA,
    "images": _TEXT_MAP,
    "profiles": {"type": "array", "items": {"type": "string"}},
    "imagePullSecrets": {"type": "array", "items": _PULL_SECRET},
    "suspend": {"type": "boolean"},
    "volumesOnDelete": {"enum": ["Retain", "Delete"]},
}
"""Our keys and their types; camelCase, so that none can collide with Compose."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a ComposeApp says beside its document."""

    images: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Service → image reference that replaces the document's ``image`` or ``build``."""
    image_pull_secrets: tuple[str, ...] = ()
    suspend: bool = False
    secret_variables: Mapping[str, SecretKey] = field(default_factory=lambda: MappingProxyType({}))
    """Variables that only Secrets hold → where."""
    volumes_on_delete: VolumesOnDelete = "Retain"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A good spec."""

    document: Document
    options: Options
    warnings: tuple[Problem, ...] = ()


def parse_spec(
    spec: Mapping[str, Any],
    judge: Callable[[Mapping[str, str]], Judge],
    name: str = "",
    config_maps: ConfigMaps = NO_CONFIG_MAPS,
) -> Parsed:
    """
    Parse the ``.spec`` of a ComposeApp; paths in problems and warnings begin below it.

    ``judge`` makes of the ``images`` what says which part of the language can be used. ``name`` is the
    app's, which is the project's where the document has none.

    Raises:
        InvalidDocumentError: with every problem of the phase that found any.

    """
    report = Report()
    _check_options(spec, report)
    variables = variables_from.sources(spec, config_maps, report)
    report.raise_problems()
    options = Options(
        images=spec.get("images", {}),
        image_pull_secrets=tuple(dict.fromkeys(secret["name"] for secret in spec.get("imagePullSecrets", ()))),
        suspend=spec.get("suspend", False),
        secret_variables=variables.secret,
        volumes_on_delete=spec.get("volumesOnDelete", "Retain"),
    )
    project = Project(
        variables=variables.values,
        secret_variables=variables.secret,
        name=name,
        profiles=tuple(spec.get("profiles", ())),
        images=options.images,
        judge=judge(options.images),
    )
    try:
        document, warnings = _parse_document(spec, project)
        _check_images(document, options.images, warnings)
    except InvalidDocumentError as error:
        raise InvalidDocumentError(error.problems, (*report.warnings, *error.warnings)) from None
    return Parsed(document, options, (*report.warnings, *warnings))


def _parse_document(spec: Mapping[str, Any], project: Project) -> tuple[Document, tuple[Problem, ...]]:
    if COMPOSE_FILE in spec:
        return _parse_file(spec[COMPOSE_FILE], project)
    return _parse_inline(_inline(spec), project)


def _inline(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in OPTIONS}


def _check_options(spec: Mapping[str, Any], report: Report) -> None:
    known = {**TOP_LEVEL, **OPTIONS}
    for key in spec:
        if key not in known and not key.startswith(EXTENSION):
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
    variables_from.check(spec, report)
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
    def judge(long_form: Mapping[str, Any], document: Document, report: Report) -> None:
        if project.judge:
            project.judge(long_form, document, report)
        report.warnings.extend(inline_traps(raw, long_form))

    try:
        return parse(raw, replace(project, judge=judge))
    except InvalidDocumentError as error:
        problems = tuple(_with_trap_hint(problem, raw) for problem in error.problems)
        raise InvalidDocumentError(problems, error.warnings) from None


def _with_trap_hint(problem: Problem, raw: Any) -> Problem:
    """A boolean where Compose wants a text was probably a word."""
    value = at(raw, problem.path)
    return replace(problem, hint=problem.hint or BOOLEAN_HINT) if isinstance(value, bool) else problem


def _check_images(document: Document, images: Mapping[str, str], warnings: tuple[Problem, ...]) -> None:
    unknown = tuple(
        Problem(("images", name), f'there is no service "{name}"', schema.suggest(name, document.services))
        for name in images
        if name not in document.services
    )
    if unknown:
        raise InvalidDocumentError(unknown, warnings)
