"""Read a whole project: its files, their variables, and what they say together."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from composeapp.compose.document import Document
from composeapp.compose.files import UnreadableFileError, documents_of, read_documents, read_variables
from composeapp.compose.parse import Judge, Project, assemble
from composeapp.compose.project_name import VARIABLE, normalized
from composeapp.compose.yaml import Source
from composeapp.problems import Problem
from composeapp.project import discovery
from composeapp.project.disk import Disk

STANDARD_INPUT: Final = Path("-")
_STANDARD_INPUT_NAME: Final = "standard input"
_ENV_FILE: Final = ".env"


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to read, as the options of ``docker compose`` say it.

    Without ``files`` the usual ones are looked for. ``folder`` is the project's; without it that of the first
    file. ``env_files`` replace the ``.env`` in it. ``standard_input`` is the text of the file ``-``.
    """

    files: Sequence[Path] = ()
    folder: Path | None = None
    env_files: Sequence[Path] = ()
    profiles: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    standard_input: str = ""


@dataclass(frozen=True, slots=True)
class LoadedProject:
    """
    A project that Compose would run.

    ``values`` is what all files say together, in long form, with local paths relative to ``folder``.
    ``origins`` says of each variable the file that sets it, or ``environment``; ``included_variables`` are
    those that only included files have, each with its values. ``sources`` are all documents
    that were read, ``texts`` all files, by their path relative to ``folder``.
    """

    name: str
    folder: Path
    texts: Mapping[str, str]
    values: Mapping[str, Any]
    document: Document
    profiles: tuple[str, ...]
    variables: Mapping[str, str]
    origins: Mapping[str, str]
    included_variables: Mapping[str, Collection[str]]
    sources: tuple[Source, ...]
    warnings: tuple[Problem, ...] = ()


class Reading:
    """
    One project, read so far as its variables; ``load`` may be called with different secrets.

    Raises:
        UnreadableFileError: if a file cannot be read, or there is none.

    """

    def __init__(self, request: Request) -> None:
        start = (request.folder or Path.cwd()).absolute()
        found = discovery.Found(tuple(request.files)) if request.files else discovery.find(start, request.environment)
        if not found.files:
            raise UnreadableFileError("no configuration file provided: not found")
        self._request = request
        self._found = found
        self.folder = request.folder or _folder_of(found.files[0])
        self._disk = Disk(self.folder)
        self.variables, self.origins = self._variables()

    @property
    def texts(self) -> Mapping[str, str]:
        """All files that were read until now, by their path relative to the folder."""
        return self._disk.texts

    def shown(self, file: str) -> str:
        """Name a file as its reader would: as it was given, else relative to where the command runs."""
        given = {self._relative(path): str(path) for path in self._request.files if path != STANDARD_INPUT}
        return given.get(file) or (file if file == _STANDARD_INPUT_NAME else os.path.relpath(self.folder / file))

    @property
    def profiles(self) -> tuple[str, ...]:
        """The active profiles: those asked for, else those of ``COMPOSE_PROFILES``."""
        named = self.variables.get("COMPOSE_PROFILES", "")
        return tuple(self._request.profiles) or tuple(filter(None, map(str.strip, named.split(","))))

    def load(
        self,
        *,
        secret_variables: Collection[str] = (),
        judge: Judge | None = None,
        images: Mapping[str, str] | None = None,
    ) -> LoadedProject:
        """
        Read the files; of ``secret_variables`` tokens stand in ``environment``.

        Raises:
            UnreadableFileError: if a file cannot be read.
            InvalidDocumentError: with every problem of the phase that found any.

        """
        project = Project(
            variables=self.variables,
            secret_variables=secret_variables,
            name=normalized(self.folder.absolute().name),
            profiles=self.profiles,
            images=images or {},
            judge=judge,
            files=self._disk,
        )
        assembled = assemble(tuple(source for file in self._found.files for source in self._documents(file)), project)
        return LoadedProject(
            name=assembled.variables.values.get(VARIABLE, ""),
            folder=self.folder,
            texts=self.texts,
            values=assembled.values,
            document=assembled.document,
            profiles=self.profiles,
            variables=assembled.variables.values,
            origins=self.origins,
            included_variables=assembled.included_variables,
            sources=assembled.sources,
            warnings=(*(Problem((), words) for words in self._found.warnings), *assembled.warnings),
        )

    def _documents(self, file: Path) -> tuple[Source, ...]:
        if file == STANDARD_INPUT:
            self._disk.texts[_STANDARD_INPUT_NAME] = self._request.standard_input
            return documents_of(self._request.standard_input, _STANDARD_INPUT_NAME)
        return read_documents(self._disk, self._relative(file))

    def _relative(self, file: Path) -> str:
        return os.path.relpath(file, self.folder)

    def _variables(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the variables and where each comes from: the environment wins over files."""
        outside = {**self._request.environment, **({VARIABLE: self._request.name} if self._request.name else {})}
        paths = [self._relative(file) for file in self._request.env_files]
        if not paths and self._disk.has(_ENV_FILE):
            paths = [_ENV_FILE]
        values, origins = dict(outside), dict.fromkeys(outside, "environment")
        read: dict[str, str] = {}
        for path in paths:
            here = read_variables(self._disk, [path], {**read, **outside})
            read |= here
            origins |= {name: path for name in here if name not in outside}
        return {**read, **values}, origins


def _folder_of(file: Path) -> Path:
    return Path.cwd() if file == STANDARD_INPUT else file.absolute().parent
