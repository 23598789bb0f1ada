"""Mutated documents through parse and translate: nothing but our own problems comes out, soon and in little memory."""

from __future__ import annotations

import argparse
import collections
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from composeapp.compose.parse import Project, parse_text
from composeapp.compose.yaml import read_all
from composeapp.plan import App, SecretKey
from composeapp.problems import InvalidDocumentError, Path, Problem
from composeapp.settings import Settings
from composeapp.translate.app import translate
from oracle.choices import Choices, SeededChoices, chance
from oracle.grammar import document
from oracle.grammar_values import VARIABLES
from oracle.mutate import mutated

MOST_SECONDS: Final = 1.0
MOST_BYTES: Final = 200 << 20

SECRETS: Final = {name: SecretKey("secrets", name) for name in ("A", "W", "SECRET")}
"""Variables that only the cluster knows; the values of the first two are known as well."""
_NASTY: Final = (
    "\x00", "\t", "\ufeff", "{", "}", "[", "]", "&a ", "*a", "!!", "!reset ", "!override ", "<<: ", "|\n", ">-\n", "? ", ": ", "- ",
    "---\n", "...\n", "%YAML 1.1\n", "${", "$$", "}", "'", '"', "\u2028", "\U0001f600", "~", "#", "\\", "-1", "1e999", "${A:-${B:-", "${SECRET}", "\ufdd0",
)  # fmt: skip


def fuzzed(seed: int) -> str:
    """Return a text that was a document once."""
    choices = SeededChoices(f"fuzz {seed}")
    text = "---\n".join((mutated(seed) if chance(choices, 60) else document(choices)).texts)
    for _ in range(choices.count(0, 4)):
        text = choices.one(_CHANGES)(choices, text)
    return text


def _insert(choices: Choices, text: str) -> str:
    place = choices.count(0, len(text))
    return text[:place] + choices.one(_NASTY) + text[place:]


def _cut(choices: Choices, text: str) -> str:
    start = choices.count(0, len(text))
    return text[:start] + text[start + choices.count(1, 20) :]


def _repeat(choices: Choices, text: str) -> str:
    start = choices.count(0, len(text))
    return text[:start] + text[start : start + choices.count(1, 80)] * 2 + text[start:]


_CHANGES: Final[tuple[Callable[[Choices, str], str], ...]] = (_insert, _cut, _repeat)


def outcome(text: str) -> str:
    """Tell how one text ends; anything but ``translated`` and ``refused`` is a fault of ours."""
    started = time.process_time()
    try:
        parsed: Any = parse_text(text, project=Project(variables=VARIABLES, secret_variables=SECRETS))
        translate(parsed[0], App(name="app", namespace="demo", secrets=SECRETS), Settings())
        ended = "translated"
    except InvalidDocumentError as error:
        ended = _refusal(error.problems, text)
    except Exception as error:  # noqa: BLE001 - any other exception is what we look for
        ended = f"FAULT: {type(error).__name__}: {str(error)[:100]}"
    seconds = time.process_time() - started
    return ended if seconds < MOST_SECONDS else f"FAULT: took {seconds:.1f} s"


def _refusal(problems: tuple[Problem, ...], text: str) -> str:
    """Each problem says where it is: a path that its author finds in the text, or at least a line of it."""
    if not problems:
        return "FAULT: refused without a problem"
    documents = _documents(text)
    for problem in problems:
        if not problem.path and problem.position is None and problem.message not in _OF_NOTHING:
            return f"FAULT: nowhere: {problem.message[:80]}"
        if documents and not any(_has(document, problem.path[:2]) for document in documents):
            return f"FAULT: no such place: {problem.path[:2]}: {problem.message[:80]}"
    return "refused"


_OF_NOTHING: Final = ("empty compose file",)


def _documents(text: str) -> list[Any]:
    try:
        return [source.value for source in read_all(text)]
    except InvalidDocumentError:
        return []


def _has(value: Any, path: Path) -> bool:
    """Tell whether a place is in a document; what is removed by a tag has been there."""
    for part in path[:-1]:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


def main() -> int:
    """Print how the texts ended; return 1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m oracle.fuzz", description=__doc__)
    parser.add_argument("texts", type=int)
    ended: collections.Counter[str] = collections.Counter()
    first: dict[str, int] = {}
    before = _peak()
    for seed in range(parser.parse_args().texts):
        how = outcome(fuzzed(seed))
        ended[how] += 1
        first.setdefault(how, seed)
    for how, count in ended.most_common():
        sys.stdout.write(f"{count:7} {how} (first: {first[how]})\n")
    grown = _peak() - before
    sys.stdout.write(f"{grown >> 20} MiB more than at the start at the peak\n")
    return 1 if grown > MOST_BYTES or any(how.startswith("FAULT") for how in ended) else 0


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


if __name__ == "__main__":
    sys.exit(main())
