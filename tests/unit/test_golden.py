"""
What documents become, one folder of ``tests/golden`` for each promise.

A case is ``compose.yaml`` or ``composeapp.yaml`` (and ``settings.yaml``, ``config-maps.yaml``) and its one outcome:
``manifests.yaml`` (and ``warnings.txt``, and ``gates.txt``: what waits for what), or ``problems.txt``.
No code is needed for a new one: write the input, run ``pytest tests/unit/test_golden.py --update-golden``,
read what came out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from composeapp.config_map_file import read_config_maps
from composeapp.input_file import read_input
from composeapp.manifest_yaml import to_yaml
from composeapp.plan import Item
from composeapp.problems import InvalidDocumentError, Problem
from composeapp.settings import Settings
from composeapp.settings_text import load_settings

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
INPUTS = ("compose.yaml", "composeapp.yaml", "settings.yaml", "config-maps.yaml")


def outcome(case: Path) -> dict[str, str]:
    """Return the files, by name, that a case ends in."""
    settings_file = case / "settings.yaml"
    settings = load_settings(settings_file.read_text()) if settings_file.exists() else Settings()
    maps_file = case / "config-maps.yaml"
    config_maps = read_config_maps(maps_file.read_text()) if maps_file.exists() else {}
    source = next(case / name for name in INPUTS if (case / name).exists())
    namespace = "demo" if source.name == "compose.yaml" else None
    try:
        read = read_input(source.read_text(), name=None, namespace=namespace, folder="shop")
        plan = replace(read, config_maps=config_maps).translated(settings)
    except InvalidDocumentError as error:
        return {"problems.txt": lines(error.problems)}
    warnings = {"warnings.txt": lines(plan.warnings)} if plan.warnings else {}
    waiting = "".join(gate(item) for item in plan.items if item.gate)
    gates = {"gates.txt": waiting} if waiting else {}
    return {"manifests.yaml": to_yaml(plan.manifests), **warnings, **gates}


def gate(item: Item) -> str:
    """Write what one object waits for in a line."""
    needed = ", ".join(f"{it} ({it.kind} {it.name}{', or failed' if it.optional else ''})" for it in item.gate)
    return f"{item.manifest['kind']} {item.manifest['metadata']['name']} waits until {needed}\n"


def lines(problems: tuple[Problem, ...]) -> str:
    """Write one problem a line, as people see it."""
    return "".join(f"{problem}\n" for problem in problems)


def test_robots_do_not_rewrite_golden_files():
    """Where ``CI`` is set, ``--update-golden`` is refused: a person reads what changed."""
    command = [sys.executable, "-m", "pytest", "tests/unit/test_golden.py", "--update-golden", "--collect-only", "-q"]
    done = subprocess.run(
        command, cwd=GOLDEN.parents[1], env={**os.environ, "CI": "1"}, text=True, capture_output=True, check=False
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, request: pytest.FixtureRequest):
    """A document gives exactly the manifests and warnings, or exactly the problems, on file."""
    made = outcome(case)
    if request.config.getoption("--update-golden", default=False):
        for path in case.iterdir():
            if path.name not in INPUTS:
                path.unlink()
        for name, text in made.items():
            (case / name).write_text(text)

    on_file = {path.name: path.read_text() for path in case.iterdir() if path.name not in INPUTS}
    assert on_file == made
