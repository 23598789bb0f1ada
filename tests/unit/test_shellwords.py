"""Command lines become the words that Compose makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.shellwords import CommandLineError, split

# Measured with compose-go 2.16.2.
WORDS = {
    "": (),
    "  ": (),
    "a b\tc\n d": ("a", "b", "c", "d"),
    "a ''": ("a", ""),
    "''": ("",),
    "a'b'\"c\"d": ("abcd",),
    "'a \"b\"'": ('a "b"',),
    "\"a 'b'\"": ("a 'b'",),
    "'a\\b'": ("a\\b",),
    '"a\\b"': ("ab",),
    "a\\ b": ("a b",),
    '"a | b"': ("a | b",),
    "a\\|b": ("a|b",),
    "$HOME ${X} *": ("$HOME", "${X}", "*"),
    "$(a 'b' | c)d": ("$(a 'b' | c)d",),
    "`a b | c`": ("`a b | c`",),
    "sh -c 'a && b'": ("sh", "-c", "a && b"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), WORDS.items())
def test_words_are_those_of_compose(line, words):
    """Quotes, escapes and substitutions are read as Compose's own splitter reads them."""
    assert split(line) == words


@pytest.mark.parametrize("line", ["'a", '"a', "a\\", "`a", "$(a", "(a)", "a)", "$(a(b))", "a ( b"])
def test_what_has_no_partner_is_refused(line):
    """Compose's own sentence, and what to do."""
    with pytest.raises(CommandLineError, match=r"^invalid command line string$") as caught:
        split(line)
    assert caught.value.hint == "close every quote and parenthesis, or write a list"


@pytest.mark.parametrize("stop", [";", "&", "|", "<", ">"])
def test_half_a_command_is_never_run(stop):
    """Where Compose stops reading without a word, the line is refused instead."""
    with pytest.raises(CommandLineError) as caught:
        split(f"a {stop} b")
    assert str(caught.value) == f"Compose would stop reading the command line at {stop}"
    assert caught.value.hint == 'run it in a shell: ["sh", "-c", "…"], or quote the character'


@given(st.lists(st.text(alphabet="ab '$|;()", max_size=6), max_size=4))
def test_quoted_words_come_back(words):
    """Whoever puts every word into double quotes gets the words unchanged."""
    assert split(" ".join(f'"{word}"' for word in words)) == tuple(words)
