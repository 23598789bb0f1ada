"""``composeapp pull`` when the network or the folder misbehaves: the right weights or one clear sentence."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from composeapp.puller.command import PullRequest
from composeapp.puller.command import pull as pull_model
from composeapp.puller.errors import StorageError
from composeapp.puller.progress import Progress
from composeapp.puller.retry import RetryPolicy
from unit.registry_server import Reply, digest

WEIGHTS = b"GGUF" + os.urandom(300_000)
MANIFEST_PATH = "/v2/ai/tiny/manifests/latest"
BLOB_PATH = f"/v2/ai/tiny/blobs/{digest(WEIGHTS)}"


def kept(folder: Path) -> set[str]:
    """Name the files of a model folder, its lock apart."""
    models = folder / "models"
    return {path.name for path in models.iterdir()} - {".pull.lock"} if models.exists() else set()


def test_weights_arrive_whole(registry, pull, tmp_path):
    """The layer of type GGUF becomes model.gguf, readable for every user, with nothing beside it."""
    registry.serve(WEIGHTS)

    assert pull()[0] == 0

    model = tmp_path / "models" / "model.gguf"
    assert model.read_bytes() == WEIGHTS
    assert model.stat().st_mode & 0o444 == 0o444
    assert kept(tmp_path) == {"model.gguf"}
    assert (tmp_path / "termination-log").read_text() == ""


def test_weights_that_are_there_are_not_fetched_again(registry, pull):
    """A second pull of the same model asks for the manifest only."""
    registry.serve(WEIGHTS)
    pull()

    code, said = pull()

    assert (code, len(registry.requests("/blobs/"))) == (0, 1)
    assert "already there and verified" in said


def test_altered_weights_are_replaced(registry, pull, tmp_path):
    """A model.gguf of the right size and other content is no reason not to fetch."""
    registry.serve(WEIGHTS)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "model.gguf").write_bytes(bytes(len(WEIGHTS)))

    assert pull()[0] == 0

    assert (tmp_path / "models" / "model.gguf").read_bytes() == WEIGHTS


def test_flipped_byte(registry, pull, tmp_path):
    """Content that does not match its digest is refused with both digests, and nothing is kept."""
    damaged = bytes([WEIGHTS[0] ^ 1]) + WEIGHTS[1:]
    registry.serve(WEIGHTS)
    registry.on(BLOB_PATH, Reply(damaged))

    code, said = pull()

    assert code == 6
    assert digest(WEIGHTS) in said
    assert digest(damaged) in said
    assert kept(tmp_path) == set()


def test_more_bytes_than_announced(registry, pull, tmp_path):
    """A registry that sends more than the manifest says fills no disk."""
    registry.serve(WEIGHTS)
    registry.on(BLOB_PATH, Reply(WEIGHTS * 3))

    code, said = pull()

    assert code == 6
    assert f"expected {len(WEIGHTS)} bytes, received more" in said
    assert kept(tmp_path) == set()


def test_cut_connection_is_resumed(registry, pull, tmp_path):
    """After a cut at 100,000 bytes only the rest is fetched."""
    registry.serve(WEIGHTS, Reply(WEIGHTS, cut=100_000))

    assert pull()[0] == 0

    assert (tmp_path / "models" / "model.gguf").read_bytes() == WEIGHTS
    assert registry.requests("/blobs/")[1].headers["Range"] == "bytes=100000-"


def test_cut_connection_without_ranges(registry, pull, tmp_path):
    """Where the registry knows no ranges the blob is fetched anew, and is right."""
    registry.serve(WEIGHTS, Reply(WEIGHTS, cut=100_000))
    registry.replies[BLOB_PATH][-1] = Reply(WEIGHTS, ranges=False)

    assert pull()[0] == 0

    assert (tmp_path / "models" / "model.gguf").read_bytes() == WEIGHTS


def test_cuts_that_bring_progress_are_not_counted(registry, pull):
    """More cuts than attempts are no failure while each try brings bytes."""
    registry.serve(WEIGHTS, *[Reply(WEIGHTS, cut=20_000)] * 10)

    assert pull()[0] == 0


def test_passing_faults_are_tried_again(registry, pull):
    """500, 503 and 429 pass."""
    registry.serve(WEIGHTS, Reply(status=500), Reply(status=503), Reply(status=429))

    assert pull()[0] == 0


def test_lasting_fault(registry, pull):
    """A registry that stays out of order is given up after the attempts, with its answer."""
    registry.on(MANIFEST_PATH, Reply(status=503))

    code, said = pull()

    assert (code, len(registry.seen)) == (8, 4)
    assert said == f"cannot pull ai/tiny: docker.io (its mirror {registry.address}) answered 503 Service Unavailable"


def test_unreachable_registry(registry, pull):
    """Nobody listens: the sentence names the address and the fault."""
    registry.server_close()

    code, said = pull()

    assert code == 8
    assert said == f"cannot pull ai/tiny: {registry.address} cannot be reached: Connection refused"


def test_unknown_model(registry, pull, tmp_path):
    """A 404 is final: asked once, the registry's words in the sentence, which is also the termination message."""
    errors = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
    registry.on(MANIFEST_PATH, Reply(json.dumps(errors).encode(), status=404))

    code, said = pull()

    assert (code, len(registry.seen)) == (3, 1)
    where = f"docker.io (its mirror {registry.address})"
    assert said == f"cannot pull ai/tiny: not found in {where} (MANIFEST_UNKNOWN, manifest unknown)"
    assert (tmp_path / "termination-log").read_text() == said


def test_folder_that_cannot_be_written(registry, tmp_path):
    """A target that is no folder is said so, and is not a crash."""
    registry.serve(WEIGHTS)
    (tmp_path / "file").touch()
    request = PullRequest("ai/tiny", tmp_path / "file" / "models", mirrors={"docker.io": registry.url})

    with pytest.raises(StorageError, match="cannot be written: Not a directory"):
        pull_model(request, progress=Progress(io.StringIO()), policy=RetryPolicy())


def test_remains_of_another_pull_are_removed(registry, pull, tmp_path):
    """What a killed pull of other weights left behind does not fill the folder for ever."""
    registry.serve(WEIGHTS)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f".sha256-{'0' * 64}.partial").write_bytes(b"old")

    assert pull()[0] == 0
    assert kept(tmp_path) == {"model.gguf"}
