"""
MERGE: one canonical document over another (Compose specification, "Merge"; compose-go, ``override``).

Mappings merge key by key and lists are joined; the tables name everything else. Both sides are in long
form, so that no rule has to know a short one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from composeapp.compose.paths import fits
from composeapp.problems import Path

Rule: TypeAlias = Callable[[Any, Any, Path], Any]
Identity: TypeAlias = Callable[[Any], Any]
_WORKLOADS: Final = ("services", "jobs")


def merge(base: Any, other: Any, path: Path = ()) -> Any:
    """Return ``base`` with ``other`` over it; neither is changed."""
    rule = _rule(path)
    if rule is not None:
        return rule(base, other, path)
    if other is None:
        return base
    if isinstance(base, Mapping) and isinstance(other, Mapping):
        return _merge_mappings(base, other, path)
    if isinstance(base, list) and isinstance(other, list):
        return _join(base, other, path)
    return other


def extend(base: Mapping[str, Any], service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service with what it extends under it."""
    merged: dict[str, Any] = merge(base, service, ("services", "extended"))
    return merged


def without(values: Any, removed: Iterable[Path]) -> Any:
    """Return the values without some places: what ``!reset`` and ``!override`` say of the documents before."""
    by_key: dict[Any, list[Path]] = {}
    for path in filter(None, removed):
        by_key.setdefault(path[0], []).append(path[1:])
    if not by_key or not isinstance(values, Mapping):
        return values  # Compose cannot remove an item of a list either
    return {key: without(value, by_key.get(key, ())) for key, value in values.items() if () not in by_key.get(key, ())}


def _merge_mappings(base: Mapping[str, Any], other: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return {
        **base,
        **{key: merge(base[key], value, (*path, key)) if key in base else value for key, value in other.items()},
    }


def _join(base: list[Any], other: list[Any], path: Path) -> list[Any]:
    """Append what is not there yet; of items with the same identity the last one counts, at the place of the first."""
    identity = _identity(path)
    if identity is None:
        known = {_key(item) for item in base}
        fresh = {_key(item): item for item in other}
        return [*base, *(item for key, item in fresh.items() if key not in known)]
    found: dict[Any, Any] = {}
    for item in (*base, *other):
        found[identity(item)] = item
    return list(found.values())


def _key(item: Any) -> str:
    """Items are equal if they would be written alike."""
    return json.dumps(item, sort_keys=True, default=str)


def _replace(_: Any, other: Any, __: Path) -> Any:
    return other


def _logging(base: Any, other: Any, path: Path) -> Any:
    """Options belong to a driver: another driver starts anew."""
    if {"driver"} <= base.keys() & other.keys() and base["driver"] != other["driver"]:
        return other
    return _merge_mappings(base, other, path)


def _ulimit(base: Any, other: Any, path: Path) -> Any:
    return other if "single" in base or "single" in other else _merge_mappings(base, other, path)


def _address_pools(base: list[Any], other: list[Any], _: Path) -> list[Any]:
    """Pools with the same subnet are one."""
    merged: dict[Any, Any] = {pool.get("subnet"): pool for pool in base}
    for pool in other:
        subnet = pool.get("subnet")
        merged[subnet] = {**merged.get(subnet, {}), **pool}
    return list(merged.values())


def _nothing(base: Any, other: Any, path: Path) -> Any:
    """A null is an empty mapping here, and removes nothing."""
    return _merge_mappings(base or {}, other or {}, path)


def _hosts(base: Mapping[str, list[str]], other: Mapping[str, list[str]], _: Path) -> dict[str, list[str]]:
    """A host has the addresses of both."""
    return {host: _join(base.get(host, []), other.get(host, []), ()) for host in {**base, **other}}


RULES: Final[Mapping[Path, Rule]] = {
    ("networks", "*", "ipam", "config"): _address_pools,
    **{
        (kind, "*", *key): rule
        for kind in _WORKLOADS
        for key, rule in (
            (("command",), _replace),
            (("entrypoint",), _replace),
            (("environment", "*"), _replace),
            (("provider", "options", "*"), _replace),
            (("healthcheck", "test"), _replace),
            (("logging",), _logging),
            (("ulimits", "*"), _ulimit),
            (("build", "ulimits", "*"), _ulimit),
            (("networks",), _nothing),
            (("models",), _nothing),
            (("extra_hosts",), _hosts),
            (("build", "extra_hosts"), _hosts),
        )
    },
}
"""What is not merged key by key or joined."""


def _mount_target(item: Mapping[str, Any]) -> Any:
    return item.get("target")


def _file_target(folder: str) -> Identity:
    return lambda item: item.get("target") or f"{folder}/{item.get('source')}"


def _port(item: Mapping[str, Any]) -> Any:
    return (
        item.get("host_ip") or "0.0.0.0",  # noqa: S104 - an identity, nothing listens here
        item.get("published"),
        item.get("target"),
        item.get("protocol") or "tcp",
    )


def _before_equals(item: str) -> str:
    return item.partition("=")[0]


_BY_NAME: Final = ("cap_add", "cap_drop", "dns", "dns_opt", "dns_search", "links", "profiles", "tmpfs")
IDENTITIES: Final[Mapping[Path, Identity]] = {
    **{("services", "*", key): _before_equals for key in _BY_NAME},
    ("services", "*", "build", "tags"): _before_equals,
    **{("services", "*", "networks", "*", key): _before_equals for key in ("aliases", "link_local_ips")},
    ("services", "*", "configs"): _file_target(""),
    ("services", "*", "secrets"): _file_target("/run/secrets"),
    ("services", "*", "devices"): _mount_target,
    ("services", "*", "volumes"): _mount_target,
    ("services", "*", "ports"): _port,
    ("services", "*", "env_file"): lambda item: item.get("path"),
    ("services", "*", "expose"): lambda item: item,
}
"""Lists in which two items can be one → what makes them so."""


def _rule(path: Path) -> Rule | None:
    return next((rule for pattern, rule in RULES.items() if fits(path, pattern)), None)


def _identity(path: Path) -> Identity | None:
    return next((identity for pattern, identity in IDENTITIES.items() if fits(path, pattern)), None)


def unique(values: Any) -> Any:
    """Let the last of several items with the same identity count, within one document as well."""
    for kind in _WORKLOADS:
        if isinstance(values.get(kind), Mapping):
            services = {name: _unique_lists(service, ("services", name)) for name, service in values[kind].items()}
            values = {**values, kind: services}
    return values


def _unique_lists(value: Any, path: Path) -> Any:
    if isinstance(value, Mapping):
        return {key: _unique_lists(item, (*path, key)) for key, item in value.items()}
    return _join([], value, path) if isinstance(value, list) and _identity(path) else value
