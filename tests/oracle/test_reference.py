"""What the comparison itself rests on: the reference answers, and the grammar makes documents worth asking about."""

from __future__ import annotations

from oracle.choices import SeededChoices
from oracle.compare import compare, no_reference
from oracle.grammar import VARIABLES, Written, document
from oracle.ours import Reading


def test_says_what_compose_makes_of_a_file(reference):
    """The reference gives the normal form with models, and takes variables from the question alone."""
    text = "services: {web: {image: '${A}', models: [llm]}}\nmodels: {llm: {model: ai/m}}\n"
    answer = reference.load(text, variables={"A": "nginx"})
    assert answer.project is not None
    assert answer.project["services"]["web"]["image"] == "nginx"
    assert answer.project["models"] == {"llm": {"model": "ai/m"}}


def test_says_why_compose_refuses_a_file(reference):
    """The reference gives the text of the error."""
    assert reference.load("services: {a: {image: x, depends_on: [b]}}").error == (
        'service "a" depends on undefined service "b": invalid compose project'
    )


def test_survives_what_stops_the_program(reference):
    """After a question that ends the program, the next one is answered."""
    reference._process.kill()  # noqa: SLF001 - as a document that takes too much memory would
    assert reference.load("services: {a: {image: x}}").error == "oracle: gave no answer"
    assert reference.load("services: {a: {image: x}}").project is not None


def test_most_documents_of_the_grammar_are_accepted(reference):
    """At least two thirds of what the grammar makes is accepted, so that fields are compared and not only verdicts."""
    accepted = 0
    for seed in range(300):
        written = document(SeededChoices(seed))
        answer = reference.load(*written.texts, variables=VARIABLES, profiles=written.profiles)
        accepted += not answer.error
    assert accepted >= 200


def test_differing_fields_and_verdicts_are_found(reference):
    """A reading with one wrong field is found out, and so is one that was refused."""
    written = Written(("services: {a: {image: x}}",))
    answer = reference.load(*written.texts)
    wrong = Reading({"services": {"a": {"image": "y", "networks": {"default": None}}}, "networks": {"default": {}}})
    assert [finding.path for finding in compare(written, wrong, answer)] == [("services", "a", "image")]
    assert [finding.kind for finding in compare(written, Reading(None), answer)] == ["refused"]
    assert not no_reference(answer)
