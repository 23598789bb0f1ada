"""The pure half of the data flow, the same for the operator and the command line: ``.spec`` → Plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from composeapp.plan import App, Plan
from composeapp.problems import InvalidDocumentError, Path, Problem
from composeapp.settings import Settings
from composeapp.spec import COMPOSE_FILE, Options, parse_spec
from composeapp.translate import support
from composeapp.translate.app import translate
from composeapp.variables_from import NO_CONFIG_MAPS, ConfigMaps


@dataclass(frozen=True, slots=True)
class Planned:
    """What should exist, with the warnings of all phases, and what ``.spec`` says beside the document."""

    plan: Plan
    options: Options


def plan_app(
    name: str, namespace: str, spec: Mapping[str, Any], settings: Settings, config_maps: ConfigMaps = NO_CONFIG_MAPS
) -> Planned:
    """
    Parse and translate the ``.spec`` of a ComposeApp; paths begin below it.

    ``config_maps`` are those that ``variablesFrom`` names, as far as somebody has tried to read them.

    Raises:
        InvalidDocumentError: with every problem of the phase that failed, and the warnings until then.

    """
    parsed = parse_spec(spec, support.judge, name, config_maps)
    options = parsed.options
    app = App(
        name,
        namespace,
        options.images,
        options.image_pull_secrets,
        secrets=options.secret_variables,
        volumes_on_delete=options.volumes_on_delete,
    )
    prefix: Path = (COMPOSE_FILE,) if COMPOSE_FILE in spec else ()
    try:
        plan = translate(parsed.document, app, settings)
    except InvalidDocumentError as error:
        warnings = (*parsed.warnings, *_under(prefix, error.warnings))
        raise InvalidDocumentError(_under(prefix, error.problems), warnings) from error
    return Planned(replace(plan, warnings=(*parsed.warnings, *_under(prefix, plan.warnings))), options)


def _under(prefix: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem.under(*prefix) for problem in problems)
