"""The reference program, compose-go, kept running: one question, one answer."""

from __future__ import annotations

import json
import resource
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from localcluster import golang

PROGRAM: Final = Path(__file__).with_name("program")

_MOST_SECONDS: Final = 20
_MOST_BYTES: Final = 6 << 30
"""Of address space, most of which Go only reserves."""


@dataclass(frozen=True)
class Answer:
    """What compose-go says: a project in its normal form, or the text of the error that there is none for."""

    project: Mapping[str, Any] | None
    error: str
    warnings: tuple[str, ...]


@cache
def executable() -> Path:
    """Return the program, built the first time and kept outside the checkout."""
    return golang.build("oracle", PROGRAM, ".")


class Reference:
    """
    A running reference program.

    It is ended, and started again for the next question, when a document takes it too long or too much memory.
    """

    def __init__(self) -> None:
        self._process = self._start()

    def load(
        self, *texts: str, variables: Mapping[str, str] | None = None, profiles: Sequence[str] = (), name: str = "app"
    ) -> Answer:
        """Load the texts of one or several files as Compose merges them; nothing else is read."""
        return self._answer(
            {"files": texts, "variables": dict(variables or {}), "profiles": list(profiles), "name": name}
        )

    def load_folder(self, folder: Path, profiles: Sequence[str] = ()) -> Answer:
        """Load the project of a folder as ``docker compose`` finds and reads it; its paths come out absolute."""
        return self._answer({"folder": str(folder), "profiles": list(profiles), "variables": {}})

    def dotenv(self, text: str, outside: Mapping[str, str]) -> Answer:
        """Read the text of a file of variables; they are the answer's project."""
        return self._answer({"dotenv": text, "variables": dict(outside)})

    def _answer(self, request: Mapping[str, Any]) -> Answer:
        line = self._ask(json.dumps(request))
        if not line:
            self._end()
            self._process = self._start()
            return Answer(None, "oracle: gave no answer", ())
        said = json.loads(line)
        return Answer(said.get("project"), said.get("error", ""), tuple(said["warnings"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(executable())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        resource.prlimit(process.pid, resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
        return process

    def _ask(self, request: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        guard = threading.Timer(_MOST_SECONDS, self._process.kill)
        guard.start()
        try:
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return ""
        finally:
            guard.cancel()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):  # what a process that is gone did not read
                    stream.close()
