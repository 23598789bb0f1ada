"""Rules about the code itself: layers, purity, and the source root that must stay no package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_ROOT = ROOT / "operator"
CORE = ("compose.parse", "spec", "translate.app", "settings_text", "plan", "problems")


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    environment = {"PYTHONPATH": str(SOURCE_ROOT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, text=True, capture_output=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_source_root_holds_no_module_of_its_own():
    """A ``.py`` file directly in ``operator/`` would hide the standard library's ``operator``."""
    assert list(SOURCE_ROOT.glob("*.py")) == []


def test_layers_hold():
    """The import contracts of ``pyproject.toml`` are kept."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", CORE)
def test_core_knows_no_cluster(module):
    """Parsing and translating load neither kopf nor a Kubernetes client: they run anywhere."""
    assert modules_after(f"import composeapp.{module}").isdisjoint({"kopf", "kubernetes", "aiohttp"})


def test_command_line_starts_light():
    """``composeapp pull`` begins every model's pod: the command line itself loads none of what other commands need."""
    loaded = modules_after("import composeapp.cli")
    assert loaded.isdisjoint({"kopf", "kubernetes", "aiohttp", "pydantic", "jsonschema", "yaml"})
