"""The two ways to write an app, inline and as ``composeFile``, mean the same."""

from __future__ import annotations

import json

import yaml
from hypothesis import HealthCheck, assume, given, settings

from composeapp.compose.parse import Project, parse, parse_text
from composeapp.problems import InvalidDocumentError
from oracle.grammar import documents
from oracle.grammar_values import VARIABLES


def survives(value_of_11, text):
    """Tell whether kubectl's reading of a text, YAML 1.1 to JSON, is what YAML 1.2 says it is."""
    from composeapp.compose.yaml import read  # noqa: PLC0415 - beside its only use

    try:
        return json.dumps(value_of_11, allow_nan=False) == json.dumps(read(text).value)
    except (TypeError, ValueError, InvalidDocumentError):
        return False


@settings(max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(written=documents())
def test_inline_and_compose_file_give_the_same_document(written):
    """A document that YAML 1.1 and JSON leave as it is gives one Document, whichever way it is written."""
    text = written.texts[0]
    try:
        inline = yaml.safe_load(text)
    except yaml.YAMLError:
        inline = None
    assume(len(written.texts) == 1 and inline and survives(inline, text))
    assert answer(parse, inline) == answer(parse_text, text)


def answer(reader, written):
    """Return the Document, or the messages of the problems."""
    try:
        return reader(written, project=Project(variables=VARIABLES))[0]
    except InvalidDocumentError as error:
        return {problem.message for problem in error.problems}
