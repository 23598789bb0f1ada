"""The ``.spec`` of a ComposeApp: the document in it, and our keys beside it."""

import contextlib
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp import spec as spec_module
from composeapp.compose.schema.document import MODEL, SERVICE
from composeapp.problems import InvalidDocumentError, Position
from composeapp.spec import OPTIONS, Options, Parsed
from composeapp.translate import support

INLINE = {
    "services": {"app": {"image": "web:1", "models": ["llm"], "environment": {"A": "${X:-yes}"}}},
    "models": {"llm": {"model": "ai/smollm2", "context_size": 4096, "x-cloud-options": ["cloud.region=us-west-2"]}},
}
TEXT = """
services:
  app:
    image: web:1
    models: [llm]
    environment:
      A: ${X:-yes}
models:
  llm: {model: ai/smollm2, context_size: 4096, x-cloud-options: [cloud.region=us-west-2]}
"""


def parse_spec(spec) -> Parsed:
    """Parse as the operator does."""
    return spec_module.parse_spec(spec, support.judge)


def problems(spec):
    """Return what is refused, as (path, message, hint)."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse_spec(spec)
    return [(problem.path, problem.message, problem.hint) for problem in caught.value.problems]


def test_inline_keys_and_compose_file_give_the_same_document():
    """A document means the same, however it comes."""
    assert parse_spec(INLINE).document == parse_spec({"composeFile": TEXT}).document


def test_variables_replace_in_both():
    """``spec.variables`` is what ``${NAME}`` finds."""
    for spec in (INLINE, {"composeFile": TEXT}):
        document = parse_spec({**spec, "variables": {"X": "no"}}).document
        assert document.services["app"].environment == {"A": "no"}


def test_options_are_read():
    """Our own keys arrive typed; what is not given has its default."""
    spec = {
        **INLINE,
        "images": {"app": "web:2"},
        "imagePullSecrets": [{"name": "registry"}],
        "suspend": True,
        "volumesOnDelete": "Retain",
    }
    assert parse_spec(spec).options == Options(images={"app": "web:2"}, image_pull_secrets=("registry",), suspend=True)
    assert parse_spec(INLINE).options == Options()


def test_the_spec_is_not_changed():
    """The caller's mapping is the cluster's truth and stays as it was."""
    before = copy.deepcopy(INLINE)
    parse_spec(INLINE)
    assert before == INLINE


REFUSED = [
    ({**INLINE, "modles": {}}, [(("modles",), "additional properties 'modles' not allowed", "did you mean 'models'?")]),
    ({**INLINE, "composefile": ""},
     [(("composefile",), "additional properties 'composefile' not allowed", "did you mean 'composeFile'?")]),
    ({**INLINE, "composeFile": TEXT},
     [(("composeFile",), "it holds the whole document, but services, models stands beside it",
       "keep one of the two")]),
    ({**INLINE, "variables": {"A": 1}}, [(("variables", "A"), "variables.A must be a string", "")]),
    ({**INLINE, "images": ["a"]}, [(("images",), "images must be a mapping", "")]),
    ({**INLINE, "imagePullSecrets": ["a"]}, [(("imagePullSecrets", 0), "imagePullSecrets.0 must be a mapping", "")]),
    ({**INLINE, "imagePullSecrets": [{}]},
     [(("imagePullSecrets", 0), "imagePullSecrets.0 missing property 'name'", "")]),
    ({**INLINE, "suspend": "no"}, [(("suspend",), "suspend must be a boolean", "")]),
    ({**INLINE, "volumesOnDelete": "Keep"},
     [(("volumesOnDelete",), "volumesOnDelete value must be one of 'Retain', 'Delete'", "")]),
    ({"composeFile": 1}, [(("composeFile",), "composeFile must be a string", "")]),
    ({**INLINE, "profiles": [1]}, [(("profiles", 0), "profiles.0 must be a string", "")]),
    ({**INLINE, "images": {"ap": "x"}}, [(("images", "ap"), 'there is no service "ap"', "did you mean 'app'?")]),
    ({**INLINE, "x": 1, "suspend": 1},
     [(("x",), "additional properties 'x' not allowed", ""), (("suspend",), "suspend must be a boolean", "")]),
    ({}, [((), "empty compose file", "it needs services, models or both")]),
    ({"variables": {}}, [((), "empty compose file", "it needs services, models or both")]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), REFUSED)
def test_what_is_wrong_beside_the_document_is_refused_by_path(spec, expected):
    """Each mistake in our own keys has its path, a sentence and a way out, all of them at once."""
    assert problems(spec) == expected


def test_problems_of_a_compose_file_carry_line_and_column():
    """The author finds the place in the text, under the key that holds it."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse_spec({"composeFile": TEXT.replace("image:", "imgae:")})
    (problem,) = caught.value.problems
    assert problem.path == ("composeFile", "services", "app", "imgae")
    assert problem.position == Position(4, 5)
    assert str(problem) == (
        "line 4, column 5: services.app additional properties 'imgae' not allowed (did you mean 'image'?)"
    )


def test_warnings_of_a_compose_file_carry_line_and_column():
    """A warning points as precisely as a problem."""
    (warning,) = parse_spec({"composeFile": "version: '3'\n" + TEXT}).warnings
    assert (warning.path, warning.position) == (("composeFile", "version"), Position(1, 1))


TRAP = "kubectl reads a bare yes, on or y as true: quote the value, or use composeFile, which is exact"


EVERYWHERE = {
    ("labels", "a"): True,
    ("annotations", "a"): 1.1,
    ("sysctls", "net.core.somaxconn"): 1.5,
    ("build", "args", "A"): True,
    ("build", "labels", "a"): False,
    ("deploy", "labels", "a"): True,
    ("logging", "options", "a"): 1.1,
    ("storage_opt", "size"): 1.1,
    ("networks", "front", "driver_opts", "a"): 1.1,
    ("gpus", 0, "options", "a"): True,
    ("group_add", 0): 1.1,
    ("expose", 0): 3000.0,
    ("provider", "options", "a"): True,
    ("volumes", 0, "volume", "labels", "a"): True,
    ("post_start", 0, "environment", "A"): True,
}
"""Places below a service where a text is wanted → what a client may have made of it."""
ELSEWHERE = {
    ("cpus",): 0.5,
    ("tty",): True,
    ("build", "provenance"): True,
    ("deploy", "resources", "limits", "cpus"): 1.5,
    ("x-own", "a"): True,
    ("healthcheck", "retries"): 3.0,
}
"""Places where such a value is what was meant."""
REST: dict[tuple, dict] = {
    ("volumes", 0): {"type": "volume", "source": "data", "target": "/data"},
    ("post_start", 0): {"command": "x"},
    ("build",): {"context": "."},
    ("provider",): {"type": "x"},
    ("logging",): {"driver": "x"},
}
"""What a mapping needs beside."""


def service_with(path, value):
    """Return a spec with one value below a service, of which everything else is as it has to be."""
    for place in reversed(range(len(path))):
        inner = {path[place]: value, **REST.get(path[:place], {})} if isinstance(path[place], str) else [value]
        value = inner
    return {"services": {"app": {"image": "x", **value}}, "networks": {"front": {}}, "volumes": {"data": {}}}


def traps(spec):
    """Return the places that are warned of as changed by a client, whatever the product cannot honour there."""
    parsed = spec_module.parse_spec(spec, lambda _: lambda *_: None)
    return {warning.path[2:] for warning in parsed.warnings if "becomes the text" in warning.message}


@pytest.mark.parametrize(("path", "value"), EVERYWHERE.items(), ids=str)
def test_every_place_for_a_text_is_watched(path, value):
    """A boolean or fraction is named wherever it became a text."""
    assert traps(service_with(path, value)) == {path}


@pytest.mark.parametrize(("path", "value"), ELSEWHERE.items(), ids=str)
def test_booleans_and_numbers_in_their_places_are_not_named(path, value):
    """What is wanted as a boolean or number is no trap."""
    assert traps(service_with(path, value)) == set()


def test_inline_values_that_a_client_may_have_changed_are_named():
    """``yes`` arrives as a boolean and ``1.10`` as another number; integers are the same text everywhere."""
    environment = {"DEBUG": True, "VERSION": 1.1, "PORT": 8080, "TEXT": "yes", "MODE": 0o777}
    parsed = parse_spec({"services": {"app": {"image": "x", "environment": environment}}})
    where = ("services", "app", "environment")
    assert [(warning.path, warning.message, warning.hint) for warning in parsed.warnings] == [
        ((*where, "DEBUG"), 'the boolean true becomes the text "true"', TRAP),
        ((*where, "VERSION"), 'the number becomes the text "1.1"', "quote it if it was written otherwise, as 1.10 is"),
    ]


def test_the_same_values_in_a_compose_file_are_exact():
    """Text needs no warning: ``yes`` is ``yes`` there."""
    text = "services: {app: {image: x, environment: {DEBUG: yes, VERSION: '1.10'}}}"
    parsed = parse_spec({"composeFile": text})
    assert parsed.document.services["app"].environment == {"DEBUG": "yes", "VERSION": "1.10"}
    assert parsed.warnings == ()


def test_a_boolean_where_a_text_is_needed_explains_itself():
    """``["--flash-attn", on]`` arrives as a boolean; the refusal says why."""
    spec = {"models": {"llm": {"model": "m", "runtime_flags": ["--flash-attn", True]}}}
    where = ("models", "llm", "runtime_flags", 1)
    assert problems(spec) == [(where, "models.llm.runtime_flags.1 must be a string", TRAP)]


KEYS = st.sampled_from(
    [*OPTIONS, *SERVICE, *MODEL, "services", "models", "name", "x-a", "app", "llm", "replicas", "target"]
)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet="a0:/-$[{ ", max_size=6)
SPECS = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15
)


@given(st.dictionaries(KEYS, SPECS, max_size=4))
def test_any_spec_is_parsed_or_refused(spec):
    """Whatever the API server lets through, there is a document or there are problems."""
    with contextlib.suppress(InvalidDocumentError):
        parse_spec(spec)
