"""Texts that become numbers and booleans while they are interpolated: at the same places, in the same words."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from composeapp.compose.casts import CASTS
from composeapp.compose.schema import DOCUMENT
from composeapp.compose.schema.scalars import scalars
from composeapp.problems import Path
from oracle import ours
from oracle.grammar import Written

REFUSED = "failed to cast to expected type"
TEXTS = (
    *("", "abc", " 1", "1 ", "5\n", 'é\x7f\u200b\U000e0001"\\', "\a\t", "1_0", "1__0", "_1", "1_", "0x1F", "0X_1f", "0b11", "0o17", "017", "08"),
    *("0", "-0", "+5", "-1", "1.5", ".5", "5.", ".", "1e3", "1e", "0x1p-2", "0x.8p1", "0xp1", "1_0.5", "1._5", "infinity", "-Inf", "NaN", "1e39", "1e999"),
    *("2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "9" * 30),
    *("true", "False", "YES", "n", "Off", "on", "t", "null", "${N}", "${U:-7}", "$$5", "${B}"),
)  # fmt: skip


def nested(path: Path, text: str) -> str:
    """Return a document, as JSON, with nothing but a text at a place."""
    value: Any = text
    for part in reversed(path):
        value = [value] if isinstance(part, int) else {part: value}
    return json.dumps(value)


def places(pattern: Path) -> Iterator[Path]:
    """Yield the places that a pattern may mean: each ``*`` is a key or an index."""
    yield from itertools.product(*(("k", 0) if part == "*" else (part,) for part in pattern))


def casts(text: str, reference) -> tuple[set[str], set[str]]:
    """Return what both sides say of casts, ours first."""
    said = reference.load(text, variables=ours.VARIABLES).error
    theirs = {line.strip() for line in said.split("\n") if REFUSED in line}
    return {error.strip() for error in ours.read(Written((text,))).errors if REFUSED in error}, theirs


def assert_same(pattern: Path, texts: tuple[str, ...], reference) -> None:
    """Fail unless both sides read the texts, or refuse them in the same words."""
    rows = [place for place in places(pattern) if casts(nested(place, "abc"), reference)[1]]
    assert rows, "Compose does not cast there"
    for place, text in itertools.product(rows, texts):
        said, theirs = casts(nested(place, text), reference)
        if "json: unsupported value" not in str(said):  # Compose says that of the whole file, later
            assert said == theirs, (place, text)


@pytest.mark.parametrize("pattern", {cast: pattern for pattern, cast in CASTS.items()}.values(), ids=".".join)
def test_every_text_is_read_as_compose_reads_it(pattern, reference):
    """Each kind of cast reads the same texts, and refuses others with the same words."""
    assert_same(pattern, TEXTS, reference)


@pytest.mark.parametrize("pattern", CASTS, ids=".".join)
def test_every_row_is_one_of_compose(pattern, reference):
    """At each place of the table a text is read as there, and not as another type."""
    assert_same(pattern, ("", "1.5", "1", "-1", "017", "yes", "4294967296", "1e39"), reference)


def test_no_row_is_missing(reference):
    """Wherever the schema allows a single value, it is cast if and only if Compose casts it."""
    patterns = {path for path, _ in scalars(DOCUMENT)}
    missed = []
    for place in itertools.chain.from_iterable(map(places, patterns)):
        said, theirs = casts(nested(place, "abc"), reference)
        if theirs - said:
            missed.append(theirs)
    assert not missed
