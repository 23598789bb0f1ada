"""
What the author's client may have changed in an inline document before anybody here saw it.

kubectl reads YAML 1.1 and sends JSON: a bare ``yes`` arrives as true, ``1.10`` as 1.1. Where Compose wants a
text they become another one than was written. Integers are not among them: there both make the same text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from composeapp.compose.paths import at, fits
from composeapp.compose.scalars import go_text
from composeapp.compose.schema import DOCUMENT
from composeapp.compose.schema.scalars import scalars
from composeapp.problems import Path, Problem

BOOLEAN_HINT: Final = "kubectl reads a bare yes, on or y as true: quote the value, or use composeFile, which is exact"
_NUMBER_HINT: Final = "quote it if it was written otherwise, as 1.10 is"


def inline_traps(written: Any, long_form: Any) -> Iterator[Problem]:
    """Warn of each boolean and fraction of a document, as it came, that is a text in its long form."""
    for path, value in _suspects(written, ()):
        if not _is_text(at(long_form, path)):
            continue
        text = go_text(value)
        if isinstance(value, float):
            yield Problem(path, f'the number becomes the text "{text}"', _NUMBER_HINT)
        elif not any(fits(path, place) for place in _meant_as_booleans()):
            yield Problem(path, f'the boolean {text} becomes the text "{text}"', BOOLEAN_HINT)


def _suspects(value: Any, path: Path) -> Iterator[tuple[Path, bool | float]]:
    if isinstance(value, bool | float):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _suspects(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _suspects(item, (*path, index))


def _is_text(value: Any) -> bool:
    """An option of a provider is a list of texts in long form, as it may have several values."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


@cache
def _meant_as_booleans() -> frozenset[Path]:
    """Places for a boolean that Compose keeps as a text, as ``build.provenance``."""
    return frozenset(path for path, types in scalars(DOCUMENT) if types == {"boolean", "string"})
