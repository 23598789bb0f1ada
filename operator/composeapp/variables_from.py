"""
``spec.variablesFrom``: variables out of ConfigMaps, and names of variables whose values only Secrets hold.

The operator reads ConfigMaps and never a Secret. Therefore a Secret's variables are named (``keys``), and
stand in the environment of services only, where the kubelet fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from composeapp.compose.paths import places
from composeapp.compose.schema.terms import BOOLEAN, Schema, list_of, mapping
from composeapp.plan import SecretKey
from composeapp.problems import Path, Report

KEY: Final = "variablesFrom"
_CONFIG_MAP: Final = "configMapRef"
_SECRET: Final = "secretRef"  # noqa: S105 - a key of the spec
_NAME: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z"}
_SECRET_VARIABLE: Final[Schema] = {"type": "string", "pattern": r"^[_a-zA-Z][_a-zA-Z0-9]*(=[-._a-zA-Z0-9]+)?\Z"}
SCHEMA: Final[Schema] = list_of(
    mapping(
        {
            _CONFIG_MAP: mapping({"name": _NAME, "optional": BOOLEAN}, "name", extensible=False),
            _SECRET: mapping({"name": _NAME}, "name", extensible=False),
            "keys": list_of(_SECRET_VARIABLE),
        },
        extensible=False,
    )
)


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """What a ConfigMap says; as long as its version is the same, so is that."""

    data: Mapping[str, str]
    version: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a ConfigMap could not be read. One that just is not there may be optional."""

    message: str
    hint: str
    is_missing: bool = False


ConfigMaps: TypeAlias = Mapping[str, ConfigMap | Unread]
"""By name; those that nobody tried to read are not there."""
NO_CONFIG_MAPS: Final[ConfigMaps] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sources:
    """The variables of a spec; no name is in both."""

    values: dict[str, str] = field(default_factory=dict)
    secret: dict[str, SecretKey] = field(default_factory=dict)


def config_map_names(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ConfigMaps that a spec names, whatever else is wrong with it."""
    named = [name for _, name in places(spec, (KEY, "*", _CONFIG_MAP, "name")) if isinstance(name, str) and name]
    return tuple(dict.fromkeys(named))


def check(spec: Mapping[str, Any], report: Report) -> None:
    """Say what is wrong with the entries of a spec whose types are right."""
    for index, entry in enumerate(spec.get(KEY, ())):
        path: Path = (KEY, index)
        if (_CONFIG_MAP in entry) == (_SECRET in entry):
            report.problem(path, f"it names one source: {_CONFIG_MAP} or {_SECRET}", "make an entry of each")
        elif _CONFIG_MAP in entry and "keys" in entry:
            report.problem((*path, "keys"), f"only with {_SECRET}: every key of a ConfigMap is a variable", "remove it")
        elif _SECRET in entry and not entry.get("keys"):
            message = "the operator reads no Secret, so the variables that it holds have to be named"
            report.problem(path, message, "keys: [DB_PASSWORD], or keys: [DB_PASSWORD=key-in-the-secret]")


def sources(spec: Mapping[str, Any], config_maps: ConfigMaps, report: Report) -> Sources:
    """Return the variables of a good spec: later entries win over earlier ones, and ``variables`` over all."""
    found = Sources()
    for index, entry in enumerate(spec.get(KEY, ())):
        if _SECRET in entry:
            _take_secret(found, entry[_SECRET]["name"], entry["keys"])
        else:
            _take(found, _data(entry[_CONFIG_MAP], config_maps, (KEY, index, _CONFIG_MAP), report))
    _take(found, spec.get("variables", {}))
    return found


def _take(found: Sources, values: Mapping[str, str]) -> None:
    found.values.update(values)
    for name in found.secret.keys() & values.keys():
        del found.secret[name]


def _take_secret(found: Sources, secret: str, keys: list[str]) -> None:
    for item in keys:
        name, _, key = item.partition("=")
        found.secret[name] = SecretKey(secret, key or name)
        found.values.pop(name, None)


def _data(reference: Mapping[str, Any], config_maps: ConfigMaps, path: Path, report: Report) -> Mapping[str, str]:
    name = reference["name"]
    config_map = config_maps.get(name)
    if isinstance(config_map, ConfigMap):
        return config_map.data
    if config_map is None:
        message = f'the ConfigMap "{name}" is in the cluster: its variables are taken for unset here'
        report.warning(path, message, "give --variables-from FILE, a manifest of it")
    elif not (config_map.is_missing and reference.get("optional")):
        report.problem(path, config_map.message, config_map.hint)
    return {}
