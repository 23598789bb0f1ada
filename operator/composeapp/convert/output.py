"""Where the result goes: files that are there at once as a whole, and nothing overwritten that is not ours."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from composeapp.problems import Problem


@dataclass(frozen=True, slots=True)
class Output:
    """One text and its file, or standard output."""

    file: Path | None
    text: str
    mode: int = 0o644


def write(outputs: Sequence[Output]) -> None:
    """
    Write all of them, or none.

    Raises:
        OSError: if one cannot be written.

    """
    with ExitStack() as unfinished:
        written = []
        for output in outputs:
            if output.file:
                temporary = _temporary(output, output.file)
                unfinished.callback(temporary.unlink, missing_ok=True)
                written.append((temporary, output.file))
        for temporary, file in written:
            temporary.replace(file)
    for output in outputs:
        if output.file is None:
            sys.stdout.write(output.text)


def _temporary(output: Output, file: Path) -> Path:
    try:
        descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(output.text)
    Path(name).chmod(output.mode)
    return Path(name)


def refusals(
    resource: Path | None, secrets: Path | None, project: Collection[Path], names: Collection[str]
) -> Iterator[Problem]:
    """Yield what speaks against two files: ``project`` are those that were read, ``names`` those of our Secrets."""
    read = {file.resolve() for file in project}
    for option, file in (("-o", resource), ("--secrets-out", secrets)):
        if file and file.resolve() in read:
            yield Problem((), f"{option} {file} is a file of the project", "name another file")
    if secrets and resource and secrets.resolve() == resource.resolve():
        yield Problem((), f"{secrets} is named twice", "keep the Secret out of the resource's file")
    elif secrets and secrets.exists() and not _is_ours(secrets, names):
        yield Problem((), f"{secrets} is there, and is no Secret of this app", "name another file, or remove it")


def _is_ours(file: Path, names: Collection[str]) -> bool:
    try:
        manifests: list[Any] = list(yaml.safe_load_all(file.read_text("utf-8")))
        return all(it["kind"] == "Secret" and it["metadata"]["name"] in names for it in manifests)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError):
        return False
