"""
Projects as people write them, converted and checked: a folder of ``tests/fixtures/compose-files`` each.

``tests/fixtures/converted`` has what comes of each: ``app.yaml``, the Secrets, what was said, and the verdict of
``check`` on the result. ``pytest tests/unit/test_convert_projects.py --update-golden`` writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from composeapp.cli import app
from composeapp.compose.parse import Project, parse
from composeapp.project.load import Reading, Request
from composeapp.spec import OPTIONS

FIXTURES = Path(__file__).parents[1] / "fixtures"
PROJECTS = sorted(path for path in (FIXTURES / "compose-files").iterdir() if path.is_dir())
ARGUMENTS = {
    "agents-with-tools": ["--registry", "registry.example.com/agents:1"],
    "gpu-workbench": ["--drop-dev-mounts", "--registry", "registry.example.com/workbench:1"],
    "monorepo": ["--drop-dev-mounts", "--registry", "registry.example.com/mono:1"],
    "profiles-for-tools": ["--profile", "debug"],
}
"""What its owner would have to say."""
SOURCE_LINE = re.compile(r" *\d* *\| ")


@pytest.fixture(autouse=True)
def _no_variables_from_outside(monkeypatch):
    """Of the environment a project sees only what every shell has."""
    for name in ("COMPOSE_FILE", "COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME", "TAG", "VERSION"):
        monkeypatch.delenv(name, raising=False)


def outcome(project: Path, folder: Path) -> dict[str, str]:
    """Return the files, by name, that a conversion ends in."""
    result, secrets = folder / "app.yaml", folder / "secrets.yaml"
    arguments = ["--project-directory", str(project), "-o", str(result), "--secrets-out", str(secrets)]
    done = CliRunner().invoke(app, ["convert", *arguments, *ARGUMENTS.get(project.name, [])], prog_name="composeapp")
    assert done.stdout == ""
    made = {"words.txt": shown(done.stderr, folder)}
    if result.exists():
        checked = CliRunner().invoke(app, ["check", str(result)], prog_name="composeapp")
        assert done.exit_code == checked.exit_code
        verdict = [line for line in checked.stdout.splitlines() if not SOURCE_LINE.match(line)]
        made |= {"app.yaml": result.read_text(), "verdict.txt": shown("\n".join(verdict) + "\n", folder)}
    if secrets.exists():
        assert secrets.stat().st_mode & 0o777 == 0o600
        made["secrets.yaml"] = secrets.read_text()
    return made


def shown(text: str, folder: Path) -> str:
    """Leave out where the test works, and the verdict on the result, which has a file of its own."""
    own = re.split(r"^(?:error|warning) the resource", text, maxsplit=1, flags=re.MULTILINE)[0]
    here = os.path.relpath(FIXTURES / "compose-files")
    return own.replace(f"{folder}/", "").replace(f"{here}/", "").replace(f"./{here}", "")


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_project_is_converted(project: Path, tmp_path: Path, request: pytest.FixtureRequest):
    """Each gives exactly the resource, the Secrets, the words and the verdict on file, and twice the same."""
    made = outcome(project, tmp_path)
    assert outcome(project, tmp_path) == made
    folder = FIXTURES / "converted" / project.name
    if request.config.getoption("--update-golden", default=False):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, text in made.items():
            (folder / name).write_text(text)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made


def test_what_no_file_may_hold_is_nowhere_but_in_the_secret(tmp_path: Path):
    """The values of ``.env`` and secret files are neither in the resource nor in what is said."""
    made = outcome(FIXTURES / "compose-files" / "webshop", tmp_path)
    others = "".join(text for name, text in made.items() if name != "secrets.yaml")
    assert "only for the demo" in made["secrets.yaml"]
    assert "only for the demo" not in others
    assert "not-a-$ecret" not in others


CHANGED = {"env_file", "label_file", "build", "develop", "profiles", "configs", "volumes", "depends_on", "image"}
"""Keys whose whole point is a disk, or whose value names what is left out."""


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_what_needs_no_disk_means_the_same(project: Path, tmp_path: Path):
    """Every other key of every service has in the resource the value that Compose gives it in the project."""
    made = outcome(project, tmp_path)
    if "app.yaml" not in made:
        assert project.name == "on-the-host-network"
        return
    spec = yaml.safe_load(made["app.yaml"])["spec"]
    secrets = list(yaml.safe_load_all(made.get("secrets.yaml", "")))
    variables = {name: value for secret in secrets for name, value in secret.get("stringData", {}).items()}
    document = {key: value for key, value in spec.items() if key not in OPTIONS}
    arrived, _ = parse(document, Project(variables=variables, images=spec.get("images", {})))
    arguments = ARGUMENTS.get(project.name, [])
    profiles = [arguments[1]] if "--profile" in arguments else []
    meant = Reading(Request(folder=project, profiles=profiles)).load().document
    assert arrived.services.keys() == meant.services.keys()
    for name, service in meant.services.items():
        mine, theirs = (it.model_dump(exclude=CHANGED) for it in (arrived.services[name], service))
        added = {key: value for key, value in mine["environment"].items() if key not in theirs["environment"]}
        assert bool(added) == bool(service.env_file)
        given = {key: value for key, value in theirs["environment"].items() if value is not None}
        assert mine == {**theirs, "environment": {**added, **given}, "extensions": mine["extensions"]}
