"""The command ``convert``: from the options to files, and words about what was decided."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from composeapp.compose.files import UnreadableFileError
from composeapp.convert.convert import MOST_BYTES, Converted, convert
from composeapp.convert.draft import Options
from composeapp.convert.folder import DiskFolder
from composeapp.convert.text import resource_text
from composeapp.input_file import read_input
from composeapp.manifest_yaml import to_yaml
from composeapp.problems import InvalidDocumentError, Problem, dotted
from composeapp.project.load import Reading, Request
from composeapp.report_text import tell, visible
from composeapp.settings import Settings

_FINE, _PROBLEMS, _UNREADABLE = 0, 1, 2
_SECRET_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Target:
    """Where the result goes: to standard output without ``file``."""

    file: Path | None = None
    secrets: Path | None = None
    name: str | None = None
    namespace: str | None = None


def run(request: Request, options: Options, target: Target) -> int:
    """Convert a project and write it; return the exit status."""
    words = Console(stderr=True, highlight=False, markup=False, emoji=False)
    try:
        reading = Reading(request)
        converted = convert(reading, DiskFolder(reading.folder), options, name=target.name, namespace=target.namespace)
        text = resource_text(converted.resource)
        _judge(converted, text, target)
    except UnreadableFileError as error:
        words.print(str(error), soft_wrap=True)
        return _UNREADABLE
    except InvalidDocumentError as error:
        tell(words, "convert", problems=error.problems, warnings=error.warnings)
        return _PROBLEMS
    _write(target.file, text)
    if converted.secrets:
        _write(target.secrets, to_yaml(converted.secrets), _SECRET_MODE)
    _tell(words, converted, target)
    return _verdict(words, text)


def _judge(converted: Converted, text: str, target: Target) -> None:
    """
    Refuse what cannot be written.

    Raises:
        InvalidDocumentError: if it is too large, or holds secrets that nobody said where to put.

    """
    problems = []
    if len(text.encode()) > MOST_BYTES:
        configs = converted.resource["spec"].get("configs", {})
        largest = sorted(configs, key=lambda name: -len(str(configs[name])))[:3]
        message = f"the resource would have {len(text.encode()) // 1024} KiB; at most {MOST_BYTES // 1024}"
        problems.append(Problem((), message, f"bake files into images; the largest: {', '.join(largest)}"))
    if converted.secrets and target.secrets is None:
        keys = [
            key for secret in converted.secrets for key in {**secret.get("data", {}), **secret.get("stringData", {})}
        ]
        message = f"the values of {', '.join(keys)} do not belong into a resource"
        problems.append(Problem((), message, "say --secrets-out FILE for a Secret, or --inline NAME for each that may"))
    if problems:
        raise InvalidDocumentError(tuple(problems))


def _write(file: Path | None, text: str, mode: int = 0o644) -> None:
    """Write to standard output, or a file that is there at once as a whole."""
    if file is None:
        sys.stdout.write(text)
        return
    descriptor, temporary = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(temporary).chmod(mode)
    Path(temporary).replace(file)


def _tell(words: Console, converted: Converted, target: Target) -> None:
    for decision in converted.notes.decisions:
        hint = f" ({decision.hint})" if decision.hint else ""
        words.print(f"{dotted(decision.path)}: {visible(decision.message)}{hint}", soft_wrap=True)
    commands: list[str] = list(converted.notes.to_do)
    if target.secrets:
        commands += [f"kubectl apply -f {target.secrets}  # keep it out of Git"] if converted.secrets else []
    if commands:
        words.print("Still to do:")
        for command in commands:
            words.print(f"  {visible(command)}", soft_wrap=True)


def _verdict(words: Console, text: str) -> int:
    """Say what a cluster would still refuse."""
    problems: Sequence[Problem] = ()
    try:
        read_input(text, name=None, namespace=None, folder="").translated(Settings())
    except InvalidDocumentError as error:
        problems = error.problems
        tell(words, "the resource", problems=problems)
    return _PROBLEMS if problems else _FINE
