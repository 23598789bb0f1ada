"""Other files that a document names: how the caller hands them out, and how they are read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from composeapp.compose.dotenv import InvalidDotenvError, parse_dotenv
from composeapp.compose.yaml import Source, read_all
from composeapp.problems import InvalidDocumentError, Position, Problem


class UnreadableFileError(Exception):
    """A file cannot be read, or not as what it should be; says which and why."""


class Files(Protocol):
    """The author's files, by a path that is absolute or relative to the project's folder."""

    def read(self, path: str) -> str:
        """
        Return a file's text.

        Raises:
            UnreadableFileError: if there is none, or no text in it.

        """

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""


def read_documents(files: Files, path: str) -> tuple[Source, ...]:
    """
    Read the YAML documents of one file.

    Raises:
        UnreadableFileError: if there is none.
        InvalidDocumentError: if it is no YAML.

    """
    return documents_of(files.read(path), path)


def documents_of(text: str, path: str) -> tuple[Source, ...]:
    """
    Read the YAML documents of a text that comes from a file.

    Raises:
        InvalidDocumentError: if it is no YAML.

    """
    try:
        documents = read_all(text)
    except InvalidDocumentError as error:
        raise InvalidDocumentError(tuple(_in_file(problem, path) for problem in error.problems)) from None
    return tuple(replace(document, file=path) for document in documents or (Source(None, {}),))


def read_variables(files: Files, paths: Iterable[str], outside: Mapping[str, str]) -> dict[str, str]:
    """
    Read files of variables, in which those from ``outside`` may be named; later files win.

    Raises:
        UnreadableFileError: if there is none, or it cannot be understood.

    """
    found: dict[str, str] = {}
    for path in paths:
        try:
            found |= parse_dotenv(files.read(path), outside, found)
        except InvalidDotenvError as error:
            raise UnreadableFileError(f"failed to read {path}: {error}") from None
    return found


def folder_of(path: str) -> str:
    """Return the folder of a file: ``.`` for one in the project's own."""
    return posixpath.dirname(posixpath.normpath(path)) or "."


def _in_file(problem: Problem, path: str) -> Problem:
    return replace(problem, position=replace(problem.position or Position(1, 1), file=path))
