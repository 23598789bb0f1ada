"""READ: the YAML that Compose reads, and where each value stands."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.nodes import MAX_ALIAS_SIZE, MAX_DEPTH
from composeapp.compose.scalars import go_text, resolve
from composeapp.compose.yaml import read
from composeapp.problems import InvalidDocumentError, Position

# Measured with compose-go 2.16.2: the plain scalar, and the text that an environment variable gets from it.
PRINTED = {
    "yes": "yes",
    "on": "on",
    "true": "true",
    "True": "true",
    "tRue": "tRue",
    "22:22": "22:22",
    "1:30:00": "1:30:00",
    "0": "0",
    "-0": "-0",
    "+1": "1",
    "00": "0",
    "0777": "511",
    "-0777": "-511",
    "08": "8",
    "0o17": "15",
    "0o8": "0o8",
    "0x1F": "31",
    "0X1f": "31",
    "-0x1F": "-31",
    "0x": "0x",
    "0b11": "3",
    "0b12": "0b12",
    "1_000": "1000",
    "1_": "1",
    "_1": "_1",
    "-_5": "-5",
    "._5": "._5",
    ".9_7": "0.97",
    "0.0": "0",
    "-0.0": "-0",
    "1.10": "1.1",
    "1e3": "1000",
    "1e-3": "0.001",
    "0.0001": "0.0001",
    "0.00001": "1e-05",
    "100000.0": "100000",
    "1e6": "1e+06",
    "1234567.5": "1.2345675e+06",
    "100000000.0": "1e+08",
    "1.5e300": "1.5e+300",
    "5e-324": "5e-324",
    "1e400": "1e400",
    ".5": "0.5",
    "5.": "5",
    ".": ".",
    "1.2.3": "1.2.3",
    "0x1p4": "0x1p4",
    "18446744073709551615": "18446744073709551615",
    "18446744073709551616": "1.8446744073709552e+19",
    "-9223372036854775809": "-9.223372036854776e+18",
    "Infinity": "Infinity",
}


@pytest.mark.parametrize(("plain", "printed"), PRINTED.items())
def test_plain_scalars_print_as_compose_prints_them(plain, printed):
    """A plain scalar becomes the very text that a container gets from Docker Compose."""
    assert go_text(resolve(plain)) == printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: ", None),
        ("a: ~", None),
        ("a: Null", None),
        ("a: 'null'", "null"),
        ('a: "1"', "1"),
        ("a: !!str 1", "1"),
        ("a: ! 1", "1"),
        ('a: !!int "3"', 3),
        ("a: !!float 3", 3.0),
        ("a: !!bool true", True),
        ("a: !!map {b: 1}", {"b": 1}),
        ("a: |\n  1\n", "1\n"),
        ("a: &x [1]\nb: *x", [1]),
        ("%YAML 1.1\n---\na: yes", "yes"),
        ("\ufeffa: b", "b"),
    ],
)
def test_quotes_and_tags_decide_the_type(text, value):
    """Quoted text is a string, a standard tag wins, and nothing else changes a plain scalar."""
    found = read(text).value["a"]
    assert (type(found), found) == (type(value), value)


def test_merge_keys_fill_in_what_the_mapping_lacks():
    """``<<`` never replaces a mapping's own key, and of several sources the first wins."""
    text = "x: &x {image: one, a: 1}\ny: &y {image: two, b: 2}\napp:\n  <<: [*x, *y]\n  a: own\n"
    assert read(text).value["app"] == {"image": "one", "a": "own", "b": 2}


def test_merged_mappings_may_merge_themselves():
    """A merge source is resolved with its own ``<<`` first."""
    text = "x: &x {a: 1}\ny: &y\n  <<: *x\n  b: 2\nz:\n  <<: *y\n"
    assert read(text).value["z"] == {"a": 1, "b": 2}


def test_every_path_has_its_place():
    """A value under a key is where its key is, an item where it begins, lines and columns count from one."""
    positions = read("services:\n  app:\n    ports:\n      - 80\n").positions
    assert positions["services", "app"] == Position(2, 3)
    assert positions["services", "app", "ports", 0] == Position(4, 9)


REFUSED = [
    ("services:\n  a:\n    image: x\n    image: y\n", ("services", "a", "image"), 4,
     'mapping key "image" already defined at line 3', ""),
    ("a: {<<: {b: 1}, <<: {c: 1}}", ("a", "<<"), 1, 'mapping key "<<" already defined at line 1', ""),
    ("a:\n  <<: foo\n", ("a", "<<"), 2, "yaml: map merge requires map or sequence of maps as the value", ""),
    ("a:\n  1: x\n", ("a",), 2, "non-string key in a: 1", 'quote it: "1"'),
    ("true: x\n", (), 1, "non-string key at top level: true", 'quote it: "true"'),
    ("? [a]\n: b\n", (), 1, "a mapping or a list is no key at top level", ""),
    ("a: *nope\n", (), 1, "yaml: unknown anchor 'nope' referenced", ""),
    ("a: &a\n  b: *a\n", (), 2, "yaml: cycle detected: anchor 'a' contains itself", ""),
    ("a: 1\n---\n" * 101, (), 200, "more than 100 YAML documents in one text", ""),
    ("a: 1\n---\nb: 2\n", (), 3, "several YAML documents in one text", "write one"),
    ("a: !thing [1]\n", ("a",), 1, "the tag !thing means nothing in a Compose document", "remove it"),
    ("a: !!bool yes\n", ("a",), 1, "yaml: cannot construct `yes` as a !!bool", ""),
    ("a: .inf\n", ("a",), 1, "json: unsupported value: +Inf", "quote it if it is a text"),
    ("a: [\n", (), 2, "yaml: while parsing a flow node did not find expected node content", ""),
    ("a: b: c\n", (), 1, "yaml: mapping values are not allowed in this context", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "line", "message", "hint"), REFUSED)
def test_what_compose_refuses_is_refused_at_its_line(text, path, line, message, hint):
    """Each text gives exactly one problem: path, line, message and the way out."""
    with pytest.raises(InvalidDocumentError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert problem.position is not None
    assert (problem.path, problem.position.line, problem.message, problem.hint) == (path, line, message, hint)


def test_all_problems_of_a_text_are_said_at_once():
    """Two duplicate keys in one text are two problems."""
    with pytest.raises(InvalidDocumentError) as caught:
        read("a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert [problem.path for problem in caught.value.problems] == [("a",), ("b", "c")]


def test_a_control_character_is_no_crash():
    """A text that no YAML may hold is refused in words."""
    with pytest.raises(InvalidDocumentError, match=r"^line 2, column 4: yaml: unacceptable character #x0000"):
        read("ü: 1\na: \x00")
    with pytest.raises(InvalidDocumentError, match=r"^yaml: "):
        read("a: \ud800")


def test_a_billion_laughs_end_at_once():
    """Aliases of aliases are counted before they are expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(InvalidDocumentError, match=f"grow by more than {MAX_ALIAS_SIZE} values"):
        read("\n".join(lines))


def test_long_texts_behind_aliases_count_too():
    """A few thousand aliases of a large text are as many bytes as a billion of a small one."""
    with pytest.raises(InvalidDocumentError, match="aliases make the document grow"):
        read(f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]")


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth_is_limited(opening):
    """Brackets without end neither overflow the stack nor take long."""
    with pytest.raises(InvalidDocumentError, match=f"nested more than {MAX_DEPTH} levels deep"):
        read(opening * 100_000)


@given(st.text(alphabet="ab:-[]{}&*<!|>'\"#%@,? \n\t1.~", max_size=60))
def test_any_text_is_read_or_refused(text):
    """No text ends in another exception than the one that names its problems."""
    with contextlib.suppress(InvalidDocumentError):
        read(text)
