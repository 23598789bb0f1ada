"""PARSE refuses: each mistake has its path, Compose's words where it has them, and a way out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.outline import MOST_ENTRIES
from composeapp.compose.parse import Project, parse
from composeapp.compose.schema.document import MODEL, SERVICE
from composeapp.compose.schema.parts import PORT
from composeapp.problems import InvalidDocumentError
from composeapp.translate import support

LLM = {"llm": {"model": "ai/smollm2"}}


def complaints(raw, **options):
    """Parse what is refused and return (path, message, hint) of each problem."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse(raw, Project(judge=support.judge({}), **options))
    return [(problem.path, problem.message, problem.hint) for problem in caught.value.problems]


APP = ("services", "app")
BEFORE_TYPES = [
    (None, (), "empty compose file", "it needs services, models or both"),
    ({}, (), "empty compose file", "it needs services, models or both"),
    ({"version": "3"}, (), "empty compose file", "it needs services, models or both"),
    ([], (), "top-level object must be a mapping", "it needs services, models or both"),
    ({"services": {1: {}}}, ("services",), "non-string key in services: 1", ""),
]
TYPES = [
    ({"services": None}, ("services",), "services must be a mapping", ""),
    ({"models": []}, ("models",), "models must be a mapping", ""),
    ({"name": 123}, ("name",), "name must be a string", ""),
    ({"version": 3, "models": LLM}, ("version",), "version must be a string", ""),
    ({"models": {"x-llm": {}}}, ("models", "x-llm"), "models.x-llm missing property 'model'", ""),
    ({"model": {}}, ("model",), "additional properties 'model' not allowed", "did you mean 'models'?"),
    ({"services": {"a b": {}}}, ("services", "a b"), "services additional properties 'a b' not allowed", ""),
    ({"services": {"app": None}}, APP, "services.app must be a mapping", ""),
    ({"models": {"a b": {}}}, ("models", "a b"), "models additional properties 'a b' not allowed", ""),
    ({"models": {"llm": None}}, ("models", "llm"), "models.llm must be a mapping", ""),
    ({"models": {"llm": {}}}, ("models", "llm"), "models.llm missing property 'model'", ""),
    ({"models": {"llm": {"image": "m"}}}, ("models", "llm", "image"),
     "models.llm additional properties 'image' not allowed", ""),
    ({"models": {"llm": {"modle": "m"}}}, ("models", "llm", "modle"),
     "models.llm additional properties 'modle' not allowed", "did you mean 'model'?"),
    ({"models": {"llm": {"model": 12}}}, ("models", "llm", "model"), "models.llm.model must be a string", ""),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "path", "message", "hint"), BEFORE_TYPES + TYPES)
def test_a_document_of_the_wrong_shape(raw, path, message, hint):
    """Compose's words, with the path as data."""
    assert complaints(raw) == [(path, message, hint)]


OF_A_MODEL = [
    ({"context_size": "4096"}, "models.llm.context_size must be a integer"),
    ({"context_size": 10.5}, "models.llm.context_size must be a integer"),
    ({"context_size": True}, "models.llm.context_size must be a integer"),
    ({"context_size": None}, "models.llm.context_size must be a integer"),
    ({"context_size": "${CTX:-4096}"}, "models.llm.context_size must be a integer"),
    ({"context_size": 99999999999999999999}, "models.llm.context_size must be less than or equal to 2147483647"),
    ({"runtime_flags": "--temp 0.7"}, "models.llm.runtime_flags must be a array"),
    ({"runtime_flags": None}, "models.llm.runtime_flags must be a array"),
    ({"runtime_flags": ["--temp", 0.7]}, "models.llm.runtime_flags.1 must be a string"),
    ({"name": 1}, "models.llm.name must be a string"),
    ({"gpu": 1}, "models.llm additional properties 'gpu' not allowed"),
]


@pytest.mark.parametrize(("keys", "message"), OF_A_MODEL)
def test_wrong_values_of_a_model(keys, message):
    """Each mistake is said once, in Compose's words."""
    ((_, said, _),) = complaints({"models": {"llm": {"model": "m", **keys}}})
    assert said == message


OF_A_SERVICE = [
    ({"modles": ["llm"]}, "services.app additional properties 'modles' not allowed"),
    ({"image": 5}, "services.app.image must be a string"),
    ({"models": "llm"}, "services.app.models must be a array"),
    ({"models": [{"llm": 1}]}, "services.app.models.0 must be a string"),
    ({"models": {"llm": 1}}, "services.app.models.llm must be a mapping"),
    ({"models": {"llm": {"endpoint_var": 1}}}, "services.app.models.llm.endpoint_var must be a string"),
    ({"models": {"llm": {"endpoint": "A"}}}, "services.app.models.llm additional properties 'endpoint' not allowed"),
    ({"models": ["llm", "llm"]}, "services.app.models items at 0 and 1 are equal"),
    ({"models": ["nope"]}, 'service "app" refers to undefined model nope: invalid compose project'),
    ({"environment": "A"}, "services.app.environment must be a mapping"),
    ({"environment": {"A": [1]}}, "services.app.environment.A must be a boolean, null, number or string"),
    ({"environment": {"": 1}}, "services.app.environment additional properties '' not allowed"),
    ({"environment": [1]}, "services.app.environment.0 must be a string"),
    ({"environment": ["A =1"]}, "environment variable A  is declared with a trailing space"),
    ({"environment": ["=1"]}, "'' is no name for an environment variable"),
    ({"command": 5}, "services.app.command must be a null"),
    ({"command": ["a", 5]}, "services.app.command.1 must be a string"),
    ({"command": "a 'b"}, "invalid command line string"),
    ({"command": "a (b)"}, "invalid command line string"),
    ({"command": "a && b"}, "Compose would stop reading the command line at &"),
    ({"entrypoint": "a > b"}, "Compose would stop reading the command line at >"),
    ({"ports": 80}, "services.app.ports must be a array"),
    ({"ports": [None]}, "services.app.ports.0 must be a number"),
    ({"ports": [{"target": 80, "foo": 1}]}, "services.app.ports.0 additional properties 'foo' not allowed"),
    ({"ports": [{"published": 80}]}, "service ports services.app.ports.[0] is missing a target port"),
    ({"ports": [99999]}, "invalid containerPort: 99999"),
    ({"ports": ["eighty:80"]}, "invalid hostPort: eighty"),
    ({"ports": ["80/icmp"]}, "invalid proto: icmp"),
    ({"ports": ["1.2.3:80:80"]}, "invalid IP address: 1.2.3"),
    ({"ports": ["80-81:8000-8002"]}, "invalid ranges specified for container and host Ports: 8000-8002 and 80-81"),
    ({"ports": ["80:"]}, "no port specified: 80:<empty>"),
    ({"ports": ["81-80"]}, "invalid containerPort: 81-80"),
    ({"ports": [80.5]}, "invalid containerPort: 80.5"),
    ({"ports": [0]}, "invalid containerPort: 0"),
    ({"ports": ["1-60000"]}, "more than 250 ports in one range: 1-60000"),
    ({"ports": ["1-200", "301-400"]}, "300 ports; a service may have at most 250"),
    ({"ports": [{"target": 99999}]}, "invalid containerPort: 99999"),
    ({"ports": [{"target": 80, "published": "x"}]}, "invalid hostPort: x"),
    ({"ports": [{"target": 80, "protocol": "icmp"}]}, "invalid proto: icmp"),
    ({"ports": [{"target": 80, "host_ip": "zz"}]}, "services.app.ports[0]: invalid ip address: zz"),
    ({"expose": 80}, "services.app.expose must be a array"),
    ({"expose": ["abc"]}, "invalid containerPort: abc"),
    ({"expose": [0]}, "invalid containerPort: 0"),
    ({"expose": ["1-200", "301-400"]}, "300 ports; a service may have at most 250"),
    ({"gpus": [{"count": 1, "model": "a100"}]}, "services.app.gpus.0 additional properties 'model' not allowed"),
    (
        {"pre_start": [{"container_name": "a"}]},
        "services.app.pre_start.0 additional properties 'container_name' not allowed",
    ),
    ({"models": {"a b": 5}}, "services.app.models.a b must be a mapping"),
    ({"ulimits": {"NOFILE": []}}, "services.app.ulimits.NOFILE must be a integer or string"),
    ({"deploy": []}, "services.app.deploy must be a mapping or null"),
    ({"deploy": {"replica": 1}}, "services.app.deploy additional properties 'replica' not allowed"),
    ({"deploy": {"replicas": 1.5}}, "services.app.deploy.replicas must be a integer or string"),
    ({"deploy": {"replicas": -1}}, "services.app.deploy.replicas: must be greater than or equal to 0"),
]


@pytest.mark.parametrize(("keys", "message"), OF_A_SERVICE)
def test_wrong_values_of_a_service(keys, message):
    """Each mistake is said once, in Compose's words where it has words for it."""
    ((path, said, _),) = complaints({"services": {"app": {"image": "x", **keys}}, "models": LLM})
    assert said == message
    assert path[:2] == APP
    assert path[2] == next(iter(keys))


ACROSS_FIELDS = [
    ({"services": {"app": {}}}, APP,
     'service "app" has neither an image nor a build context specified: invalid compose project',
     "write its image, or name it in images"),
    ({"services": {"app": {"image": ""}}}, APP,
     'service "app" has neither an image nor a build context specified: invalid compose project',
     "write its image, or name it in images"),
    ({"services": {"app": {"build": "."}}}, (*APP, "build"), "an image cannot be built in a cluster",
     "build and push it, then name it in images.app"),
    ({"services": {"app": {"image": "x", "models": ["lm"]}}, "models": LLM}, (*APP, "models", "lm"),
     'service "app" refers to undefined model lm: invalid compose project', "did you mean 'llm'?"),
    ({"models": {"llm": {"model": ""}}}, ("models", "llm", "model"), "is empty",
     "name a model, such as ai/smollm2"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "path", "message", "hint"), ACROSS_FIELDS)
def test_rules_across_fields(raw, path, message, hint):
    """What only the whole document shows is refused with a way out."""
    assert complaints(raw) == [(path, message, hint)]


def test_all_problems_of_a_phase_at_once():
    """The author hears of every wrong key and type together."""
    raw = {"services": {"app": {"image": 1, "foo": 1, "volumes": 1}}, "models": {"llm": {"context_size": "8k"}}}
    assert {path for path, _, _ in complaints(raw)} == {
        (*APP, "image"),
        (*APP, "foo"),
        (*APP, "volumes"),
        ("models", "llm"),
        ("models", "llm", "context_size"),
    }


def test_wrong_forms_and_wrong_references_come_together():
    """A bad port does not hide an undefined model."""
    raw = {"services": {"app": {"ports": ["x"], "command": "a | b", "models": ["nope"]}}}
    assert {path for path, _, _ in complaints(raw)} == {
        (*APP, "ports", 0),
        (*APP, "command"),
        APP,
        (*APP, "models", "nope"),
    }


@pytest.mark.parametrize(("entries", "most"), MOST_ENTRIES.items())
def test_an_app_has_bounds(entries, most):
    """The operator serves everybody: no text makes it work on thousands of services."""
    raw = {entries: {f"a{number}": {} for number in range(most + 1)}}
    assert complaints(raw)[0][:2] == ((entries,), f"{most + 1} {entries}; an app may have at most {most}")


@pytest.mark.parametrize("image", ["a b", " web", "web\n"])
def test_an_image_with_spaces(image):
    """Docker's words, before a pod says them."""
    found = complaints({"services": {"app": {"image": image}}})
    assert found == [((*APP, "image"), f"{image!r}: invalid reference format", "an image's name holds no spaces")]


def test_a_key_that_ends_in_a_line_break():
    """A name is a name to its end."""
    assert complaints({"models": {"llm\n": {"model": "x"}}})[0][0] == ("models", "llm\n")


def test_a_document_full_of_nonsense_is_refused_quickly():
    """Looking for similar words is slow: only the first keys get a suggestion, but all are named."""
    raw = {"services": {"app": {f"image{number}": 1 for number in range(5000)}}}
    found = complaints(raw)
    assert len(found) == 5000
    assert [hint for _, _, hint in found if hint] == ["did you mean 'image'?"] * 20


VALUES = st.sampled_from(
    ["x", "", "a b", "80", "8080:80/udp", "A=1", "$A", "${A:-b", 0, 1, -1, 0.5, True, None, "1-9", "llm", "[::1]:1:1"]
)
KEYS = st.sampled_from([*SERVICE, *MODEL, *PORT, "services", "app", "llm", "replicas", "x-a", "A"])
TREES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)
HANDLED = st.sampled_from(
    ["image", "command", "entrypoint", "environment", "ports", "expose", "deploy", "models", "x-a"]
)


@given(
    st.fixed_dictionaries(
        {"services": st.dictionaries(KEYS, st.dictionaries(HANDLED, TREES, max_size=4), max_size=2)},
        optional={"models": st.dictionaries(KEYS, TREES, max_size=2), "name": VALUES},
    )
)
def test_any_document_is_parsed_or_refused(raw):
    """There is a Document, or there are problems with paths: never another exception."""
    with contextlib.suppress(InvalidDocumentError):
        assert parse(raw) == parse(raw)
