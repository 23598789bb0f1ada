"""
CANONICAL: short syntax → long syntax, on values whose types the schema has already checked.

:data:`SERVICE` shows it: each key that has a short form, and the function that writes out the long one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.compose import shellwords
from composeapp.compose.ports import MAX_PORTS, PortError, exposed, long_port, short_ports
from composeapp.compose.scalars import go_text
from composeapp.compose.schema import compose_path
from composeapp.compose.support import EXTENSION
from composeapp.problems import Path, Report

_SAME_PORT: Final = ("host_ip", "target", "published", "protocol")
"""Ports that agree in these are one; the last one written counts (specification, "Merge")."""
_IN_PROJECT_NAME: Final = "abcdefghijklmnopqrstuvwxyz0123456789_-"


@dataclass(frozen=True, slots=True)
class _Context:
    """What a long form may depend on, and where to say what is wrong."""

    variables: Mapping[str, str]
    report: Report


def canonical(raw: Mapping[str, Any], variables: Mapping[str, str], report: Report) -> dict[str, Any]:
    """
    Return the document in the shape of :class:`~composeapp.compose.document.Document`.

    What cannot be written out is reported and left out, so that the checks can still look at the rest.
    """
    context = _Context(variables, report)
    services = {key: _service(service, ("services", key), context) for key, service in raw.get("services", {}).items()}
    return {
        "name": _project_name(raw.get("name", ""), report),
        "services": services,
        "models": _models(raw.get("models", {}), report),
        "extensions": _extensions(raw),
    }


def _service(raw: Mapping[str, Any], path: Path, context: _Context) -> dict[str, Any]:
    result = {key: long_form(raw[key], (*path, key), context) for key, long_form in SERVICE.items() if key in raw}
    deploy = raw.get("deploy") or {}
    return {
        **result,
        "image": raw.get("image") or None,
        "replicas": deploy.get("replicas", 1),
        "extensions": _extensions(raw),
    }


def _command(value: Any, path: Path, context: _Context) -> tuple[str, ...] | None:
    """A string is split into words; null keeps the image's own, an empty one clears it."""
    if not isinstance(value, str):
        return None if value is None else tuple(value)
    try:
        return shellwords.split(value)
    except shellwords.CommandLineError as error:
        context.report.problem(path, str(error), error.hint)
        return ()


def _environment(value: Any, path: Path, context: _Context) -> dict[str, str | None]:
    """A list of ``NAME=value`` becomes a map; a name without a value takes the project's variable."""
    result: dict[str, str | None] = {}
    items = value.items() if isinstance(value, Mapping) else [_assignment(item) for item in value]
    for index, (name, written) in enumerate(items):
        place = (*path, name if isinstance(value, Mapping) else index)
        if not name or "=" in name or name != name.rstrip():
            _refuse_variable_name(name, place, context)
        elif written is None and name not in context.variables:
            context.report.warning(place, f'The "{name}" variable is not set. It stays unset.', f"set variables.{name}")
            result[name] = None
        else:
            result[name] = go_text(context.variables[name] if written is None else written)
    return result


def _assignment(item: str) -> tuple[str, str | None]:
    name, equals, value = item.partition("=")
    return name, value if equals else None


def _refuse_variable_name(name: str, path: Path, context: _Context) -> None:
    if name and name != name.rstrip():
        context.report.problem(path, f"environment variable {name} is declared with a trailing space")
    else:
        context.report.problem(
            path, f"'{name}' is no name for an environment variable", "it must not be empty or hold ="
        )


def _ports(value: list[Any], path: Path, context: _Context) -> tuple[dict[str, Any], ...]:
    found: list[dict[str, Any]] = []
    for index, item in enumerate(value):
        place = (*path, index)
        try:
            where = f"{compose_path(path)}.[{index}]"
            found += [long_port(item, where)] if isinstance(item, Mapping) else short_ports(item)
        except PortError as error:
            context.report.problem(place, str(error))
    unique = {tuple(port.get(key) for key in _SAME_PORT): port for port in found}
    _limit(len(unique), path, context)
    return tuple(unique.values())


def _expose(value: list[Any], path: Path, context: _Context) -> tuple[str, ...]:
    found: list[str] = []
    for index, item in enumerate(value):
        try:
            found += exposed(item)
        except PortError as error:
            context.report.problem((*path, index), str(error))
    unique = tuple(dict.fromkeys(found))
    _limit(len(unique), path, context)
    return unique


def _limit(count: int, path: Path, context: _Context) -> None:
    if count > MAX_PORTS:
        context.report.problem(path, f"{count} ports; a service may have at most {MAX_PORTS}")


def _bindings(value: Any, path: Path, context: _Context) -> dict[str, dict[str, str | None]]:
    """A list of keys becomes a map; an empty variable name is no name."""
    if isinstance(value, Mapping):
        chosen = {key: binding or {} for key, binding in value.items()}
    else:
        chosen = {key: {} for key in value}
        _refuse_repetition(value, path, context)
    return {
        key: {name: binding.get(name) or None for name in ("endpoint_var", "model_var")}
        for key, binding in chosen.items()
        if not _is_extension(key, (*path, key), context.report)
    }


def _refuse_repetition(keys: list[str], path: Path, context: _Context) -> None:
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            context.report.problem(path, f"{compose_path(path)} items at {seen[key]} and {index} are equal")
        seen.setdefault(key, index)


def _models(raw: Mapping[str, Any], report: Report) -> dict[str, dict[str, Any]]:
    return {
        key: {
            **{name: value for name, value in model.items() if not name.startswith(EXTENSION)},
            "extensions": _extensions(model),
        }
        for key, model in raw.items()
        if not _is_extension(key, ("models", key), report)
    }


def _is_extension(key: str, path: Path, report: Report) -> bool:
    """Compose takes a model whose key begins with ``x-`` for an extension, and says nothing."""
    if not key.startswith(EXTENSION):
        return False
    report.warning(path, f"{key} is taken for an extension, as Compose does: it is no model", "rename it without x-")
    return True


def _project_name(name: str, report: Report) -> str | None:
    """Compose lowers and strips a project's name silently."""
    usable = "".join(letter for letter in name.lower() if letter in _IN_PROJECT_NAME).lstrip("_-")
    if usable != name:
        report.warning(("name",), f"the project's name is read as '{usable}', as Compose does")
    return usable or None


def _extensions(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key.startswith(EXTENSION)}


SERVICE: Final[Mapping[str, Callable[[Any, Path, _Context], Any]]] = {
    "command": _command,
    "entrypoint": _command,
    "environment": _environment,
    "ports": _ports,
    "expose": _expose,
    "models": _bindings,
}
"""Key of a service → what writes out its long form."""
