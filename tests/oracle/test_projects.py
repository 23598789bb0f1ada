"""Projects on disk, and files of variables: found and read as ``docker compose`` does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from composeapp.compose.dotenv import InvalidDotenvError, parse_dotenv
from composeapp.project.load import Reading, Request
from oracle.compare import compare
from oracle.differences import unexplained
from oracle.grammar import Written
from oracle.ours import Reading as Ours
from oracle.reference import Answer, Reference

PROJECTS = sorted((Path(__file__).parents[1] / "fixtures" / "compose-files").iterdir())


def relative(value: Any, folder: str) -> Any:
    """Say absolute paths below the project as we do: relative to it."""
    text = json.dumps(value)
    return json.loads(text.replace(f'"{folder}/', '"./').replace(f'"{folder}"', '"."'))


def as_written(value: Any) -> Any:
    """Write our own paths with a dot before them, as the others."""
    if isinstance(value, dict):
        return {
            key: _path(item) if key in PATHS and isinstance(item, str) else as_written(item)
            for key, item in value.items()
        }
    return [as_written(item) for item in value] if isinstance(value, list) else value


PATHS = ("path", "file", "context", "source")


def _path(text: str) -> str:
    return f"./{text}" if "/" not in text[:2] and ("." in text or "/" in text) and "://" not in text else text


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
@pytest.mark.parametrize("profiles", [(), ("*",)], ids=["plain", "all profiles"])
def test_projects_are_read_as_compose_reads_them(project: Path, profiles: tuple[str, ...], reference: Reference):
    """Discovery, overrides, ``.env``, ``include`` and ``extends`` from files give the same project, field by field."""
    loaded = Reading(Request(folder=project, profiles=profiles)).load()
    answer = reference.load_folder(project, profiles)
    assert answer.error == ""
    assert answer.project is not None
    assert loaded.name == answer.project["name"]
    ours = Ours(as_written(loaded.document.model_dump(mode="json", exclude_defaults=True)))
    theirs = Answer(as_written(relative(answer.project, str(project))), "", answer.warnings)
    found = compare(Written((project.name,)), ours, theirs)
    assert [str(finding) for finding in unexplained(found) if finding.path != ("name",)] == []


NAMES = st.sampled_from(["A", "B", "export A", "a.b", "A ", "A B", "", "%", "OUTSIDE"])
PIECES = st.sampled_from(
    [
        "x",
        " ",
        "#",
        " # c",
        "'",
        '"',
        "\\",
        "\\n",
        '\\"',
        "$A",
        "${A:-d}",
        "${A",
        "$$",
        "\\$A",
        "\\0101",
        "\\07",
        "=",
        "ü",
        "\t",
    ]
)
LINES = st.builds(
    lambda name, sign, pieces, end: name + sign + "".join(pieces) + end,
    NAMES, st.sampled_from(["=", " = ", ": ", ""]), st.lists(PIECES, max_size=5), st.sampled_from(["\n", "\n", "\r\n", "\n\n"]),
)  # fmt: skip


@settings(max_examples=1500, derandomize=True)
@given(st.lists(LINES, max_size=4).map("".join))
@example("A=1\n# comment\nB='two\nlines'\n")
def test_files_of_variables_are_read_as_compose_reads_them(reference: Reference, text: str):
    """The same variables, or both refuse it."""
    outside = {"OUTSIDE": "o"}
    answer = reference.dotenv(text, outside)
    try:
        ours = parse_dotenv(text, outside)
    except InvalidDotenvError:
        assert answer.error, answer.project
    else:
        assert not answer.error
        assert ours == (answer.project or {})
