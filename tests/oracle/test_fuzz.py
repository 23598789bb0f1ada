"""Whatever a text holds, parse and translate end in a plan or in problems."""

from __future__ import annotations

from oracle.fuzz import fuzzed, outcome


def test_mutated_texts_end_in_a_plan_or_in_problems():
    """No exception but our own, each with a problem, none slow."""
    ended = {seed: outcome(fuzzed(seed)) for seed in range(1000)}
    assert not {seed: how for seed, how in ended.items() if how.startswith("FAULT")}
