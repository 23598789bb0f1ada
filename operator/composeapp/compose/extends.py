"""EXTENDS: services that take over what another one says, of the same document or of another file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from composeapp.compose.files import UnreadableFileError
from composeapp.compose.local_paths import PROJECT_FOLDER, file_in
from composeapp.compose.merge import extend, without
from composeapp.compose.schema import suggest
from composeapp.problems import Path, Report


@dataclass(frozen=True, slots=True)
class OtherFile:
    """
    The services of a file, in long form and with their own ``extends``.

    Paths in them are relative to the project's folder already, but for those of their ``extends``.
    """

    file: str
    services: Mapping[str, Any]
    removed: Collection[Path] = ()
    folder: str = PROJECT_FOLDER


ReadFile: TypeAlias = Callable[[str], OtherFile]
"""Reads another file by its path; raises ``UnreadableFileError`` if there is none."""


def apply(
    values: Mapping[str, Any],
    report: Report,
    *,
    removed: Collection[Path] = (),
    read_file: ReadFile | None = None,
    file: str = "",
    folder: str = PROJECT_FOLDER,
) -> dict[str, Any]:
    """
    Resolve every ``extends`` of a document in long form.

    ``removed`` are the places that ``!reset`` and ``!override`` take from what is extended. Paths of files
    start from ``folder``; without ``read_file`` none may be named.
    """
    if not values.get("services"):
        return dict(values)
    here = OtherFile(file, values["services"], removed, folder)
    resolver = _Resolver(report, read_file)
    return {**values, "services": {name: resolver.resolved(_Service(here, name)) for name in here.services}}


@dataclass(frozen=True, slots=True)
class _Service:
    """A service of a file; ``chain`` are those that led to it, the nearest last."""

    where: OtherFile
    name: str
    chain: tuple[tuple[str, str], ...] = ()
    place: Path = ()
    """The ``extends`` of the document that led here."""

    @property
    def identity(self) -> tuple[str, str]:
        return self.where.file, self.name

    def next(self, where: OtherFile, name: str) -> _Service:
        place = self.place or ("services", self.name, "extends")
        return _Service(where, name, (*self.chain, self.identity), place)


class _Resolver:
    def __init__(self, report: Report, read_file: ReadFile | None) -> None:
        self._report = report
        self._read_file = read_file
        self._done: dict[tuple[str, str], Any] = {}
        self._read: dict[str, OtherFile] = {}

    def resolved(self, service: _Service) -> Any:
        """Return a service without its ``extends``."""
        if service.identity in self._done:
            return self._done[service.identity]
        values = service.where.services[service.name]
        reference = values.get("extends") if values else None
        if reference is None:
            return values
        own = {key: value for key, value in values.items() if key != "extends"}
        base = self._base(service, reference)
        if base is not None:
            removed = [path[2:] for path in service.where.removed if path[:2] == ("services", service.name)]
            own = extend(without(base, removed), own)
        self._done[service.identity] = own
        return own

    def _base(self, service: _Service, reference: Mapping[str, Any]) -> Any:
        wanted, path = reference["service"], service.place or ("services", service.name, "extends")
        where = self._file(service, reference["file"], path) if "file" in reference else service.where
        if where is None:
            return None
        following = service.next(where, wanted)
        if wanted not in where.services:
            elsewhere = f" in {where.file}" if "file" in reference else ""
            message = f'cannot extend service "{service.name}": service "{wanted}" not found{elsewhere}'
            self._report.problem(path, message, suggest(wanted, where.services))
        elif following.identity in following.chain:
            self._report.problem(path, _cycle(following))
        else:
            return self.resolved(following)
        return None

    def _file(self, service: _Service, name: str, path: Path) -> OtherFile | None:
        if self._read_file is None:
            hint = "run composeapp convert, which writes what it means into the resource"
            self._report.problem((*path, "file"), "a cluster cannot read another file", hint)
            return None
        wanted = file_in(service.where.folder, name)
        try:
            if wanted not in self._read:
                self._read[wanted] = self._read_file(wanted)
        except UnreadableFileError as error:
            self._report.problem((*path, "file"), str(error))
            return None
        return self._read[wanted]


def _cycle(service: _Service) -> str:
    names = [name for _, name in (*service.chain, service.identity)]
    said = " ".join(f"{name} extends {following}" for name, following in itertools.pairwise(names))
    return f"Circular reference: {said}"
