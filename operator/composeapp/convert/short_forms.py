"""Long syntax → the short one that people write, where it says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_STARTED: Final = {"condition": "service_started"}
_USUAL: Final = (("required", True), ("restart", False))


def shorten(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in which a person would recognise what was written."""
    result = dict(values)
    for kind in ("services", "jobs"):
        if kind in values:
            result[kind] = {name: _service(service) for name, service in values[kind].items()}
    return {key: value for key, value in result.items() if value not in ({}, [])}


def _service(service: Mapping[str, Any]) -> dict[str, Any]:
    shortened = {key: SHORT_FORMS[key](value) if key in SHORT_FORMS else value for key, value in service.items()}
    return {key: value for key, value in shortened.items() if value is not None and not _says_nothing(key, value)}


def _says_nothing(key: str, value: Any) -> bool:
    """An empty command clears that of the image; other empty things are as good as left out."""
    return value in ({}, []) and key not in ("command", "entrypoint")


def _each(short: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda items: [short(item) for item in items]


def _port(port: Mapping[str, Any]) -> Any:
    said = {key: value for key, value in port.items() if value is not None}
    if said.get("mode") == "ingress":
        del said["mode"]
    if said.keys() - {"target", "published", "protocol", "host_ip"} or ":" in str(said.get("host_ip", "")):
        return said
    protocol = "" if said.get("protocol", "tcp") == "tcp" else f"/{said['protocol']}"
    pieces = [str(said[key]) for key in ("host_ip", "published", "target") if key in said]
    if "host_ip" in said and "published" not in said:
        pieces.insert(1, "")
    return ":".join(pieces) + protocol


def _mount(mount: Mapping[str, Any]) -> Any:
    said = {key: value for key, value in mount.items() if value not in (None, {})}
    if said.keys() - {"type", "source", "target", "read_only"} or said.get("type") != "volume":
        return said
    if any(":" in str(said.get(key, "")) for key in ("source", "target")):
        return said
    options = ":ro" if said.get("read_only") else ""
    return ":".join(str(said[key]) for key in ("source", "target") if key in said) + options


def _file(mount: Mapping[str, Any]) -> Any:
    return mount["source"] if set(mount) == {"source"} else dict(mount)


def _dependencies(dependencies: Mapping[str, Any]) -> Any:
    shown = {
        name: {key: value for key, value in dependency.items() if (key, value) not in _USUAL}
        for name, dependency in dependencies.items()
    }
    return list(dependencies) if all(value == _STARTED for value in shown.values()) else shown


def _names(entries: Mapping[str, Any]) -> Any:
    """Networks and models that are only named."""
    return list(entries) if all(not entry for entry in entries.values()) else dict(entries)


def _healthcheck(healthcheck: Mapping[str, Any]) -> Any:
    match healthcheck.get("test"):
        case ["CMD-SHELL", line]:
            return {**healthcheck, "test": line}
    return dict(healthcheck)


SHORT_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "ports": _each(_port),
    "volumes": _each(_mount),
    "configs": _each(_file),
    "secrets": _each(_file),
    "depends_on": _dependencies,
    "networks": _names,
    "models": _names,
    "healthcheck": _healthcheck,
}
"""Key of a service → what shortens its value."""
