"""Options of the unit tests, a registry to pull from, and projects to convert."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from composeapp.cli import app
from composeapp.puller.command import PullRequest, run
from composeapp.puller.retry import RetryPolicy
from unit.registry_server import RegistryServer, running

# The machine is shared: a slow moment is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/unit --update-golden`` rewrites the golden files; read the difference before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what the code does now")


def pytest_configure(config: pytest.Config) -> None:
    """A golden file is changed by a person who reads it, never by a robot."""
    if config.getoption("--update-golden", default=False) and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is for people: it is refused where CI is set")


@pytest.fixture
def registry():
    """A registry that holds nothing yet."""
    with running() as server:
        yield server


@pytest.fixture
def pull(registry: RegistryServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Pull from the registry as Docker Hub's mirror; return exit code and last line of the log."""
    (tmp_path / "termination-log").touch()
    handler = signal.getsignal(signal.SIGTERM)

    def pull(reference: str = "ai/tiny") -> tuple[int, str]:
        request = PullRequest(reference, tmp_path / "models", mirrors={"docker.io": registry.url})
        policy = RetryPolicy(attempts=4, first_delay=0)
        code = run(request, termination_log=tmp_path / "termination-log", policy=policy)
        return code, capsys.readouterr().err.splitlines()[-1]

    yield pull
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def convert(tmp_path: Path):
    """Write a project and convert it."""
    folder = tmp_path / "shop"
    folder.mkdir()

    def run(compose: str, *arguments: str, **files: str | bytes) -> Result:
        for name, content in {"compose.yaml": compose, **files}.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        command = ["convert", "--project-directory", str(folder), *arguments]
        return CliRunner().invoke(app, command, prog_name="composeapp")

    return run
