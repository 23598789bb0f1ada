"""The tables of verdicts: complete, and told to the author as they stand."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

import pytest
import yaml

from composeapp.compose.parse import Project, parse, parse_text
from composeapp.compose.paths import places
from composeapp.compose.schema import DOCUMENT
from composeapp.problems import Path, Report
from composeapp.spec import OPTIONS
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


GOLDEN = File(__file__).parents[1] / "golden"


def long_forms() -> Iterator[Any]:
    """Yield what each golden document that is translated says, in long form."""
    for case in sorted(GOLDEN.iterdir()):
        seen: list[Any] = []
        project = Project(judge=lambda values, _document, _report, seen=seen: seen.append(values))
        if not (case / "manifests.yaml").exists():
            continue
        if (case / "compose.yaml").exists():
            parse_text((case / "compose.yaml").read_text(), project=project)
        else:
            spec = yaml.safe_load((case / "composeapp.yaml").read_text())["spec"]
            parse({key: value for key, value in spec.items() if key not in OPTIONS}, project)
        yield from seen


def test_every_key_that_is_honoured_has_a_golden_case():
    """What the documentation promises is shown somewhere: the golden folders use each such key."""
    documents = list(long_forms())
    promised = {
        (*place, key)
        for place, table in TABLES.items()
        for key, support in table.items()
        if support.verdict in ("honoured", "approximated") and not support.becomes.startswith("nothing")
    }
    missing = {path for path in promised if not any(True for one in documents for _ in places(one, path))}
    assert sorted(".".join(path) for path in missing) == []


def test_the_page_of_the_language_is_up_to_date():
    """docs/compose.md says what the tables say."""
    program = File(__file__).parents[2] / "docs" / "generate.py"
    done = subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
