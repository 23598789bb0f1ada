"""Our reading of the language against compose-go's, on documents that nobody thought of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from oracle import campaign
from oracle.compare import Finding, findings
from oracle.differences import unexplained
from oracle.grammar import Written, documents

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/compose.yaml"))


def said(found: list[Finding]) -> str:
    """Write what differs, a document once."""
    return "\n\n".join(map(str, found))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_inputs_are_read_as_compose_reads_them(case, reference):
    """Every golden input gives the same fields and the same verdict on both sides."""
    found = unexplained(findings(Written(((case / "compose.yaml").read_text(),)), reference))
    assert not found, said(found)


@settings(max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(written=documents())
def test_drawn_documents_are_read_as_compose_reads_them(reference, written):
    """Whatever hypothesis draws from the grammar gives the same fields and the same verdict on both sides."""
    found = unexplained(findings(written, reference))
    assert not found, said(found)


@pytest.mark.parametrize("first", range(0, 3000, 1000))
def test_documents_of_the_grammar_are_read_as_compose_reads_them(first):
    """A fixed thousand documents of the grammar give the same fields and the same verdict on both sides."""
    tally = campaign.run(range(first, first + 1000))
    assert not tally.counts, said(list(tally.examples.values())[:3])


@pytest.mark.parametrize("first", range(0, 1000, 500))
def test_broken_documents_get_the_verdict_that_compose_gives(first):
    """Documents that were broken in one place are refused if and only if Compose refuses them."""
    tally = campaign.run(range(first, first + 500), invalid=True)
    assert not tally.counts, said(list(tally.examples.values())[:3])
