"""PARSE: from a compose.yaml to a Document, or to every problem of a phase."""

import pytest

from composeapp.compose.document import Binding, Model, Port
from composeapp.compose.parse import Project, parse, parse_text
from composeapp.problems import InvalidDocumentError, Position
from composeapp.translate import support

LLM = {"llm": {"model": "ai/smollm2"}}


def service(**keys):
    """Parse a document of one service and return that service."""
    document, warnings = parse({"services": {"app": {"image": "x", **keys}}, "models": LLM})
    assert warnings == ()
    return document.services["app"]


def test_the_first_example_of_the_documentation():
    """The page's first example becomes what it says, nothing else."""
    document, warnings = parse_text("""
services:
  chat-app:
    image: my-chat-app
    models:
      - llm
models:
  llm:
    model: ai/smollm2
""")
    assert warnings == ()
    assert document.services["chat-app"].models == {"llm": Binding()}
    assert document.services["chat-app"].image == "my-chat-app"
    assert document.models == {"llm": Model(model="ai/smollm2")}


def test_a_model_keeps_what_its_author_says():
    """Every key of a model arrives, extensions as they were written."""
    options = ["cloud.instance-type=gpu-small", "cloud.region=us-west-2"]
    raw = {
        "model": "m",
        "name": "n",
        "context_size": 4096.0,
        "runtime_flags": ["--temp", "0.1"],
        "x-cloud-options": options,
    }
    document, _ = parse({"models": {"llm": raw}, "x-top": 1})
    assert document.models["llm"] == Model(
        model="m",
        name="n",
        context_size=4096,
        runtime_flags=("--temp", "0.1"),
        extensions={"x-cloud-options": options},
    )
    assert document.extensions == {"x-top": 1}


CANONICAL = [
    ({"models": ["llm"]}, "models", {"llm": Binding()}),
    ({"models": {"llm": None}}, "models", {"llm": Binding()}),
    ({"models": {"llm": {"endpoint_var": "URL", "model_var": "", "x-a": 1}}}, "models",
     {"llm": Binding(endpoint_var="URL", extensions={"x-a": 1})}),
    ({"command": "sh -c 'echo \"$$HOME\"' a\\ b"}, "command", ("sh", "-c", 'echo "$HOME"', "a b")),
    ({"command": ["a", "b c"]}, "command", ("a", "b c")),
    ({"command": None}, "command", None),
    ({}, "command", None),
    ({"command": ""}, "command", ()),
    ({"entrypoint": []}, "entrypoint", ()),
    ({"entrypoint": "a `b c` $(d 'e')"}, "entrypoint", ("a", "`b c`", "$(d 'e')")),
    ({"environment": {"A": 0.0, "B": 1e3, "C": True, "D": "yes", "E": ""}}, "environment",
     {"A": "0", "B": "1000", "C": "true", "D": "yes", "E": ""}),
    ({"environment": ["A=1=2", "B=", "A=3"]}, "environment", {"A": "3", "B": ""}),
    ({"deploy": {"replicas": 0}}, "replicas", 0),
    ({"deploy": {"replicas": "2"}}, "replicas", 2),
    ({"deploy": None}, "replicas", 1),
    ({"x-own": {"a": 1}}, "extensions", {"x-own": {"a": 1}}),
    ({"expose": [3000, "3001", "53/udp", "4000-4002", 3000]}, "expose",
     ("3000", "3001", "53/udp", "4000", "4001", "4002")),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "field", "value"), CANONICAL)
def test_short_syntax_becomes_long(keys, field, value):
    """Whatever form the author chose, the Document has one."""
    assert getattr(service(**keys), field) == value


PORTS = [
    (80, [Port(target=80)]),
    ("80/UDP", [Port(target=80, protocol="udp")]),
    ("8080:80", [Port(target=80, published="8080")]),
    (":80", [Port(target=80)]),
    ("127.0.0.1:8080:80", [Port(target=80, published="8080", host_ip="127.0.0.1")]),
    ("127.0.0.1::80", [Port(target=80, host_ip="127.0.0.1")]),
    ("[::1]:8080:80", [Port(target=80, published="8080", host_ip="::1")]),
    ("::1:8080:80", [Port(target=80, published="8080", host_ip="::1")]),
    ("80-81", [Port(target=80), Port(target=81)]),
    ("3000-3001:4000-4001/udp",
     [Port(target=4000, published="3000", protocol="udp"), Port(target=4001, published="3001", protocol="udp")]),
    ("3000-3002:80", [Port(target=80, published="3000-3002")]),
    ({"target": "80", "published": 8080, "name": "web", "mode": "host", "x-a": 1},
     [Port(target=80, published="8080", name="web", mode="host", extensions={"x-a": 1})]),
    ({"target": 53, "protocol": "UDP", "published": "5000-5001"},
     [Port(target=53, protocol="udp", published="5000-5001")]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "ports"), PORTS)
def test_ports_in_every_syntax(written, ports):
    """Each syntax of a port gives the ports that Compose makes of it; a repeated one counts once."""
    assert service(ports=[written, written]).ports == tuple(ports)


def test_the_same_port_twice_is_one():
    """What is written last says its name; it keeps the place of the first."""
    ports = service(ports=[{"target": 80, "name": "web"}, 81, {"target": 80, "name": "api"}]).ports
    assert ports == (Port(target=80, name="api"), Port(target=81))


def test_a_variable_without_value_comes_from_the_project():
    """``environment: [TOKEN]`` takes the project's variable; an unset one stays unset, with a warning."""
    raw = {"services": {"app": {"image": "x", "environment": ["TOKEN", "LOST"]}}}
    document, warnings = parse(raw, Project(variables={"TOKEN": "t"}))
    assert document.services["app"].environment == {"TOKEN": "t", "LOST": None}
    assert [(warning.path, warning.message, warning.hint) for warning in warnings] == [
        (
            ("services", "app", "environment", "LOST"),
            'The "LOST" variable is not set. It stays unset.',
            "set variables.LOST",
        )
    ]


APP = ("services", "app")


@pytest.mark.parametrize("keys", [{}, {"build": "."}])
def test_an_image_from_outside_is_enough(keys):
    """``spec.images`` stands in for an image and for a build."""
    images = {"app": "web:2"}
    document, _ = parse({"services": {"app": keys}}, Project(images=images, judge=support.judge(images)))
    assert document.services["app"].image is None


WARNINGS = [
    ({"version": "3", "models": LLM}, ("version",),
     "the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion"),
    ({"name": "Hello.World_1", "models": LLM}, ("name",),
     "the project's name is read as 'helloworld_1', as Compose does"),
    ({"models": {**LLM, "x-llm": {"model": "m"}}}, ("models", "x-llm"),
     "x-llm is taken for an extension, as Compose does: it is no model"),
    ({"services": {"app": {"image": "x", "models": ["x-llm"]}}}, (*APP, "models", "x-llm"),
     "x-llm is taken for an extension, as Compose does: it is no model"),
    ({"models": {"llm": {"model": "m", "context_size": -1}}}, ("models", "llm", "context_size"),
     "-1 is ignored, as Compose does; the default holds"),
    ({"services": {"app": {"image": "x", "build": "."}}}, (*APP, "build"),
     "nothing is built in a cluster; x is run as it is"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "path", "message"), WARNINGS)
def test_what_is_ignored_is_named(raw, path, message):
    """Nothing is dropped without a word."""
    _, warnings = parse(raw, Project(judge=support.judge({})))
    assert [(warning.path, warning.message) for warning in warnings] == [(path, message)]


def test_problems_of_a_text_stand_in_its_order():
    """The author reads them from top to bottom, each with line and column."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse_text("models:\n  llm: {}\nservices:\n  app:\n    volumes: 1\n    image: 1\n")
    assert str(caught.value).splitlines() == [
        "line 2, column 3: models.llm missing property 'model'",
        "line 5, column 5: services.app.volumes must be a array",
        "line 6, column 5: services.app.image must be a string",
    ]


def test_a_place_that_the_author_wrote_otherwise_is_found_too():
    """A model in a list has no key of its own: the list's line serves."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse_text("services:\n  app:\n    image: x\n    models: [nope]\n")
    assert caught.value.problems[0].position == Position(4, 5)
