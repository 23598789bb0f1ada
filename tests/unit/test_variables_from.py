"""``spec.variablesFrom``: where a variable's value comes from, and which one counts."""

import pytest

from composeapp.config_map_file import read_config_maps
from composeapp.plan import SecretKey
from composeapp.problems import InvalidDocumentError, Report
from composeapp.translate.variables import environment
from composeapp.variables_from import ConfigMap, Unread, config_map_names, sources

A, B = {"configMapRef": {"name": "a"}}, {"configMapRef": {"name": "b"}}
SECRET = {"secretRef": {"name": "s"}, "keys": ["X", "Y=y.key"]}
CONFIG_MAPS = {"a": ConfigMap({"X": "of a", "Z": "of a"}), "b": ConfigMap({"X": "of b"})}
X, Y = SecretKey("s", "X"), SecretKey("s", "y.key")


@pytest.mark.parametrize(
    ("spec", "values", "secret"),
    [
        ({}, {}, {}),
        ({"variables": {"X": "own"}}, {"X": "own"}, {}),
        ({"variablesFrom": [A, B]}, {"X": "of b", "Z": "of a"}, {}),
        ({"variablesFrom": [B, A]}, {"X": "of a", "Z": "of a"}, {}),
        ({"variablesFrom": [A, SECRET]}, {"Z": "of a"}, {"X": X, "Y": Y}),
        ({"variablesFrom": [SECRET, B]}, {"X": "of b"}, {"Y": Y}),
        ({"variablesFrom": [A, SECRET], "variables": {"X": "own"}}, {"X": "own", "Z": "of a"}, {"Y": Y}),
    ],
)
def test_later_entries_win_and_variables_over_all(spec, values, secret):
    """A name has one source: the last that has it, and ``variables`` before all others."""
    report = Report()
    found = sources(spec, CONFIG_MAPS, report)
    assert (found.values, found.secret, report.problems, report.warnings) == (values, secret, [], [])


MISSING, FORBIDDEN = Unread("missing", "make it", is_missing=True), Unread("forbidden", "allow it")


@pytest.mark.parametrize(
    ("read", "optional", "said"),
    [
        (MISSING, False, ["missing"]),
        (MISSING, True, []),
        (FORBIDDEN, False, ["forbidden"]),
        (FORBIDDEN, True, ["forbidden"]),
    ],
)
def test_only_a_missing_config_map_may_be_optional(read, optional, said):
    """What could not be read is a problem at its place, unless its author said that it may be missing."""
    report = Report()
    reference = {"name": "c", "optional": optional}
    sources({"variablesFrom": [A, {"configMapRef": reference}]}, {**CONFIG_MAPS, "c": read}, report)
    assert [problem.message for problem in report.problems] == said
    assert all(problem.path == ("variablesFrom", 1, "configMapRef") for problem in report.problems)


@pytest.mark.parametrize(
    "spec", [{}, {"variablesFrom": None}, {"variablesFrom": [None, {"configMapRef": {"name": 1}}]}]
)
def test_names_are_found_in_what_is_not_a_good_spec(spec):
    """They are read before anybody has looked whether the spec is good."""
    assert config_map_names(spec) == ()
    assert config_map_names({"variablesFrom": [B, A, B, SECRET]}) == ("b", "a")


def test_container_without_secrets_has_sorted_variables():
    """Every dollar is protected from the kubelet."""
    assert environment({"B": "$(A)", "A": "1"}) == [{"name": "A", "value": "1"}, {"name": "B", "value": "$$(A)"}]


LIST = """
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: s}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {A: "1"}}
"""


def test_config_maps_are_read_from_manifests():
    """In documents or in kubectl's list, beside other objects; one may be empty."""
    text = f"{LIST}---\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: b}}}}\n"
    assert read_config_maps(text) == {"a": ConfigMap({"A": "1"}), "b": ConfigMap({})}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no ConfigMap in it (kubectl get configmap NAME -o yaml writes one)"),
        ("kind: Secret", "there is no ConfigMap in it (kubectl get configmap NAME -o yaml writes one)"),
        ("{kind: ConfigMap, metadata: {}}", "line 1, column 19: metadata missing property 'name'"),
        (LIST.replace('"1"', "1"), "line 6, column 67: data.A must be a string"),
    ],
)
def test_what_is_no_config_map_is_refused(text, said):
    """With the place in the file."""
    with pytest.raises(InvalidDocumentError) as refused:
        read_config_maps(text)
    assert str(refused.value) == said
