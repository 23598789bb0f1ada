"""MERGE: several documents are one, services extend others, profiles choose: as Compose does it."""

import pytest

from composeapp.compose.parse import Project, parse_text
from composeapp.problems import InvalidDocumentError

BASE = """
services:
  app:
    image: one
    command: [a]
    environment: {A: "1", B: "2"}
    ports: ["80:80"]
    labels: [x=1]
  db: {image: db}
models:
  llm: {model: ai/smollm2, runtime_flags: [--temp, "1"]}
"""


def merged(*texts, **options):
    """Parse texts over each other."""
    document, _ = parse_text(*texts, project=Project(**options))
    return document


def refused(*texts):
    """Return place and words of each problem."""
    with pytest.raises(InvalidDocumentError) as caught:
        parse_text(*texts)
    return [(problem.position.line, problem.path, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize("join", [lambda *texts: texts, lambda *texts: ("---\n".join(texts),)], ids=["files", "---"])
def test_later_documents_win(join):
    """Mappings merge by key, lists are joined, a command is replaced; files and ``---`` mean the same."""
    over = """
services:
  app:
    command: [b]
    environment: [B=3, C=4]
    ports: ["81:81", "80:80"]
    labels: {y: "2"}
models:
  llm: {runtime_flags: [--top-p, "1"]}
"""
    document = merged(*join(BASE, over))
    app = document.services["app"]
    assert (app.image, app.command) == ("one", ("b",))
    assert app.environment == {"A": "1", "B": "3", "C": "4"}
    assert [port.target for port in app.ports] == [80, 81]
    assert app.labels == {"x": "1", "y": "2"}
    assert document.models["llm"].runtime_flags == ("--temp", "1", "--top-p")


def test_a_variable_without_value_replaces_one_with_a_value():
    """A later document may take a value back, so that the project's own counts; an option of a provider is replaced."""
    later = "services: {app: {environment: {A: , B: }}, ai: {provider: {options: {model: ai/b}}}}"
    first = BASE.replace("  db:", "  ai: {provider: {type: model, options: {model: ai/a}}}\n  db:")
    document = merged(first, later, variables={"A": "mine"})
    assert document.services["app"].environment == {"A": "mine", "B": None}
    assert document.services["ai"].provider.options == {"model": ("ai/b",)}


def test_reset_and_override_take_away_what_was_before():
    """``!reset`` leaves nothing, ``!override`` only what it holds."""
    over = "services:\n  app:\n    ports: !reset []\n    environment: !override {C: c}\n  db: !reset null\n"
    document = merged(BASE, over)
    assert document.services["app"].ports == ()
    assert document.services["app"].environment == {"C": "c"}
    assert set(document.services) == {"app"}


def test_what_is_required_may_come_later_but_must_come():
    """A document that only adds to another one need not be whole."""
    addition = "models:\n  llm: {context_size: 1024}\n"
    assert merged(addition, BASE).models["llm"].context_size == 1024
    assert refused(addition, "services:\n  app: {image: x}\n") == [
        (2, ("models", "llm"), "models.llm missing property 'model'")
    ]


def test_problems_of_a_later_document_have_their_own_lines():
    """The place is counted in the text that holds the mistake."""
    assert refused(BASE, "services:\n  app:\n    image: 5\n")[0][0] == 3


def test_a_service_extends_another_one():
    """It takes over what it does not say itself, along the whole chain."""
    document = merged("""
services:
  app: {extends: middle, environment: {A: own}, command: [run]}
  middle: {extends: {service: base}, environment: {B: middle}}
  base: {image: base, environment: {A: base, B: base, C: base}, command: [walk]}
""")
    app = document.services["app"]
    assert (app.image, app.command) == ("base", ("run",))
    assert app.environment == {"A": "own", "B": "middle", "C": "base"}


EXTENDS = [
    ("a: {image: x, extends: nope}", 'cannot extend service "a": service "nope" not found'),
    ("a: {image: x, extends: {file: f.yaml, service: b}}", "a cluster cannot read another file"),
    ("a: {extends: b, image: x}\n  b: {extends: a, image: x}", "Circular reference: a extends b b extends a"),
]


@pytest.mark.parametrize(("services", "message"), EXTENDS)
def test_what_cannot_be_extended_is_refused(services, message):
    """A missing base, another file and a circle are named."""
    assert message in [said for _, _, said in refused(f"services:\n  {services}\n")]


PROFILES = [((), {"always"}), (("dev",), {"always", "dev"}), (("*",), {"always", "dev", "test"})]


@pytest.mark.parametrize(("profiles", "active"), PROFILES)
def test_profiles_choose_services(profiles, active):
    """A service without profiles always takes part; the others are set aside, not lost."""
    text = """
services:
  always: {image: x}
  dev: {image: x, profiles: [dev]}
  test: {image: x, profiles: [test, ci]}
"""
    document = merged(text, profiles=profiles)
    assert set(document.services) == active
    assert set(document.disabled_services) == {"always", "dev", "test"} - active
