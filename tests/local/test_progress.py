"""What a person sees while something takes its time."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from localcluster import progress
from localcluster.progress import step


@pytest.fixture
def screen():
    """A console that is no terminal, as in a log file."""
    return Console(file=io.StringIO(), width=100)


def test_what_is_quick_is_not_mentioned(screen):
    """Below two seconds nothing is said."""
    with step("Quick", screen):
        pass

    assert screen.file.getvalue() == ""


def _until(screen, pattern):
    while not re.search(pattern, screen.file.getvalue()):
        pass


def test_what_takes_long_says_what_and_how_long(screen, monkeypatch):
    """Without a terminal: a line at first, one again and again, and one with the duration."""
    monkeypatch.setattr(progress, "QUIET", 0.01)
    monkeypatch.setattr(progress, "REPEAT", 0.01)

    with step("Slow", screen):
        _until(screen, "so far")

    lines = screen.file.getvalue().splitlines()
    assert lines[0] == "Slow …"
    assert re.fullmatch(r"Slow: \d+ s so far", lines[1])
    assert re.fullmatch(r"Slow: done in \d+ s", lines[-1])


def test_a_failure_is_not_called_done(screen, monkeypatch):
    """A step that fails says so, and the error goes on."""
    monkeypatch.setattr(progress, "QUIET", 0.01)

    def fail():
        with step("Slow", screen):
            _until(screen, "Slow …")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - its own, without words
        fail()

    assert re.search(r"Slow: failed after \d+ s", screen.file.getvalue())


def test_a_terminal_shows_a_clock(monkeypatch):
    """On a terminal the time that has passed is shown beside what is happening."""
    monkeypatch.setattr(progress, "QUIET", 0.01)
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)

    with step("Slow", terminal):
        _until(terminal, "0:00:0")

    assert "Slow" in terminal.file.getvalue()
