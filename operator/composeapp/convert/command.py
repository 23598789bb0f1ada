"""The command ``convert``: from the options to files, and words about what was decided."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rich.console import Console

from composeapp.compose.files import UnreadableFileError
from composeapp.convert.convert import Converted, convert
from composeapp.convert.disk_folder import DiskFolder
from composeapp.convert.draft import Options
from composeapp.convert.output import Output, refusals, write
from composeapp.convert.size import too_large
from composeapp.convert.text import resource_text
from composeapp.input_file import InputFile, read_input
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
        converted = _converted(reading, options, target)
        text = resource_text(converted.resource)
        _judge(reading, converted, text, target)
        resource = read_input(text, name=None, namespace=None, folder="")
        secrets = [Output(target.secrets, to_yaml(converted.secrets), _SECRET_MODE)] if converted.secrets else []
        write([*secrets, Output(target.file, text)])
    except UnreadableFileError as error:
        words.print(str(error), soft_wrap=True)
        return _UNREADABLE
    except OSError as error:
        words.print(f"{error.filename} cannot be written: {error.strerror}", soft_wrap=True)
        return _UNREADABLE
    except InvalidDocumentError as error:
        tell(words, "convert", problems=error.problems, warnings=error.warnings)
        return _PROBLEMS
    _tell(words, converted, target)
    return _verdict(words, resource)


def _converted(reading: Reading, options: Options, target: Target) -> Converted:
    here = replace(options, folder=Path(os.path.relpath(reading.folder)).as_posix())
    folder = DiskFolder(reading.folder, is_open=options.allow_outside)
    return convert(reading, folder, here, name=target.name, namespace=target.namespace)


def _judge(reading: Reading, converted: Converted, text: str, target: Target) -> None:
    """
    Refuse what cannot be written.

    Raises:
        InvalidDocumentError: if it is too large, holds secrets that nobody said where to put, or would overwrite
            what is not ours.

    """
    names = {secret["metadata"]["name"] for secret in converted.secrets}
    read = [reading.folder / file for file in reading.texts]
    problems = [
        *too_large(text, converted.resource["spec"]),
        *refusals(target.file, target.secrets if names else None, read, names),
    ]
    if names and target.secrets is None:
        kept = [key for it in converted.secrets for key in {**it.get("data", {}), **it.get("stringData", {})}]
        message = f"the values of {', '.join(kept)} do not belong into a resource"
        problems.append(Problem((), message, "say --secrets-out FILE for a Secret, or --inline NAME for each that may"))
    if problems:
        raise InvalidDocumentError(tuple(problems))


def _tell(words: Console, converted: Converted, target: Target) -> None:
    for warning in converted.warnings:
        words.print(f"warning {visible(str(replace(warning, hint='')))}", soft_wrap=True)
    for decision in converted.notes.decisions:
        words.print(f"{dotted(decision.path)}: {visible(decision.message)}", soft_wrap=True)
    commands = list(converted.notes.before)
    if converted.secrets:
        commands.append(f"kubectl apply -f {target.secrets}  # keep it out of Git")
    if converted.notes.after:
        commands += [f"kubectl apply -f {target.file or '…'}", *converted.notes.after]
    if commands:
        words.print("Still to do:")
    for command in commands:
        words.print(f"  {visible(command)}", soft_wrap=True)


def _verdict(words: Console, resource: InputFile) -> int:
    """
    Say what a cluster would still refuse.

    The file has been written all the same: what leans on the Docker host needs a person, who repairs it more easily
    in one ComposeApp than in a project of many files. The exit status says that it is not yet ready.
    """
    try:
        plan = resource.translated(Settings())
    except InvalidDocumentError as error:
        tell(words, "the resource", problems=error.problems, warnings=error.warnings)
        return _PROBLEMS
    if plan.warnings:
        tell(words, "the resource", warnings=plan.warnings)
    return _FINE
