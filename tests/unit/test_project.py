"""Projects on disk: what is found, what is read, and what all of it says together."""

from __future__ import annotations

from pathlib import Path

import pytest

from composeapp.compose.dotenv import InvalidDotenvError, parse_dotenv
from composeapp.compose.files import UnreadableFileError
from composeapp.problems import InvalidDocumentError
from composeapp.project.load import LoadedProject, Reading, Request


@pytest.fixture
def write(tmp_path):
    """Write files below the project's folder; returns the folder."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace("_env", ".env")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def load(folder: Path, **options) -> LoadedProject:
    """Load the project of a folder."""
    return Reading(Request(folder=folder, **options)).load()


def problems(folder: Path, **options) -> list[str]:
    """Return what is wrong with the project of a folder."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(folder, **options)
    return [str(problem) for problem in caught.value.problems]


def test_the_usual_files_are_found(write):
    """Without a name the first of Compose's names counts, and the override file goes over it."""
    folder = write(compose_yaml="services: {a: {image: x}}")
    (folder / "docker-compose.yml").write_text("services: {b: {image: x}}")
    (folder / "compose.override.yml").write_text("services: {a: {image: y}}")
    loaded = load(folder)
    assert {name: service.image for name, service in loaded.document.services.items()} == {"a": "y"}
    assert "Found multiple config files" in loaded.warnings[0].message


def test_files_of_a_folder_above(write, monkeypatch):
    """A project is found from anywhere inside it."""
    folder = write(compose_yaml="name: shop\nservices: {a: {image: x}}", deep__down__x_yaml="")
    monkeypatch.chdir(folder / "deep" / "down")
    assert Reading(Request()).load().name == "shop"


def test_no_file_at_all(tmp_path):
    """There is nothing to read, and that is said as Compose says it."""
    with pytest.raises(UnreadableFileError, match="no configuration file provided: not found"):
        Reading(Request(folder=tmp_path))


def test_variables_of_the_environment_win(write):
    """``.env`` is read, ``--env-file`` replaces it, the environment goes before both, and each origin is known."""
    folder = write(compose_yaml="services: {a: {image: '${A}-${B}', command: '${C:-none}'}}")
    (folder / ".env").write_text("A=file\nB=${A}\n")
    (folder / "other.env").write_text("C=other\n")
    loaded = load(folder, environment={"A": "outside"})
    assert loaded.document.services["a"].image == "outside-outside"
    assert loaded.origins == {"A": "environment", "B": ".env"}
    replaced = load(folder, environment={"A": "1", "B": "2"}, env_files=[folder / "other.env"])
    assert replaced.document.services["a"].command == ("other",)


def test_include_brings_in_what_another_file_says(write):
    """Its paths are relative to its folder, its ``.env`` counts for it, and what the including file says wins."""
    folder = write(
        compose_yaml="include: [db/compose.yaml]\nservices: {db: {labels: {a: mine}}, web: {image: w}}",
        db__compose_yaml="services: {db: {image: 'pg:${TAG}', build: ./here, labels: {a: theirs, b: kept}}}",
    )
    (folder / "db" / ".env").write_text("TAG=17\n")
    loaded = load(folder)
    assert loaded.document.services["db"].image == "pg:17"
    assert loaded.document.services["db"].build.context == "./db/here"
    assert loaded.document.services["db"].labels == {"a": "mine", "b": "kept"}
    assert set(loaded.texts) == {"compose.yaml", "db/compose.yaml", "db/.env"}


def test_an_include_that_leads_back(write):
    """A cycle is refused with the way that it takes."""
    folder = write(
        compose_yaml="include: [a/b.yaml]\nservices: {x: {image: x}}", a__b_yaml="include: [../compose.yaml]"
    )
    assert problems(folder) == [
        "a/b.yaml:1:11: include[0]: include cycle detected:\ncompose.yaml\n include a/b.yaml\n include compose.yaml"
    ]


def test_an_include_that_is_not_there(write):
    """The place says who includes it, the words what is missing."""
    folder = write(compose_yaml="include:\n  - missing.yaml\nservices: {x: {image: x}}")
    assert problems(folder) == ["compose.yaml:2:5: include[0]: missing.yaml cannot be read: No such file or directory"]


def test_extends_from_a_file(write):
    """A chain through files takes over what each says, with paths relative to its own folder."""
    folder = write(
        compose_yaml="services: {web: {extends: {file: base/web.yaml, service: web}, environment: {A: mine}}}",
        base__web_yaml="services: {web: {extends: {file: ../common.yaml, service: base}, env_file: web.env}}",
        common_yaml="services: {base: {image: x, environment: {A: base, B: base}}, unused: {image: y}}",
    )
    service = load(folder).document.services["web"]
    assert (service.image, service.environment) == ("x", {"A": "mine", "B": "base"})
    assert service.env_file[0].path == "./base/web.env"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("services: {b: {image: x}}", 'cannot extend service "web": service "a" not found in o.yaml'),
        (
            "services: {a: {extends: {file: compose.yaml, service: web}}}",
            "Circular reference: web extends a a extends web",
        ),
    ],
)
def test_extends_that_leads_nowhere(write, other, words):
    """A service that is not there, or leads back, is refused where the project says it."""
    folder = write(compose_yaml="services: {web: {extends: {file: o.yaml, service: a}}}", o_yaml=other)
    found = problems(folder)
    assert len(found) == 1
    assert words in found[0]
    assert found[0].startswith("compose.yaml:1:")


def test_problems_of_other_files_name_them(write):
    """Every place is one that an editor finds."""
    folder = write(compose_yaml="include: [b.yaml]\nservices: {x: {image: x}}", b_yaml="services:\n  y: {imgae: z}\n")
    assert problems(folder) == [
        "b.yaml:2:7: services.y additional properties 'imgae' not allowed (did you mean 'image'?)"
    ]


DOTENV = [
    ("A=1\nB = 2\nexport C=3\nD: 4\n", {"A": "1", "B": "2", "C": "3", "D": "4"}),
    ("# comment\nA=b # comment\nB=b#none\n\nC=\n", {"A": "b", "B": "b#none", "C": ""}),
    ("A='x # ${B}'\nB=\"two\nlines\"\n", {"A": "x # ${B}", "B": "two\nlines"}),
    ('A="a\\tb\\n\\"q\\" \\$A \\\\ \\0101 \\z"\n', {"A": 'a\tb\n"q" $A \\ A \\z'}),
    ("A='it\\'s'\n", {"A": "it's"}),
    ("A=1\nB=${A}-${X:-y}-$$5\n", {"A": "1", "B": "1-y-$5"}),
    ("OUTSIDE\nMISSING\nB=${OUTSIDE}\n", {"OUTSIDE": "o", "B": "o"}),
    ("\ufeffA=1", {"A": "1"}),
    ("A=1\nA=2\nB=$A", {"A": "2", "B": "2"}),
]


@pytest.mark.parametrize(("text", "variables"), DOTENV)
def test_the_dialect_of_env_files(text, variables):
    """Values are what Docker Compose reads."""
    assert parse_dotenv(text, {"OUTSIDE": "o"}) == variables


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A=1\nB C=2\n", "line 2: key cannot contain a space"),
        ("A=1\n%=2\n", 'line 2: unexpected character "%" in variable name "%=2"'),
        ('A="x\ny', "unterminated quoted value"),
        ("A=1\nB=${", "line 2: Invalid template"),
        ("A=${B:?say so}", "required variable B is missing a value: say so"),
    ],
)
def test_mistakes_in_env_files(text, words):
    """The line and what is wrong with it."""
    with pytest.raises(InvalidDotenvError) as caught:
        parse_dotenv(text, {})
    assert words in str(caught.value)
