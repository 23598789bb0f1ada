"""INTERPOLATE: variables in values, as Compose replaces them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.interpolate import interpolate
from composeapp.compose.variables import Variables
from composeapp.problems import Report

VARIABLES = {"S": "set", "E": "", "NESTED": "${S}"}

# Measured with compose-go 2.16.2.
REPLACED = {
    "$S": "set",
    "${S}": "set",
    "$S-x": "set-x",
    "a ${S} b $S": "a set b set",
    "$$S": "$S",
    "$${S}": "${S}",
    "$$$S": "$set",
    "${NESTED}": "${S}",
    "${U:-d}": "d",
    "${U-d}": "d",
    "${E:-d}": "d",
    "${E-d}": "",
    "${S:-d}": "set",
    "${U-}": "",
    "${U--x}": "-x",
    "${U-:b}": ":b",
    "${U-b:?c}": "b:?c",
    "${U:-a b\nc}": "a b\nc",
    "${U:-${E:-c}}": "c",
    "${U:-a${S}b}c": "asetbc",
    "${U:-$$}": "$",
    "${U:-$${S}}": "${S}",
    "${S:-${}}": "set",
    "${S:+r}": "r",
    "${S:+x$S}": "xset",
    "${S:+{x}}": "{x}",
    "${E:+r}": "",
    "${E+r}": "r",
    "${U+r}": "",
    "${S:?m}": "set",
    "${E?m}": "",
    "${U:-{x}}": "{x}",
    "${U:-{x}": "{x",
    '${U:-{"k": "${S}"}}': '{"k": "set"}',
    "${S:-}}": "set}",
    "$": "$",
    "$ $1 $(cat)": "$ $1 $(cat)",
    "a$É": "a$É",
}


def run(value, path=("services", "app", "command")):
    """Interpolate one value at a path; return it with what was reported."""
    report = Report()
    raw = value
    for part in reversed(path):
        raw = [raw] if isinstance(part, int) else {part: raw}
    result = interpolate(raw, Variables(VARIABLES), report)
    for part in path:
        result = result[part]
    return result, report


@pytest.mark.parametrize(("template", "text"), REPLACED.items())
def test_each_operator_gives_what_compose_gives(template, text):
    """A template with set, empty and unset variables yields Compose's text, without a complaint."""
    result, report = run(template)
    assert (result, report.problems, report.warnings) == (text, [], [])


def test_an_unset_variable_is_blank_and_named():
    """Compose's own warning, with the path and how to set it."""
    result, report = run("a $U b")
    (warning,) = report.warnings
    assert result == "a  b"
    assert (warning.path, warning.message, warning.hint) == (
        ("services", "app", "command"),
        'The "U" variable is not set. Defaulting to a blank string.',
        "set variables.U",
    )


FORMAT = "invalid interpolation format for {}.\nYou may need to escape any $ with another $.\n{}"
REFUSED = [
    ("${1bad}", ("services", "app", "command"), FORMAT.format("services.app.command", "${1bad}")),
    ("${1bad}", ("services", "app", "command", 0), FORMAT.format("services.app.command.[]", "${1bad}")),
    ("x ${S^^} y", ("x-a",), FORMAT.format("x-a", "x ${S^^} y")),
    ("${S", ("x-a",), FORMAT.format("x-a", "${S")),
    ("${}", ("x-a",), FORMAT.format("x-a", "${}")),
    ("${U:=x}", ("x-a",), FORMAT.format("x-a", "${U:=x}")),
    ("${U:-${1}}", ("x-a",), FORMAT.format("x-a", "${1}")),
    ("${X:?need model}", ("models", "llm", "model"),
     "error while interpolating models.llm.model: required variable X is missing a value: need model"),
    ("${E:?m $S}", ("x-a",), "error while interpolating x-a: required variable E is missing a value: m set"),
    ("${X?}", ("x-a",), "error while interpolating x-a: required variable X is missing a value"),
    ("two", ("services", "app", "deploy", "replicas"),
     ("error while interpolating services.app.deploy.replicas: failed to cast to expected type: "
      'strconv.Atoi: parsing "two": invalid syntax')),
]  # fmt: skip


@pytest.mark.parametrize(("template", "path", "message"), REFUSED)
def test_compose_refuses_in_these_words(template, path, message):
    """Each mistake is one problem at its path, with Compose's text, which names the path itself."""
    _, report = run(template, path)
    (problem,) = report.problems
    assert (problem.path, problem.message) == (path, message)
    assert str(problem).startswith(message)


def test_every_mistake_is_reported():
    """One bad variable does not hide another."""
    report = Report()
    interpolate({"a": "${X?x}", "b": ["${1}", "${Y?y}"]}, Variables(), report)
    assert [problem.path for problem in report.problems] == [("a",), ("b", 0), ("b", 1)]


def test_keys_are_never_touched():
    """A mapping key that looks like a variable stays as it is."""
    assert interpolate({"$S": "$S"}, Variables(VARIABLES), Report()) == {"$S": "set"}


@pytest.mark.parametrize("path", [("services", "a", "deploy", "replicas"), ("services", "a", "ports", 0, "target")])
def test_numbers_may_come_from_variables_where_compose_converts_them(path):
    """Replicas and port targets become integers again after interpolation."""
    assert run("${U:-3}", path)[0] == 3


def test_the_input_stays_as_it_was():
    """Interpolation copies; its input can be used again."""
    raw = {"a": ["$S", {"b": "$S"}]}
    interpolate(raw, Variables(VARIABLES), Report())
    assert raw == {"a": ["$S", {"b": "$S"}]}


def test_a_large_variable_used_often_ends_in_a_problem():
    """Substitution cannot multiply a document beyond any cluster object."""
    report = Report()
    interpolate({"a": ["$BIG"] * 1000}, Variables({"BIG": "x" * 100_000}), report)
    assert [problem.message for problem in report.problems] == ["variables yield more than 4194304 characters"]


def test_nesting_without_end_is_refused():
    """Defaults in defaults are followed to a limit, not until the stack overflows."""
    _, report = run("${A:-" * 5000 + "}" * 5000)
    assert report.problems[0].message.startswith("invalid interpolation format")


@given(st.text(alphabet="$", max_size=8).map(lambda dollars: dollars * 2) | st.text(alphabet="ab $1({", max_size=12))
def test_doubled_dollars_come_back(text):
    """Whoever doubles every dollar gets the text unchanged."""
    result, report = run(text.replace("$", "$$"))
    assert (result, report.problems) == (text, [])
