"""
The commands that need no cluster, ``render`` and ``check``.

Data goes to standard output, words to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console

from composeapp.config_map_file import read_config_maps
from composeapp.input_file import read_input
from composeapp.manifest_yaml import to_yaml
from composeapp.plan import Plan
from composeapp.problems import InvalidDocumentError, Problem
from composeapp.report_text import json_text, tell
from composeapp.settings import Settings
from composeapp.settings_text import load_settings
from composeapp.variables_from import ConfigMaps

T = TypeVar("T")

_FINE: Final = 0
_PROBLEMS: Final = 1
_UNREADABLE: Final = 2
_STANDARD_INPUT: Final = Path("-")


class _UnreadableError(Exception):
    """There is nothing to translate: one of the files cannot be read; its words have been said."""


def render(
    file: Path, settings: Path | None, variables_from: Sequence[Path], *, name: str | None, namespace: str | None
) -> int:
    """Print a file's objects; return the exit status."""
    words = _console(stderr=True)
    try:
        plan = _translated(file, settings, variables_from, name=name, namespace=namespace)
    except InvalidDocumentError as error:
        tell(words, _title(file), problems=error.problems, warnings=error.warnings)
        return _PROBLEMS
    except _UnreadableError:
        return _UNREADABLE
    if plan.warnings:
        tell(words, _title(file), warnings=plan.warnings)
    sys.stdout.write(to_yaml(plan.manifests))
    return _FINE


def check(file: Path, settings: Path | None, variables_from: Sequence[Path], *, as_json: bool) -> int:
    """Print what is wrong with a file; return the exit status."""
    problems: tuple[Problem, ...] = ()
    try:
        warnings = _translated(file, settings, variables_from).warnings
    except InvalidDocumentError as error:
        problems, warnings = error.problems, error.warnings
    except _UnreadableError:
        return _UNREADABLE
    if as_json:
        sys.stdout.write(json_text(problems, warnings))
    else:
        tell(_console(stderr=False), _title(file), problems=problems, warnings=warnings)
    return _PROBLEMS if problems else _FINE


def _translated(
    file: Path,
    settings: Path | None,
    variables_from: Sequence[Path],
    *,
    name: str | None = None,
    namespace: str | None = None,
) -> Plan:
    decided = _settings(settings)
    config_maps = {name: read for path in variables_from for name, read in _config_maps(path).items()}
    folder = Path.cwd() if file == _STANDARD_INPUT else file.resolve().parent
    return read_input(_text(file), name=name, namespace=namespace, folder=folder.name).translated(decided, config_maps)


def _settings(file: Path | None) -> Settings:
    if file is None:
        _console(stderr=True).print("Default settings; --settings FILE takes your cluster's.", style="dim")
        return Settings()
    return _read(file, load_settings)


def _config_maps(file: Path) -> ConfigMaps:
    return _read(file, read_config_maps)


def _read(file: Path, reader: Callable[[str], T]) -> T:
    """Read a file that is not the one that everything is about."""
    try:
        return reader(_text(file))
    except InvalidDocumentError as error:
        tell(_console(stderr=True), str(file), problems=error.problems)
        raise _UnreadableError from error


def _text(file: Path) -> str:
    try:
        binary = sys.stdin.buffer.read() if file == _STANDARD_INPUT else file.read_bytes()
        return binary.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        _console(stderr=True).print(f"{_title(file)} cannot be read: {why}", soft_wrap=True)
        raise _UnreadableError from error


def _title(file: Path) -> str:
    return "standard input" if file == _STANDARD_INPUT else str(file)


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
