"""The tables of verdicts: complete, and told to the author as they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from composeapp.compose.schema import DOCUMENT
from composeapp.problems import Path, Report
from composeapp.translate.support import TABLES
from composeapp.translate.support.judge import check
from composeapp.translate.support.tables import WHOLE

SAYS_ALL = ("ignored", "convert", "refused", "not yet")
"""Verdicts after which nothing has to be said about what is inside."""


def mappings(schema: Mapping[str, Any], place: Path = ()) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield the place of every mapping with known keys that the language has, and its keys."""
    if properties := schema.get("properties"):
        yield place, frozenset(properties)
    for key, inner in schema.get("properties", {}).items():
        yield from mappings(inner, (*place, key))
    for pattern, inner in schema.get("patternProperties", {}).items():
        if pattern != "^x-":
            yield from mappings(inner, (*place, "*"))
    for inner in schema.get("anyOf", ()):
        yield from mappings(inner, place)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, Mapping):
            yield from mappings(inner, (*place, "*"))


def wanted_places() -> dict[Path, frozenset[str]]:
    """Return where the tables have to say something: below what is honoured or approximated."""
    return {place: keys for place, keys in mappings(DOCUMENT) if keys and _is_spoken_about(place)}


def _is_spoken_about(place: Path) -> bool:
    above = [place[:length] for length in range(1, len(place) + 1)]
    decided = [TABLES[path[:-1]][path[-1]].verdict for path in above if path[-1] != "*" and path[:-1] in TABLES]
    return not any(verdict in SAYS_ALL for verdict in decided) and not any(path in WHOLE for path in above)


def test_every_key_of_the_language_has_a_verdict():
    """What the schema knows, the author is told about; what it does not know, no table promises."""
    assert {place: frozenset(table) for place, table in TABLES.items()} == wanted_places()


KEYS = [(place, key) for place, table in TABLES.items() for key in table]


@pytest.mark.parametrize(
    ("place", "key"), KEYS, ids=lambda value: ".".join(value) if isinstance(value, tuple) else value
)
def test_each_verdict_is_told(place: Path, key: str):
    """What is not honoured is told at its path: ignored as a warning, the rest as a problem, with a way out."""
    support = TABLES[place][key]
    path = tuple("one" if part == "*" else part for part in (*place, key))
    raw: Any = "anything"
    for part in reversed(path):
        raw = {part: raw}
    report = Report()
    check(raw, report)
    told = [(problem.path, problem.message, problem.hint) for problem in report.problems]
    warned = [(warning.path, warning.message, warning.hint) for warning in report.warnings]
    here = [(path, support.becomes, support.advice)]
    assert warned == (here if support.verdict == "ignored" else [])
    assert told == (here if support.verdict in ("convert", "refused", "not yet") else [])
    assert support.becomes
    assert support.advice or not told
