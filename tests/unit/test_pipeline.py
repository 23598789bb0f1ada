"""From ``.spec`` to Plan: whatever the phase, its author reads the path as it was written."""

from __future__ import annotations

import pytest

from composeapp.pipeline import plan_app
from composeapp.problems import InvalidDocumentError, dotted
from composeapp.settings import Settings

TEXT = """
version: "3"
models:
  llm:
    model: ai/smollm2
    runtime_flags: [--port, "1"]
"""


def test_translation_of_a_text_says_where_in_the_text():
    """A problem that only translation finds is below ``composeFile``, and what the parser warned of is not lost."""
    with pytest.raises(InvalidDocumentError) as refusal:
        plan_app("chat", "demo", {"composeFile": TEXT}, Settings())

    assert [dotted(problem.path) for problem in refusal.value.problems] == ["composeFile.models.llm.runtime_flags[0]"]
    assert [dotted(warning.path) for warning in refusal.value.warnings] == ["composeFile.version"]
