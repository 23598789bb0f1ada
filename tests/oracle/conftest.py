"""The reference, one process for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oracle.reference import Reference


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    """compose-go, running."""
    with Reference() as running:
        yield running
