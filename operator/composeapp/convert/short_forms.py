"""Long syntax → the short one that people write, where it says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.document.base import EXTENSION
from composeapp.problems import Path

_USUAL_PORT: Final = (("mode", "ingress"), ("protocol", "tcp"))
_UNITS: Final = ((1024**3, "g"), (1024**2, "m"), (1024, "k"))
SIZES: Final[tuple[Path, ...]] = (
    ("mem_limit",),
    ("mem_reservation",),
    ("memswap_limit",),
    ("shm_size",),
    ("deploy", "resources", "limits", "memory"),
    ("deploy", "resources", "reservations", "memory"),
)
"""Places of numbers of bytes in a service."""
DURATIONS: Final[tuple[Path, ...]] = (
    ("stop_grace_period",),
    *(("healthcheck", key) for key in ("interval", "timeout", "start_period", "start_interval")),
    *(("deploy", key, each) for key in ("update_config", "rollback_config") for each in ("delay", "monitor")),
    *(("deploy", "restart_policy", key) for key in ("delay", "window")),
)
"""Places of durations in a service."""
_USUAL_BIND: Final = {"create_host_path": True}
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
    for path in SIZES:
        service = _at(path, _size, service)
    for path in DURATIONS:
        service = _at(path, _duration, service)
    shortened = {key: SHORT_FORMS[key](value) if key in SHORT_FORMS else value for key, value in service.items()}
    return {key: value for key, value in shortened.items() if value is not None and not _says_nothing(key, value)}


def _says_nothing(key: str, value: Any) -> bool:
    """An empty command clears that of the image; other empty things of Compose are as good as left out."""
    return value in ({}, []) and key not in ("command", "entrypoint") and not key.startswith(EXTENSION)


def _at(path: Path, short: Callable[[Any], Any], values: Any) -> Any:
    """Shorten what is at a place, if there is anything."""
    if not path:
        return short(values)
    if not isinstance(values, dict) or path[0] not in values:
        return values
    return {**values, path[0]: _at(path[1:], short, values[path[0]])}


def _size(written: Any) -> Any:
    """Write a number of bytes with the largest unit that divides it."""
    number = int(written) if str(written).isdigit() else 0
    for factor, unit in _UNITS:
        if number and number % factor == 0:
            return f"{number // factor}{unit}"
    return written


def _duration(written: Any) -> Any:
    """Leave out what Go's way to print it has in excess: ``1h0m0s`` is ``1h``."""
    return re.sub(r"(?<=[hm])0s$", "", re.sub(r"(?<=h)0m0s$", "", str(written)))


def _mode(mode: Any) -> Any:
    return f"0{mode:o}" if isinstance(mode, int) else mode


def _once(items: list[str]) -> list[str]:
    """``1000`` and ``"1000"`` are two for Compose's schema, and one once they are written alike."""
    return list(dict.fromkeys(items))


def _each(short: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda items: [short(item) for item in items]


def _port(port: Mapping[str, Any]) -> Any:
    said = {key: value for key, value in port.items() if value is not None and (key, value) not in _USUAL_PORT}
    if said.keys() - {"target", "published", "protocol", "host_ip"}:
        return said
    if ":" in (address := str(said.get("host_ip", ""))):
        said["host_ip"] = f"[{address}]"
    protocol = "" if said.get("protocol", "tcp") == "tcp" else f"/{said['protocol']}"
    pieces = [str(said[key]) for key in ("host_ip", "published", "target") if key in said]
    if "host_ip" in said and "published" not in said:
        pieces.insert(1, "")
    return ":".join(pieces) + protocol


def _ports(ports: list[Mapping[str, Any]]) -> list[Any]:
    """Write ports that follow each other as one range."""
    runs: list[list[Mapping[str, Any]]] = []
    for port in ports:
        if runs and port == _following(runs[-1][-1]):
            runs[-1].append(port)
        else:
            runs.append([port])
    return [item for run in runs for item in ([_range(run)] if len(run) > 1 else [_port(run[0])])]


def _following(port: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the port that would go on with a range; only plain ones can."""
    published = str(port.get("published") or "")
    if not (published.isdigit() and isinstance(_port(port), str)):
        return None
    return {**port, "target": port["target"] + 1, "published": str(int(published) + 1)}


def _range(run: list[Mapping[str, Any]]) -> Any:
    first, last = run[0], run[-1]
    ends = {key: f"{first[key]}-{last[key]}" for key in ("target", "published")}
    return _port({**first, **ends})


def _is_path(source: str) -> bool:
    """Tell whether a short mount of it would be one of a path too."""
    return source.startswith(("/", "./", "../", "~"))


def _mount(mount: Mapping[str, Any]) -> Any:
    said = {key: value for key, value in mount.items() if value not in (None, {})}
    said = _at(("tmpfs", "size"), _size, _at(("tmpfs", "mode"), _mode, said))
    if said.get("type") == "bind" and said.get("bind") == _USUAL_BIND and _is_path(str(said["source"])):
        said = {**{key: value for key, value in said.items() if key != "bind"}, "type": "volume"}
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


def _ulimits(limits: Mapping[str, Any]) -> dict[str, Any]:
    return {name: limit["single"] if set(limit) == {"single"} else limit for name, limit in limits.items()}


def _provider(provider: Mapping[str, Any]) -> dict[str, Any]:
    options = {
        name: values[0] if isinstance(values, list) and len(values) == 1 else values
        for name, values in (provider.get("options") or {}).items()
    }
    return {**provider, "options": options} if options else dict(provider)


def _healthcheck(healthcheck: Mapping[str, Any]) -> Any:
    match healthcheck.get("test"):
        case ["CMD-SHELL", line]:
            return {**healthcheck, "test": line}
    return dict(healthcheck)


SHORT_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "ports": _ports,
    "volumes": _each(_mount),
    "configs": _each(_file),
    "secrets": _each(_file),
    "depends_on": _dependencies,
    "networks": _names,
    "models": _names,
    "healthcheck": _healthcheck,
    "ulimits": _ulimits,
    "umask": _mode,
    "group_add": _once,
    "expose": _once,
    "provider": _provider,
    "pre_start": _each(_service),
}
"""Key of a service → what shortens its value."""
