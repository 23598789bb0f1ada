"""EXTENDS: services that take over what another one of the same document says (specification, "extends")."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from composeapp.compose.merge import extend, without
from composeapp.compose.schema import suggest
from composeapp.problems import Path, Report

BaseLoader: TypeAlias = Callable[[str], Mapping[str, Any]]
"""Path of another file → its services in long form, each with its own ``extends`` resolved."""


def apply(
    values: Mapping[str, Any],
    report: Report,
    *,
    removed: Collection[Path] = (),
    load: BaseLoader | None = None,
) -> dict[str, Any]:
    """
    Resolve every ``extends`` of a document in long form.

    ``removed`` are the places that ``!reset`` and ``!override`` take from what is extended. Another
    file can only be extended where ``load`` can read it.
    """
    result = dict(values)
    for kind in ("services", "jobs"):
        if values.get(kind):
            resolver = _Resolver(kind, values[kind], report, removed, load)
            result[kind] = {name: resolver.resolved(name, ()) for name in values[kind]}
    return result


class _Resolver:
    def __init__(
        self,
        kind: str,
        services: Mapping[str, Any],
        report: Report,
        removed: Collection[Path],
        load: BaseLoader | None,
    ) -> None:
        self._kind = kind
        self._services = services
        self._report = report
        self._removed = removed
        self._load = load
        self._done: dict[str, Any] = {}

    def resolved(self, name: str, chain: tuple[str, ...]) -> Any:
        """Return a service without its ``extends``; ``chain`` are those that led here."""
        if name in self._done:
            return self._done[name]
        service = self._services[name]
        reference = service.get("extends")
        if reference is None:
            return service
        own = {key: value for key, value in service.items() if key != "extends"}
        base = self._base(name, reference, chain)
        if base is not None:
            removed = [path[2:] for path in self._removed if path[:2] == (self._kind, name)]
            own = extend(without(base, removed), own)
        self._done[name] = own
        return own

    def _base(self, name: str, reference: Mapping[str, Any], chain: tuple[str, ...]) -> Any:
        path: Path = (self._kind, name, "extends")
        wanted = reference["service"]
        if "file" in reference:
            return self._from_file(path, name, reference)
        if wanted not in self._services:
            self._missing(path, name, wanted, self._services)
        elif wanted == name or wanted in chain:
            self._report.problem(path, _cycle((*chain, name, wanted)))
        else:
            return self.resolved(wanted, (*chain, name))
        return None

    def _from_file(self, path: Path, name: str, reference: Mapping[str, Any]) -> Any:
        if self._load is None:
            hint = "write what it takes from there into this document"
            self._report.problem((*path, "file"), "a cluster cannot read another file", hint)
            return None
        services = self._load(reference["file"])
        if reference["service"] not in services:
            self._missing(path, name, reference["service"], services)
            return None
        return services[reference["service"]]

    def _missing(self, path: Path, name: str, wanted: str, services: Collection[str]) -> None:
        message = f'cannot extend service "{name}": service "{wanted}" not found'
        self._report.problem(path, message, suggest(wanted, services))


def _cycle(names: tuple[str, ...]) -> str:
    said = " ".join(f"{name} extends {following}" for name, following in itertools.pairwise(names))
    return f"Circular reference: {said}"
