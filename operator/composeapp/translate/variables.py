"""The variables of a container: Kubernetes' ``env``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from composeapp.compose.secret_variables import SecretVariable, split
from composeapp.plan import SecretKey
from composeapp.translate import names
from composeapp.translate.manifests import literal

_NO_SECRETS: Final[Mapping[str, SecretKey]] = MappingProxyType({})


def environment(variables: Mapping[str, str], secrets: Mapping[str, SecretKey] = _NO_SECRETS) -> list[dict[str, Any]]:
    """
    Return a container's ``env``, sorted: a re-ordered document restarts nothing.

    A value that is a secret variable is taken from its Secret. One that holds secret variables refers to entries
    of our own; those come first, as the kubelet replaces ``$(NAME)`` only by what stands before it.
    """
    split_values = {name: split(value) for name, value in sorted(variables.items())}
    inside = {part.name for parts in split_values.values() if len(parts) > 1 for part in _secret(parts)}
    own = {name: names.secret_variable(name, variables) for name in sorted(inside)}
    return [
        *(_from_secret(own[name], secrets[name]) for name in own),
        *(_entry(name, parts, own, secrets) for name, parts in split_values.items()),
    ]


def _secret(parts: tuple[str | SecretVariable, ...]) -> Iterator[SecretVariable]:
    return (part for part in parts if isinstance(part, SecretVariable))


def _entry(
    name: str, parts: tuple[str | SecretVariable, ...], own: Mapping[str, str], secrets: Mapping[str, SecretKey]
) -> dict[str, Any]:
    if len(parts) == 1 and isinstance(parts[0], SecretVariable):
        return _from_secret(name, secrets[parts[0].name])
    value = "".join(literal(part) if isinstance(part, str) else f"$({own[part.name]})" for part in parts)
    return {"name": name, "value": value}


def _from_secret(name: str, source: SecretKey) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": source.secret, "key": source.key}}}
