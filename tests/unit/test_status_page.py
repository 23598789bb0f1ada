"""docs/status.md explains what the operator can say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from composeapp.puller import errors

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "status.md").read_text()
NOT_SAID = {
    *("True", "False", "Deployment", "Service", "Warning", "Normal", "Error", "Waiting"),
    *("PodScheduled", "PodReadyToStartContainers", "PodInitializing", "ReplicaFailure", "Succeeded", "Applied", "No"),
}
"""Words of the Kubernetes API that the code compares with, and parts of what it says."""


def test_every_reason_is_explained():
    """Each CamelCase word that the status code holds is on the page: states, reasons, conditions."""
    words = {
        node.value
        for module in (ROOT / "operator" / "composeapp" / "status").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"([A-Z][a-z]+)+", node.value)
    }

    assert {word for word in words - NOT_SAID if f"`{word}`" not in PAGE} == set()


def test_every_exit_code_of_a_pull_is_explained():
    """The page lists the exit codes that ``composeapp pull`` has."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.PullError)]

    assert len(kinds) == 8
    assert all(f"\n| {kind.exit_code} | " in PAGE for kind in kinds)
