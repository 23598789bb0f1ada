"""Python programs that a test starts."""

from __future__ import annotations

import os
from pathlib import Path

import localcluster


def subprocess_environment() -> dict[str, str]:
    """Return our environment, in which ``import localcluster`` works as it does here."""
    return {**os.environ, "PYTHONPATH": str(Path(localcluster.__file__).parents[1])}
