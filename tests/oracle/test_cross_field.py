"""The rules across fields are Compose's own: the same documents are refused, in the same words."""

from __future__ import annotations

import pytest

from support.cross_field import ACCEPTED, MISTAKES, VARIABLES


@pytest.mark.parametrize("mistake", MISTAKES)
def test_compose_refuses_it_in_the_same_words(mistake, reference):
    """Where Compose's text has the wrong name in it, or no place, only the verdict is its own."""
    answer = reference.load(MISTAKES[mistake].text, variables=VARIABLES)
    assert answer.error
    assert answer.error == MISTAKES[mistake].words or MISTAKES[mistake].differs


@pytest.mark.parametrize("document", ACCEPTED)
def test_compose_accepts_it(document, reference):
    """What our rules let pass Compose lets pass."""
    assert not reference.load(ACCEPTED[document], variables=VARIABLES).error
