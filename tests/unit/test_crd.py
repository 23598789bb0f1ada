"""The definition of the resource and the code that reads and writes it say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from composeapp import spec
from composeapp.compose.outline import MOST_ENTRIES
from composeapp.plan import App
from composeapp.problems import Problem
from composeapp.settings import Settings
from composeapp.status.app import Verdict, app_status
from composeapp.status.rows import Observed
from composeapp.translate import names, support
from composeapp.translate.app import translate

DEFINITION = yaml.safe_load((Path(__file__).parents[2] / "crds" / "composeapps.yaml").read_text())
(VERSION,) = DEFINITION["spec"]["versions"]
SCHEMA = VERSION["schema"]["openAPIV3Schema"]
DOCUMENT = {
    "services": {"web": {"image": "web", "models": ["llm"], "ports": ["8080:80"]}},
    "models": {"llm": {"model": "ai/smollm2"}},
}


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Forbid what a structural schema prunes: fields that it does not name."""
    if "properties" in schema:
        properties = {name: closed(field) for name, field in schema["properties"].items()}
        return {**schema, "properties": properties, "additionalProperties": False}
    return {**schema, "items": closed(schema["items"])} if "items" in schema else schema


def written_status(verdict: Verdict) -> dict[str, Any]:
    """Return the status that the operator writes."""
    resource = {"metadata": {"name": "chat", "namespace": "demo", "generation": 3}}
    return app_status(resource, verdict, Observed(), now="2026-01-01T00:00:00Z")


def accepted() -> Verdict:
    """A good document with a warning."""
    plan = translate(spec.parse_spec(DOCUMENT, support.judge).document, App("chat", "demo"), Settings())
    return Verdict(plan.manifests, warnings=(Problem(("services", "web"), "a warning", "a hint"),))


VERDICTS = {
    "good": accepted(),
    "bad": Verdict(problems=(Problem(("models", "llm"), "wrong"), Problem((), "x" * 40_000))),
    "suspended": Verdict(suspended=True),
}


@pytest.mark.parametrize("verdict", VERDICTS.values(), ids=VERDICTS.keys())
def test_every_field_of_a_status_is_declared(verdict):
    """The API server prunes what the definition does not declare, so the operator writes nothing else."""
    status = written_status(verdict)

    Draft202012Validator(closed(SCHEMA["properties"]["status"])).validate(status)


def test_columns_show_what_the_operator_writes():
    """The printer columns look where the status has something."""
    status = written_status(accepted())
    paths = {column["name"]: column["jsonPath"] for column in VERSION["additionalPrinterColumns"]}

    assert status["summary"] == {"models": "0/1", "services": "0/1"}
    assert (paths["Models"], paths["Services"]) == (".status.summary.models", ".status.summary.services")
    assert '?(@.type=="Ready")' in paths["Ready"]
    assert "Ready" in {condition["type"] for condition in status["conditions"]}


def test_same_names_as_the_code():
    """Group, version, kind and plural are written twice and are the same."""
    of_resource = DEFINITION["spec"]["names"]

    assert DEFINITION["spec"]["group"] == names.GROUP
    assert (VERSION["name"], of_resource["kind"], of_resource["plural"]) == (names.VERSION, names.KIND, names.PLURAL)
    assert DEFINITION["metadata"]["name"] == f"{names.PLURAL}.{names.GROUP}"


def test_same_keys_as_the_parser():
    """Each of our own keys that the parser takes is declared, and nothing is declared that it does not know."""
    declared = set(SCHEMA["properties"]["spec"]["properties"])

    assert set(spec.OPTIONS) <= declared <= set(spec.OPTIONS) | set(spec.TOP_LEVEL)


def test_bounds_are_the_same_for_every_form_of_a_document():
    """A document in ``composeFile`` may hold as much as an inline one."""
    fields = SCHEMA["properties"]["spec"]["properties"]
    assert {key: fields[key]["maxProperties"] for key in MOST_ENTRIES} == MOST_ENTRIES
