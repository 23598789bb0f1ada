"""The long differential test: counts verdicts, and shrinks one document for each distinct difference."""

from __future__ import annotations

import argparse
import collections
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from oracle import ours
from oracle.choices import SeededChoices
from oracle.compare import Finding, compare, no_reference
from oracle.differences import unexplained
from oracle.grammar import VARIABLES, Written, document
from oracle.mutate import mutated
from oracle.reference import Answer, Reference

_CHUNK = 500


@dataclass
class Tally:
    """What a run has seen: verdicts, and how often each difference with its shortest document."""

    verdicts: collections.Counter[str] = field(default_factory=collections.Counter)
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    examples: dict[str, Finding] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take over what another part of the run has seen."""
        self.verdicts.update(other.verdicts)
        self.counts.update(other.counts)
        for signature, example in other.examples.items():
            self._keep(signature, example)

    def note(self, verdict: str, found: list[Finding]) -> None:
        """Count one document."""
        self.verdicts[verdict] += 1
        for finding in found:
            self.counts[finding.signature] += 1
            self._keep(finding.signature, finding)

    def _keep(self, signature: str, example: Finding) -> None:
        best = self.examples.get(signature)
        if best is None or len(str(example.written)) < len(str(best.written)):
            self.examples[signature] = example


def run(seeds: range, *, invalid: bool = False) -> Tally:
    """Ask both sides about the documents of these seeds; ``invalid`` breaks each of them in one place first."""
    tally = Tally()
    with Reference() as reference:
        for seed in seeds:
            written = mutated(seed) if invalid else document(SeededChoices(seed))
            answer = reference.load(*written.texts, variables=VARIABLES, profiles=written.profiles)
            if no_reference(answer):
                tally.verdicts["compose-go broke"] += 1
                continue
            verdict = "refused by Compose" if answer.error else "accepted by Compose"
            tally.note(verdict, unexplained(_compared(written, answer)))
    return tally


def _compared(written: Written, answer: Answer) -> list[Finding]:
    try:
        return compare(written, ours.read(written), answer)
    except Exception as error:  # noqa: BLE001 - any exception here is a finding
        return [Finding("crash", (), f"{type(error).__name__}: {error}", None, written)]


def shrunk(finding: Finding, reference: Reference) -> Finding:
    """Return the same difference in a document from which no line can be left out."""

    def same(written: Written) -> Finding | None:
        answer = reference.load(*written.texts, variables=VARIABLES, profiles=written.profiles)
        return next((one for one in _compared(written, answer) if one.signature == finding.signature), None)

    best = finding
    for index in range(len(finding.written.texts)):
        best = _without_lines(best, index, same)
    return best


def _without_lines(best: Finding, index: int, same: Callable[[Written], Finding | None]) -> Finding:
    size = len(best.written.texts[index].splitlines())
    while size:
        smaller = next(filter(None, map(same, _smaller(best.written, index, size))), None)
        best, size = (smaller, size) if smaller else (best, size // 2)
    return best


def _smaller(written: Written, index: int, size: int) -> Iterator[Written]:
    lines = written.texts[index].splitlines(keepends=True)
    for start in range(0, len(lines), size):
        text = "".join(lines[:start] + lines[start + size :])
        yield replace(written, texts=(*written.texts[:index], text, *written.texts[index + 1 :]))


def main() -> int:
    """Run the campaign and print what it found; return 1 if anything differs that is not meant to."""
    parser = argparse.ArgumentParser(prog="python -m oracle.campaign", description=__doc__)
    parser.add_argument("documents", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--invalid", action="store_true", help="documents that were broken in one place")
    parser.add_argument("--most", type=int, default=50, help="how many differences to show")
    arguments = parser.parse_args()
    started = time.monotonic()
    end = arguments.first + arguments.documents
    chunks = [range(start, min(start + _CHUNK, end)) for start in range(arguments.first, end, _CHUNK)]
    tally = Tally()
    with ProcessPoolExecutor(arguments.workers) as pool:
        for part in pool.map(_invalid if arguments.invalid else run, chunks):
            tally.add(part)
    _print(tally, arguments.most, time.monotonic() - started)
    return 1 if tally.counts else 0


def _invalid(seeds: range) -> Tally:
    return run(seeds, invalid=True)


def _print(tally: Tally, most: int, seconds: float) -> None:
    sys.stdout.write(
        f"{tally.verdicts.total()} documents in {seconds:.0f} s; {len(tally.counts)} distinct differences\n"
    )
    for verdict, count in tally.verdicts.most_common():
        sys.stdout.write(f"  {count:7} {verdict}\n")
    with Reference() as reference:
        for signature, count in tally.counts.most_common(most):
            sys.stdout.write(f"\n== {count} x {signature}\n{shrunk(tally.examples[signature], reference)}")


if __name__ == "__main__":
    sys.exit(main())
