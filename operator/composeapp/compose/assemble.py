"""
ASSEMBLE: several documents, and the files that they name, become one mapping in long form.

::

    each document:  interpolate ─ schema ─ canonical ─ under it what it includes ─ extends
    all of them:    merge

Paths of other files are said relative to the project's folder (:mod:`composeapp.compose.local_paths`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from composeapp.compose import extends, schema
from composeapp.compose.canonical import canonical
from composeapp.compose.files import Files, UnreadableFileError, folder_of, read_documents
from composeapp.compose.findings import Findings
from composeapp.compose.include import IncludeCycleError, Included, refuse_cycle, taken_in, with_environment
from composeapp.compose.interpolate import interpolate
from composeapp.compose.local_paths import PROJECT_FOLDER, moved
from composeapp.compose.merge import merge, unique, without
from composeapp.compose.outline import check_outline
from composeapp.compose.promote import promote
from composeapp.compose.variables import Variables
from composeapp.compose.yaml import Source
from composeapp.problems import Path


@dataclass(frozen=True, slots=True)
class Scope:
    """What a file is read with: its variables, the folder that its paths start from, and who included it."""

    variables: Variables
    folder: str = PROJECT_FOLDER
    chain: tuple[str, ...] = ()


class Assembler:
    """
    Puts the documents of a project together; ``sources`` are all that were read, for places of later findings.

    Without ``files`` no document may name another one.
    """

    def __init__(self, findings: Findings, files: Files | None = None) -> None:
        self._findings = findings
        self._files = files
        self.sources: list[Source] = []
        self.included_variables: dict[str, set[str]] = {}
        """Values that only included documents give a variable, each in its own folder."""

    def assembled(self, sources: Collection[Source], scope: Scope) -> dict[str, Any]:
        """
        Return what several documents say together, later ones over earlier ones.

        Raises:
            InvalidDocumentError: with every problem of the phase that found any.

        """
        merged: dict[str, Any] = {}
        for source in sources:
            self.sources.append(source)
            merged = _over(merged, source, self._layer(source, scope, is_partial=len(sources) > 1))
        return merged

    def _layer(self, source: Source, scope: Scope, *, is_partial: bool) -> dict[str, Any]:
        """Take one document through the phases that need no other one, but those that it names."""
        values = self._long(source, scope, is_partial=is_partial)
        if self._files and "include" in values:
            values = self._with_included(self._files, source, values, scope)
        with self._findings.phase(source) as report:
            values = extends.apply(
                values,
                report,
                removed=source.removed,
                read_file=partial(self._extended, self._files, scope) if self._files else None,
                file=source.file,
                folder=scope.folder,
            )
        if report.problems:  # what is taken over is missing now, and would be missed
            self._findings.raise_problems()
        return values

    def _long(self, source: Source, scope: Scope, *, is_partial: bool) -> dict[str, Any]:
        """Check one document, give its variables their values and bring it into long form."""
        with self._findings.phase(source) as report:
            check_outline(source.value, report)
        self._findings.raise_problems()
        with self._findings.phase(source) as report:
            values: dict[str, Any] = interpolate(source.value, scope.variables, report)
        self._findings.raise_problems()
        promote(values)
        with self._findings.phase(source) as report:
            schema.check(values, report, partial=is_partial or "include" in values or _extends_something(values))
        self._findings.raise_problems()
        with self._findings.phase(source) as report:  # what is wrong here hides nothing of what comes after
            return canonical(values, report)

    def _with_included(self, files: Files, source: Source, values: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        own = {key: value for key, value in values.items() if key != "include"}
        chain = (*scope.chain, source.file)
        for index, entry in enumerate(values["include"]):
            with self._findings.phase(source) as report:
                try:
                    included = self._included(files, Included.of(entry, scope.folder), scope.variables, chain)
                except (IncludeCycleError, UnreadableFileError) as error:
                    report.problem(("include", index), str(error))
                    continue
            own = taken_in(without(included, source.removed), own)
        self._findings.raise_problems()
        return own

    def _included(
        self, files: Files, included: Included, variables: Variables, chain: tuple[str, ...]
    ) -> dict[str, Any]:
        for path in included.paths[:1]:  # the others are merged over it
            refuse_cycle(chain, path)
        own = Variables(included.variables(files, variables.values), variables.secret)
        for name in own.values.keys() - variables.values.keys():
            self.included_variables.setdefault(name, set()).add(own.values[name])
        documents = [document for path in included.paths for document in read_documents(files, path)]
        assembled = self.assembled(documents, Scope(own, included.folder, chain))
        result: dict[str, Any] = moved(with_environment(assembled, own), included.folder)
        return result

    def _extended(self, files: Files, scope: Scope, path: str) -> extends.OtherFile:
        """
        Return the services of a file from which another one takes over, with their own ``extends``.

        Raises:
            UnreadableFileError: if there is no such file.
            InvalidDocumentError: if it is wrong.

        """
        merged: dict[str, Any] = {}
        removed: set[Path] = set()
        for source in read_documents(files, path):
            merged = _over(merged, source, self._long(source, scope, is_partial=True))
            removed |= source.removed
        self._findings.raise_problems()
        folder = folder_of(path)
        services = moved(merged, folder).get("services") or {}
        return extends.OtherFile(path, services, frozenset(removed), folder)


def _over(merged: dict[str, Any], source: Source, layer: Mapping[str, Any]) -> dict[str, Any]:
    """Put a document in long form over those before it."""
    together: dict[str, Any] = unique(merge(without(merged, source.removed), layer))
    return together


def _extends_something(values: Mapping[str, Any]) -> bool:
    services = values.get("services")
    return isinstance(services, Mapping) and any(
        isinstance(service, Mapping) and "extends" in service for service in services.values()
    )
