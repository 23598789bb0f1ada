"""EXTENDS: services that take over what another one of the same document says (specification, "extends")."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from composeapp.compose.merge import extend, without
from composeapp.compose.schema import suggest
from composeapp.problems import Path, Report


def apply(values: Mapping[str, Any], report: Report, *, removed: Collection[Path] = ()) -> dict[str, Any]:
    """
    Resolve every ``extends`` of a document in long form.

    ``removed`` are the places that ``!reset`` and ``!override`` take from what is extended.
    """
    services = values.get("services")
    if not services:
        return dict(values)
    resolver = _Resolver(services, report, removed)
    return {**values, "services": {name: resolver.resolved(name, ()) for name in services}}


class _Resolver:
    def __init__(self, services: Mapping[str, Any], report: Report, removed: Collection[Path]) -> None:
        self._services = services
        self._report = report
        self._removed = removed
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
            removed = [path[2:] for path in self._removed if path[:2] == ("services", name)]
            own = extend(without(base, removed), own)
        self._done[name] = own
        return own

    def _base(self, name: str, reference: Mapping[str, Any], chain: tuple[str, ...]) -> Any:
        path: Path = ("services", name, "extends")
        wanted = reference["service"]
        if "file" in reference:
            hint = "write what it takes from there into this document"
            self._report.problem((*path, "file"), "a cluster cannot read another file", hint)
        elif wanted not in self._services:
            message = f'cannot extend service "{name}": service "{wanted}" not found'
            self._report.problem(path, message, suggest(wanted, self._services))
        elif wanted == name or wanted in chain:
            self._report.problem(path, _cycle((*chain, name, wanted)))
        else:
            return self.resolved(wanted, (*chain, name))
        return None


def _cycle(names: tuple[str, ...]) -> str:
    said = " ".join(f"{name} extends {following}" for name, following in itertools.pairwise(names))
    return f"Circular reference: {said}"
