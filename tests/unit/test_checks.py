"""CHECK: what only several fields together say wrong, each with its place and Compose's words."""

import time

import pytest

from composeapp.compose.parse import Project, parse_text
from composeapp.problems import InvalidDocumentError
from support.cross_field import ACCEPTED, MISTAKES, VARIABLES

DECLARE = (
    "declare it: volumes: {data: {}} (kubectl apply drops a plain 'data:' from an edit, unless with --server-side)"
)
PROJECT = Project(variables=VARIABLES)


def problems(text):
    with pytest.raises(InvalidDocumentError) as caught:
        parse_text(text, project=PROJECT)
    return caught.value.problems


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_broken_rule_is_one_problem_at_its_place(mistake):
    """One mistake, one problem: where it is and what it is."""
    text, path, words, _ = MISTAKES[mistake]
    (problem,) = problems(text)
    assert (problem.path, problem.message) == (path, words)
    assert problem.position


@pytest.mark.parametrize("document", ACCEPTED)
def test_what_comes_close_to_a_mistake_is_accepted(document):
    """No rule forbids more than Compose does."""
    parse_text(ACCEPTED[document], project=PROJECT)


def test_all_mistakes_are_said_at_once():
    """The author of a service with five mistakes hears of five."""
    text = """
services:
  web: {image: x, networks: [frnt], volumes: ['data:/d'], secrets: [s], depends_on: [cahce], scale: -1}
  cache: {image: x}
networks: {front: }
"""
    said = [(problem.path[2], problem.hint) for problem in problems(text)]
    assert said == [
        ("networks", "did you mean 'front'?"),
        ("volumes", DECLARE),
        ("secrets", ""),
        ("depends_on", "did you mean 'cache'?"),
        ("scale", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("services:\n  web: {image: x, depends_on: [db]}\n  db: {image: x, profiles: [data, all]}\n",
         "it is only there with the profile data or all: activate that, or write required: false"),
        ("services:\n  web: {image: x, depends_on: [llm]}\nmodels:\n  llm: {model: ai/m}\n",
         "llm is a model: list it under the service's models"),
    ],
)  # fmt: skip
def test_a_missing_dependency_is_explained(text, hint):
    """Who depends on something that is there in another way learns which."""
    (problem,) = problems(text)
    assert problem.hint == hint


def test_circles_apart_are_all_named():
    """Every knot of dependencies is said once."""
    waits = {"a": "b", "b": "c", "c": "b", "d": "e", "e": "d"}
    services = "".join(f"  {name}: {{image: x, depends_on: [{other}]}}\n" for name, other in waits.items())
    said = [problem.message for problem in problems(f"services:\n{services}")]
    assert said == ["dependency cycle detected: b -> c -> b", "dependency cycle detected: d -> e -> d"]


def test_a_knot_of_many_services_is_judged_quickly():
    """Every service waits for every other, and the answer still comes at once."""
    names = [f"s{number}" for number in range(120)]
    others = {name: ", ".join(other for other in names if other != name) for name in names}
    services = "".join(f"  {name}: {{image: x, depends_on: [{waits}]}}\n" for name, waits in others.items())
    start = time.process_time()
    first, *_ = problems(f"services:\n{services}")
    assert time.process_time() - start < 10
    assert first.message == "dependency cycle detected: s0 -> s1 -> s0"


def test_an_image_may_come_from_elsewhere():
    """``spec.images`` stands in for what a service has not."""
    parse_text("services:\n  app: {restart: always}\n", project=Project(images={"app": "registry.example/app:1"}))


def test_a_container_name_used_twice_is_said():
    """Compose reads such a document, and refuses to start it."""
    text = "services:\n  a: {image: x, container_name: web}\n  b: {image: x, container_name: web}\n"
    _, warnings = parse_text(text)
    said = [warning.message for warning in warnings if warning.path == ("services", "b", "container_name")]
    assert 'container name "web" is already in use by service a' in said


def test_a_job_says_where_its_volumes_go():
    """Compose crashes on it; here it is a problem like any other."""
    text = (
        "services:\n  app: {image: x}\njobs:\n  job: {image: x, triggers: {manual: true}, volumes: [{type: tmpfs}]}\n"
    )
    (problem,) = problems(text)
    assert problem.path == ("jobs", "job", "volumes", 0)
