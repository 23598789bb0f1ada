"""
Brings both sides into one form, so that what is left to differ is a difference in meaning.

compose-go's JSON leaves out what is empty, and zero unless its Go field is a pointer; it has no extensions
below the top level. Ours has every field. So empty values go from both, but a name in a mapping of names stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_NAMED: Final = frozenset(
    ("services", "jobs", "disabled_services", "networks", "volumes", "configs", "secrets", "models", "depends_on", "ulimits")
)  # fmt: skip
"""Mappings whose keys are names that an author chose: an entry counts even when there is nothing in it."""

_TEXTS: Final = frozenset(
    ("environment", "labels", "annotations", "args", "ssh", "options", "driver_opts", "sysctls", "storage_opt", "additional_contexts",
     "aux_addresses", "extra_hosts")
)  # fmt: skip
"""Mappings of free texts: every entry counts, also an empty one."""

_ZERO_COUNTS: Final = frozenset(
    ("attach", "enable_ipv4", "enable_ipv6", "init", "max_attempts", "mode", "parallelism", "replicas", "retries", "scale",
     "use_service_name_alias", "interval", "start_interval", "start_period", "stop_grace_period", "timeout", "window")
)  # fmt: skip
"""Pointers in Go's types: there, zero is not the same as nothing."""

_UNNAMED: Final = frozenset(("Path", "Rate", "Weight", "Soft", "Hard"))
"""Go's own names where compose-go forgot to give JSON ones."""

_AS_LIST: Final[Mapping[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "extra_hosts": lambda hosts: sorted(
        f"{name}={address}" for name, addresses in hosts.items() for address in addresses
    ),
    "ssh": lambda keys: sorted(f"{name}={file}" if file else name for name, file in keys.items()),
}
"""Mappings that compose-go prints as lists."""

_RESOURCES: Final = ("networks", "volumes", "configs", "secrets")

_DEFAULTS: Final = (
    ("create_host_path", True), ("mode", "ingress"), ("protocol", "tcp"), ("condition", "service_started"), ("required", True),
)  # fmt: skip
"""What a value means that is not there; our side leaves it out."""

_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_ZERO: Final = (0, False, "0", "0s")


def normal(project: Mapping[str, Any]) -> dict[str, Any]:
    """Return one side's project in the common form."""
    known = {key: value for key, value in project.items() if not key.startswith("x-") and key != "extensions"}
    settled: dict[str, Any] = _mapping(known)
    settled.setdefault("name", "app")
    for section in _RESOURCES:
        for key, resource in settled.get(section, {}).items():
            if resource.get("name") == (key if resource.get("external") else f"{settled['name']}_{key}"):
                del resource["name"]
    for config in settled.get("configs", {}).values():
        if "environment" in config:
            config.pop("content", None)  # compose-go does not print what came from a variable
    _leave_out_the_default_network(settled)
    return settled


def _leave_out_the_default_network(project: dict[str, Any]) -> None:
    """Compose connects to it whatever names no network; for us that is what naming none means."""
    for section in ("services", "jobs", "disabled_services"):
        for workload in project.get(section, {}).values():
            for container in (workload, *workload.get("pre_start", ())):
                if container.get("networks") in ({"default": {}}, {}):
                    del container["networks"]
    networks = project.get("networks", {})
    if networks.get("default") == {}:
        del networks["default"]
    if not networks:
        project.pop("networks", None)


def _mapping(value: Mapping[str, Any]) -> dict[str, Any]:
    settled = {}
    for name, item in value.items():
        key = name.lower() if name in _UNNAMED else name
        made = _item(key, item)
        if key == "extensions" or (key, made) in _DEFAULTS:
            continue
        if made not in _EMPTY and (key in _ZERO_COUNTS or not _is_zero(made)):
            settled[key] = made
    return settled


def _item(key: str, item: Any) -> Any:
    if key in _AS_LIST and isinstance(item, Mapping):
        return _AS_LIST[key](item)
    if isinstance(item, Mapping):
        if key in _NAMED:
            return {name: _named(entry) for name, entry in item.items()}
        return {name: _value(entry) for name, entry in item.items()} if key in _TEXTS else _mapping(item)
    return _value(item)


def _named(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        return entry["single"] if entry.keys() == {"single"} else _mapping(entry)
    return {} if entry is None else entry


def _value(item: Any) -> Any:
    if isinstance(item, Mapping):
        return _mapping(item)
    if isinstance(item, (list, tuple)):
        return [_value(entry) for entry in item]
    return item


def _is_zero(value: Any) -> bool:
    return value in _ZERO if isinstance(value, (int, float, str)) else False
