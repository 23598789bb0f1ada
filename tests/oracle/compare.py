"""Where our reading and compose-go's differ; as a command, for files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from oracle import ours
from oracle.grammar import Written
from oracle.grammar_values import VARIABLES
from oracle.normalise import normal
from oracle.reference import Answer, Reference

_NOTHING: Final = "(nothing)"


@dataclass(frozen=True)
class Finding:
    """One difference: ``kind`` is ``refused`` (by us only), ``accepted`` (by us only) or ``field``."""

    kind: str
    path: tuple[str | int, ...]
    ours: Any
    theirs: Any
    written: Written

    @property
    def signature(self) -> str:
        """What findings of one cause have in common."""
        if self.kind != "field":
            said = self.theirs if self.kind == "accepted" else self.ours
            return f"{self.kind}: {_general(str(said))}"
        pattern = ".".join("*" if isinstance(part, int) or place == 1 else part for place, part in enumerate(self.path))
        return f"field: {pattern}: {_shape(self.ours)} for {_shape(self.theirs)}"

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(map(str, self.path))}\n  ours:   {self.ours!r}\n  theirs: {self.theirs!r}\n{self.written}"


def findings(written: Written, reference: Reference) -> list[Finding]:
    """Ask both sides and return what differs."""
    return compare(
        written, ours.read(written), reference.load(*written.texts, variables=VARIABLES, profiles=written.profiles)
    )


def compare(written: Written, reading: ours.Reading, answer: Answer) -> list[Finding]:
    """Compare two answers to one question."""
    if answer.error:
        accepted = Finding("accepted", (), None, answer.error, written)
        return [] if reading.document is None or no_reference(answer) else [accepted]
    if reading.document is None:
        return [Finding("refused", (), "\n".join(reading.errors), None, written)]
    assert answer.project is not None
    return list(_fields(normal(reading.document), normal(answer.project), (), written))


def no_reference(answer: Answer) -> bool:
    """Tell whether compose-go broke rather than judged: it panicked, or could not print what it had loaded."""
    return answer.error.startswith(("panic:", "marshal:", "oracle:")) or "json: unsupported value" in answer.error


def _fields(ours_: Any, theirs: Any, path: tuple[str | int, ...], written: Written) -> Iterator[Finding]:
    if isinstance(ours_, dict) and isinstance(theirs, dict):
        for key in sorted(ours_.keys() | theirs.keys()):
            yield from _fields(ours_.get(key, _NOTHING), theirs.get(key, _NOTHING), (*path, key), written)
    elif isinstance(ours_, list) and isinstance(theirs, list) and len(ours_) == len(theirs):
        for index, (one, other) in enumerate(zip(ours_, theirs, strict=True)):
            yield from _fields(one, other, (*path, index), written)
    elif ours_ != theirs or isinstance(ours_, str) != isinstance(theirs, str):
        yield Finding("field", path, ours_, theirs, written)


def _general(text: str) -> str:
    text = re.sub(
        r"\b(web|db|worker|x-svc|api\.v1|Up_1|front|back|data|cache|conf|c\.2|key|token|llm|embed-1|m\.x)\b", "*", text
    )
    return re.sub(r"\d+", "0", text)[:160]


def _shape(value: Any) -> str:
    if value == _NOTHING:
        return "nothing"
    return "text" if isinstance(value, str) else type(value).__name__


def main() -> int:
    """Print what differs for the files named on the command line, merged; return 1 if anything does."""
    with Reference() as reference:
        found = findings(Written(tuple(Path(name).read_text("utf-8") for name in sys.argv[1:])), reference)
    for finding in found:
        sys.stdout.write(f"{str(finding).partition(chr(10) + '#')[0]}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
