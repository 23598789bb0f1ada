"""``composeapp pull`` from a real registry, as a person would run it beside the cluster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def pull(local_cluster, tmp_path):
    """Pull from the cluster's registry in Docker Hub's place; return exit code and the log's last line."""

    def run(reference: str, into: Path = tmp_path) -> tuple[int, str]:
        command = [sys.executable, "-m", "composeapp", "pull", reference, "--into", str(into)]
        command += ["--mirror", f"docker.io=http://{local_cluster.registry}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stderr.splitlines()[-1]

    return run


def test_model_arrives_once(pull, tmp_path):
    """The model is fetched and verified; asked for again it is only verified."""
    first, second = pull("ai/smollm2"), pull("ai/smollm2")

    assert (first[0], second[0]) == (0, 0)
    assert "is complete and verified" in first[1]
    assert "is already there and verified" in second[1]
    assert (tmp_path / "model.gguf").read_bytes().startswith(b"GGUF")


@pytest.mark.parametrize("reference", ["ai/does-not-exist", "ai/smollm2:no-such-tag"])
def test_model_that_is_not_there(pull, reference):
    """The registry's own answer is in the sentence."""
    code, said = pull(reference)

    assert code == 3
    assert f"cannot pull {reference}: not found in docker.io" in said
    assert "MANIFEST_UNKNOWN" in said or "NAME_UNKNOWN" in said
