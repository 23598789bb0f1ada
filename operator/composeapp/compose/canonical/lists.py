"""Lists whose items may be short: ports, mounts, files, dependencies; and top-level entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.canonical import mounts, values
from composeapp.compose.canonical.context import LongForm, each, fields, reading
from composeapp.compose.document.base import EXTENSION
from composeapp.compose.ports import MAX_PORTS, PortError, exposed, long_port, short_ports
from composeapp.compose.schema import compose_path
from composeapp.problems import Path, Report

_SAME_PORT: Final = ("host_ip", "target", "published", "protocol")
"""Ports that agree in these are one; the last one written counts (specification, "Merge")."""


def ports(value: list[Any], path: Path, report: Report) -> list[dict[str, Any]]:
    """Write out short ports; a range becomes one entry per container port."""
    found: list[dict[str, Any]] = []
    for index, item in enumerate(value):
        try:
            where = f"{compose_path(path)}.[{index}]"
            found += [long_port(item, where)] if isinstance(item, Mapping) else short_ports(item)
        except PortError as error:
            report.problem((*path, index), str(error))
    unique = {tuple(port.get(key) for key in _SAME_PORT): port for port in found}
    _limit(len(unique), path, report)
    return list(unique.values())


def expose(value: list[Any], path: Path, report: Report) -> list[str]:
    """Write out ranges."""
    found: list[str] = []
    for index, item in enumerate(value):
        try:
            found += exposed(item)
        except PortError as error:
            report.problem((*path, index), str(error))
    unique = list(dict.fromkeys(found))
    _limit(len(unique), path, report)
    return unique


def _limit(number: int, path: Path, report: Report) -> None:
    if number > MAX_PORTS:
        report.problem(path, f"{number} ports; a service may have at most {MAX_PORTS}")


_SHORT_MOUNT: Final = reading(mounts.mount, {"type": "volume", "target": "/"})
_MOUNT: Final = fields(
    {
        "read_only": values.boolean,
        "bind": fields({"create_host_path": values.boolean}),
        "volume": fields({"nocopy": values.boolean, "labels": values.text_map}),
        "tmpfs": fields({"size": values.size_in_bytes, "mode": values.octal}),
    }
)
_SHORT_DEVICE: Final = reading(mounts.device, {"source": "/", "target": "/"})


def mount(value: Any, path: Path, report: Report) -> Any:
    """Write out one of ``volumes``."""
    return (_SHORT_MOUNT if isinstance(value, str) else _MOUNT)(value, path, report)


def device(value: Any, path: Path, report: Report) -> Any:
    """Write out one of ``devices``."""
    return _SHORT_DEVICE(value, path, report) if isinstance(value, str) else value


def file_mount(value: Any, path: Path, report: Report) -> Any:
    """Write out one of a service's ``configs`` or ``secrets``."""
    if isinstance(value, str):
        return {"source": value}
    return fields({"mode": values.octal})(value, path, report)


def dependencies(value: Any, path: Path, report: Report) -> Any:
    """Write out ``depends_on``."""
    if not isinstance(value, Mapping):
        return {name: {"condition": "service_started", "required": True} for name in value}
    return each(fields({"restart": values.boolean}))(value, path, report)


def env_files(value: Any, path: Path, report: Report) -> Any:
    """Write out ``env_file``."""
    items = [value] if isinstance(value, str) else value
    entries = [{"path": item} if isinstance(item, str) else item for item in items]
    return each(fields({"required": values.boolean}))(entries, path, report)


def ulimit(value: Any, path: Path, report: Report) -> Any:
    """Write out one of ``ulimits``."""
    if not isinstance(value, Mapping):
        return {"single": values.whole_number(value, path, report)}
    return fields({"soft": values.whole_number, "hard": values.whole_number})(value, path, report)


def device_requests(value: Any, path: Path, report: Report) -> Any:
    """Write out ``gpus`` or ``deploy.resources.reservations.devices``."""
    if isinstance(value, str):
        return [{"count": -1}]
    return each(fields({"count": values.count, "options": values.text_map}))(value, path, report)


def bindings(value: Any, path: Path, report: Report) -> dict[str, Any]:
    """Write out a service's ``models``; an empty variable name is no name."""
    chosen = value if isinstance(value, Mapping) else dict.fromkeys(value)
    return {
        key: {name: text or None for name, text in (binding or {}).items()}
        for key, binding in chosen.items()
        if not is_extension(key, (*path, key), report)
    }


def is_extension(key: str, path: Path, report: Report) -> bool:
    """Compose takes a model whose key begins with ``x-`` for an extension, and says nothing."""
    if not key.startswith(EXTENSION):
        return False
    report.warning(path, f"{key} is taken for an extension, as Compose does: it is no model", "rename it without x-")
    return True


def models(value: Mapping[str, Any], path: Path, report: Report) -> dict[str, Any]:
    """Leave out what Compose takes for an extension."""
    return {key: model for key, model in value.items() if not is_extension(key, (*path, key), report)}


def entry(table: Mapping[str, LongForm]) -> LongForm:
    """Write out a network, volume, secret or config; ``external`` may hold its name."""
    forms = fields({"labels": values.text_map, "driver_opts": values.text_map, **table})

    def write_out(value: Any, path: Path, report: Report) -> Any:
        if value is None:
            return {}
        written = forms(value, path, report)
        return _named_externally(written, path, report) if "external" in written else written

    return write_out


def _named_externally(value: dict[str, Any], path: Path, report: Report) -> dict[str, Any]:
    external = value["external"]
    if not isinstance(external, Mapping):
        return {**value, "external": values.boolean(external, (*path, "external"), report)}
    if "name" not in external:
        return {**value, "external": True}
    where = compose_path(path)
    report.warning(path, f"{where}: external.name is deprecated. Please set name and external: true")
    if value.get("name", external["name"]) != external["name"]:
        report.problem(path, f"{where}: name and external.name conflict; only use name", says_where=True)
    return {**value, "external": True, "name": external["name"]}
