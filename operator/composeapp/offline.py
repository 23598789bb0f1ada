"""
The commands that need no cluster, ``render`` and ``check``.

Data goes to standard output, words to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, TypeVar

from rich.console import Console

from composeapp.compose.files import UnreadableFileError
from composeapp.config_map_file import read_config_maps
from composeapp.input_file import is_resource, read_input
from composeapp.manifest_yaml import to_yaml
from composeapp.plan import Plan
from composeapp.problems import InvalidDocumentError, Problem
from composeapp.project.load import STANDARD_INPUT, Request
from composeapp.project_input import ProjectInput
from composeapp.report_text import json_text, tell
from composeapp.settings import Settings
from composeapp.settings_text import load_settings
from composeapp.variables_from import ConfigMaps

T = TypeVar("T")

_FINE: Final = 0
_PROBLEMS: Final = 1
_UNREADABLE: Final = 2


class _UnreadableError(Exception):
    """There is nothing to translate: a file or the settings cannot be read; its words have been said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at: the files and options as they were given."""

    files: Sequence[Path] = ()
    settings: Path | None = None
    env_files: Sequence[Path] = ()
    profiles: Sequence[str] = ()
    variables_from: Sequence[Path] = ()
    name: str | None = None
    namespace: str | None = None


@dataclass(slots=True)
class _Outcome:
    """A Plan, or the problems that there is none for."""

    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


class _Input(Protocol):
    @property
    def texts(self) -> Mapping[str, str]: ...

    def translated(self, settings: Settings) -> Plan: ...


def render(wanted: Wanted) -> int:
    """Print an app's objects; return the exit status."""
    words = _console(stderr=True)
    try:
        outcome = _outcome(wanted)
    except _UnreadableError:
        return _UNREADABLE
    if outcome.problems or outcome.warnings:
        tell(words, _title(wanted), problems=outcome.problems, warnings=outcome.warnings, texts=outcome.texts)
    if outcome.plan is None:
        return _PROBLEMS
    sys.stdout.write(to_yaml(outcome.plan.manifests))
    return _FINE


def check(wanted: Wanted, *, as_json: bool) -> int:
    """Print what is wrong with an app; return the exit status."""
    try:
        outcome = _outcome(wanted)
    except _UnreadableError:
        return _UNREADABLE
    if as_json:
        sys.stdout.write(json_text(outcome.problems, outcome.warnings))
    else:
        shown = _console(stderr=False)
        tell(shown, _title(wanted), problems=outcome.problems, warnings=outcome.warnings, texts=outcome.texts)
    return _PROBLEMS if outcome.problems else _FINE


def _outcome(wanted: Wanted) -> _Outcome:
    settings = _settings(wanted.settings)
    made: _Input | None = None
    try:
        made = _input(wanted)
        plan = made.translated(settings)
    except InvalidDocumentError as error:
        return _Outcome(None, error.problems, error.warnings, made.texts if made else {})
    except UnreadableFileError as error:
        _console(stderr=True).print(str(error), soft_wrap=True)
        raise _UnreadableError from error
    return _Outcome(plan, (), plan.warnings, made.texts)


def _input(wanted: Wanted) -> _Input:
    """A ComposeApp stands alone; anything else is a project of Compose files."""
    text = ""
    for file in wanted.files:
        given = _text(file)
        if len(wanted.files) == 1 and is_resource(given):
            read = read_input(given, name=wanted.name, namespace=wanted.namespace, folder="")
            return replace(read, config_maps=_config_maps(wanted.variables_from))
        text = given if file == STANDARD_INPUT else text
    if wanted.variables_from:
        words = "--variables-from is for a ComposeApp; Compose files have --env-file"
        _console(stderr=True).print(words, soft_wrap=True)
        raise _UnreadableError
    request = Request(files=wanted.files, env_files=wanted.env_files, profiles=wanted.profiles, standard_input=text)
    return ProjectInput(request, name=wanted.name, namespace=wanted.namespace)


def _settings(file: Path | None) -> Settings:
    if file is None:
        _console(stderr=True).print("Default settings; --settings FILE takes your cluster's.", style="dim")
        return Settings()
    return _read(file, load_settings)


def _config_maps(files: Sequence[Path]) -> ConfigMaps:
    return {name: config_map for file in files for name, config_map in _read(file, read_config_maps).items()}


def _read(file: Path, reader: Callable[[str], T]) -> T:
    """Read a file that is not the one that everything is about."""
    try:
        return reader(_text(file))
    except InvalidDocumentError as error:
        tell(_console(stderr=True), str(file), problems=error.problems)
        raise _UnreadableError from error


def _text(file: Path) -> str:
    try:
        binary = sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
        return binary.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        shown = "standard input" if file == STANDARD_INPUT else str(file)
        _console(stderr=True).print(f"{shown} cannot be read: {why}", soft_wrap=True)
        raise _UnreadableError from error


def _title(wanted: Wanted) -> str:
    shown = ("standard input" if file == STANDARD_INPUT else str(file) for file in wanted.files)
    return ", ".join(shown) or "the project"


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
