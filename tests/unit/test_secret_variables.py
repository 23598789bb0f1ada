"""Secret variables: a document names them, and nobody here knows their values."""

import pytest

from composeapp.compose.parse import Project, parse
from composeapp.compose.secret_variables import SecretVariable, has_token, split, token
from composeapp.compose.uses import uses
from composeapp.problems import InvalidDocumentError

SECRET = Project(secret_variables={"PASSWORD"}, variables={"HOST": "db"})


def environment(written, project=SECRET, **others):
    """Return the environment of a service for which this was written."""
    document, _ = parse({"services": {"a": {"image": "x", "environment": written, **others}}}, project)
    return document.services["a"].environment


def problems(raw, project=SECRET):
    """Return path, message of what is wrong with a document."""
    with pytest.raises(InvalidDocumentError) as refused:
        parse(raw, project)
    return [(problem.path, problem.message) for problem in refused.value.problems]


def service(**keys):
    """Return a document of one service."""
    return {"services": {"a": {"image": "x", **keys}}}


def test_a_token_is_found_where_it_was_put():
    """A text splits into what is known and the names in between."""
    text = f"postgres://u:{token('A')}{token('B')}@db"
    assert split(text) == ("postgres://u:", SecretVariable("A"), SecretVariable("B"), "@db")
    assert (split("plain"), split("")) == (("plain",), ())
    assert (has_token(text), has_token("plain")) == (True, False)


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ("${PASSWORD}", (SecretVariable("PASSWORD"),)),
        ("$PASSWORD", (SecretVariable("PASSWORD"),)),
        ("u:$PASSWORD@$HOST", ("u:", SecretVariable("PASSWORD"), "@db")),
        ("${PASSWORD:-otherwise}", (SecretVariable("PASSWORD"),)),
        ("${PASSWORD-otherwise}", (SecretVariable("PASSWORD"),)),
        ("${PASSWORD:?needed}", (SecretVariable("PASSWORD"),)),
        ("${PASSWORD:+given}", ("given",)),
        ("${UNSET:-$PASSWORD}", (SecretVariable("PASSWORD"),)),
        ("$$PASSWORD", ("$PASSWORD",)),
    ],
)
def test_a_secret_variable_counts_as_set_in_an_environment(template, parts):
    """Every operator takes it for set and not empty, in both forms of environment."""
    assert split(environment({"A": template})["A"] or "") == parts
    assert split(environment([f"A={template}"])["A"] or "") == parts


def test_a_name_without_a_value_takes_the_secret():
    """A variable that is only passed on is the secret one."""
    assert environment(["PASSWORD"]) == environment({"PASSWORD": None}) == {"PASSWORD": token("PASSWORD")}


def test_a_secret_survives_extends_and_merge():
    """What a service takes over from another one keeps its secrets."""
    base = {"image": "x", "environment": {"A": "$PASSWORD", "B": "b"}}
    document, _ = parse({"services": {"base": base, "a": {"extends": "base", "environment": ["B=$PASSWORD"]}}}, SECRET)
    assert document.services["a"].environment == {"A": token("PASSWORD"), "B": token("PASSWORD")}


def test_a_secret_may_stand_in_what_anchors_repeat():
    """Nobody reads an extension at the top, and anchors are mostly written there."""
    shared = {"A": "$PASSWORD"}
    document, _ = parse({"x-shared": shared, **service(environment=shared)}, SECRET)
    assert document.services["a"].environment == {"A": token("PASSWORD")}


WORDS = "the secret variable PASSWORD can only stand in a service's environment"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (service(labels={"a": "$PASSWORD"}), ("services", "a", "labels", "a")),
        (service(command=["x", "${PASSWORD}"]), ("services", "a", "command", 1)),
        (service(labels={"a": "${PASSWORD:-x}"}), ("services", "a", "labels", "a")),
        (service(deploy={"replicas": "$PASSWORD"}), ("services", "a", "deploy", "replicas")),
        (service(build={"context": ".", "args": ["PASSWORD"]}), ("services", "a", "build", "args", "PASSWORD")),
        ({**service(), "configs": {"c": {"environment": "PASSWORD"}}}, ("configs", "c", "environment")),
        (service(**{"x-kubernetes": {"image": "$PASSWORD"}}), ("services", "a", "x-kubernetes", "image")),
    ],
)
def test_a_secret_elsewhere_is_refused_at_its_place(raw, path):
    """A value that nobody knows cannot be written into any other field; that is the only complaint."""
    assert problems(raw) == [(path, WORDS)]


def test_a_secret_is_no_name():
    """A list entry whose name would be secret is refused."""
    words = "a secret variable cannot be the name of another"
    assert problems(service(environment=["$PASSWORD=a"])) == [(("services", "a", "environment", 0), words)]


def test_a_secret_whose_value_is_known_is_used_elsewhere():
    """Who knows the value as well (convert) has it everywhere but in environments, where the token stays."""
    project = Project(secret_variables={"PASSWORD"}, variables={"PASSWORD": "hush"})
    raw = service(environment={"A": "$PASSWORD"}, labels={"a": "$PASSWORD"})
    document, _ = parse(raw, project)
    assert document.services["a"].environment == {"A": token("PASSWORD")}
    assert document.services["a"].labels == {"a": "hush"}


@pytest.mark.parametrize("character", ["\ufdd0", "\ufdd1"])
def test_nobody_can_write_a_token(character):
    """A document or a variable that holds one of the token's characters is refused."""
    path = ("services", "a", "environment", "A")
    project = Project(variables={"V": f"a{character}"})
    assert problems(service(environment={"A": f"{character}B"})) == [
        (path, "it holds U+FDD0 or U+FDD1, which Unicode keeps for use within a program")
    ]
    words = "the value of V holds U+FDD0 or U+FDD1, which Unicode keeps for use within a program"
    assert problems(service(environment={"A": "$V"}), project) == [(path, words)]
    assert problems(service(environment=["V"]), project) == [(("services", "a", "environment", "V"), words)]


def test_every_use_is_found():
    """Each variable is found with its place: nested, unused, passed on, and by name."""
    raw = {
        "services": {
            "a": {
                "image": "${REGISTRY:-${FALLBACK-x}}/a:$TAG",
                "command": ["$$NOT", "${SET:+${WORD}}", "${"],
                "environment": ["PASSED", "A=$B"],
                "build": {"args": {"ARGUMENT": None}},
            }
        },
        "configs": {"c": {"environment": "CONTENT"}},
    }
    image, command = ("services", "a", "image"), ("services", "a", "command")
    assert sorted(uses(raw), key=str) == sorted(
        [
            *((image, name) for name in ("REGISTRY", "FALLBACK", "TAG")),
            *(((*command, 1), name) for name in ("SET", "WORD")),
            (("services", "a", "environment", 0), "PASSED"),
            (("services", "a", "environment", 1), "B"),
            (("services", "a", "build", "args", "ARGUMENT"), "ARGUMENT"),
            (("configs", "c", "environment"), "CONTENT"),
        ],
        key=str,
    )
