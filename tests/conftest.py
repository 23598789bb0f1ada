"""Rules for the whole suite: skipped tests are counted."""

from __future__ import annotations

import os

import pytest

EXPECTED_SKIPS = 0
"""How many tests a full run on a machine with root may skip; with ``CI`` set another number fails the run."""


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a full run in which more or fewer tests were skipped than expected."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", []))
    if os.environ.get("CI") and exitstatus == pytest.ExitCode.OK and skipped != EXPECTED_SKIPS:
        reporter.write_line(f"{skipped} tests were skipped, expected {EXPECTED_SKIPS}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
