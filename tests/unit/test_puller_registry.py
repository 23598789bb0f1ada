"""What a registry may answer to ``composeapp pull``: tokens, redirects, manifests that are none."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest

from composeapp.puller import oci
from composeapp.puller.command import PullRequest
from composeapp.puller.command import pull as pull_model
from composeapp.puller.progress import Progress
from composeapp.puller.retry import RetryPolicy
from unit.registry_server import GGUF, MANIFEST, Reply, digest, layer, manifest, running

WEIGHTS = b"GGUF weights"
MANIFEST_PATH = "/v2/ai/tiny/manifests/latest"
BLOB_PATH = f"/v2/ai/tiny/blobs/{digest(WEIGHTS)}"


def test_anonymous_token(registry, pull):
    """A bearer challenge is answered with an anonymous token, as Docker Hub wants it."""
    fields = f'realm="{registry.url}/token",service="registry.example",scope="repository:ai/tiny:pull"'
    challenge = {"WWW-Authenticate": f"Bearer {fields}"}
    registry.serve(WEIGHTS)
    registry.replies[MANIFEST_PATH].insert(0, Reply(status=401, headers=challenge))
    registry.on("/token", Reply(b'{"token": "abc"}'))

    assert pull()[0] == 0

    assert registry.requests("/token")[0].path == "/token?service=registry.example&scope=repository%3Aai%2Ftiny%3Apull"
    assert [seen.headers.get("Authorization") for seen in registry.requests("/v2/")] == [
        None,
        "Bearer abc",
        "Bearer abc",
    ]


def test_expired_token_is_renewed(registry, pull):
    """A token that ends while the weights are fetched is replaced by a new one."""
    challenge = {"WWW-Authenticate": f'Bearer realm="{registry.url}/token"'}
    registry.serve(WEIGHTS, Reply(status=401, headers=challenge))
    registry.on("/token", Reply(b'{"access_token": "new"}'))

    assert pull()[0] == 0

    assert registry.requests("/blobs/")[-1].headers["Authorization"] == "Bearer new"


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(status=403),
        Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
        Reply(status=401, headers={"WWW-Authenticate": 'Bearer realm="file:///etc/passwd"'}),
        Reply(status=401),
    ],
)
def test_credentials_wanted(registry, pull, refusal):
    """Where an anonymous token does not help, the sentence says what that means."""
    registry.on(MANIFEST_PATH, refusal)

    code, said = pull()

    assert code == 4
    assert "without credentials: it is private or does not exist" in said


def test_token_endless_401(registry, pull):
    """A registry that refuses its own token is asked once more and no more."""
    registry.on(MANIFEST_PATH, Reply(status=401, headers={"WWW-Authenticate": f'Bearer realm="{registry.url}/token"'}))
    registry.on("/token", Reply(b'{"token": "abc"}'))

    assert pull()[0] == 4
    assert len(registry.requests("/manifests/")) == 2


@pytest.mark.parametrize("answer", [b"no JSON", b'{"token": "a\\nX-Injected: b"}', b"[]", b'{"token": 1}'])
def test_token_that_is_none(registry, pull, answer):
    """A token answer that is not understood is an error, not a crash and no header of its choice."""
    registry.on(MANIFEST_PATH, Reply(status=401, headers={"WWW-Authenticate": f'Bearer realm="{registry.url}/token"'}))
    registry.on("/token", Reply(answer))

    code, said = pull()

    assert code == 1
    assert "tokens in a form that is not understood" in said


def test_redirect_to_another_host_carries_no_credentials(registry, pull):
    """Weights that lie on another host are fetched there, without our token."""
    challenge = {"WWW-Authenticate": f'Bearer realm="{registry.url}/token"'}
    with running() as storage:
        storage.on("/weights", Reply(WEIGHTS))
        registry.serve(WEIGHTS)
        registry.replies[MANIFEST_PATH].insert(0, Reply(status=401, headers=challenge))
        registry.on("/token", Reply(b'{"token": "abc"}'))
        registry.on(BLOB_PATH, Reply(status=307, headers={"Location": f"{storage.url}/weights"}))

        assert pull()[0] == 0

        assert registry.requests("/blobs/")[0].headers["Authorization"] == "Bearer abc"
        assert "Authorization" not in storage.requests("/weights")[0].headers


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_redirect_to_something_else_than_http(registry, pull, tmp_path, location):
    """A redirect leads to http or https, never to a file."""
    registry.serve(WEIGHTS)
    registry.on(BLOB_PATH, Reply(status=302, headers={"Location": location}))

    code, said = pull()

    assert code == 1
    assert "which is refused" in said
    assert not (tmp_path / "models" / "model.gguf").exists()


@pytest.mark.parametrize("location", ["http://a..b/weights", f"http://{'a' * 70}/weights", "/w\xe4ights"])
def test_redirect_to_nowhere(registry, pull, location):
    """A redirect to what cannot be asked for ends in a sentence, not in a crash."""
    registry.serve(WEIGHTS)
    registry.on(BLOB_PATH, Reply(status=302, headers={"Location": location}))

    code, said = pull()

    assert code == 8
    assert "cannot be reached" in said


def test_redirects_without_end(registry, pull):
    """A registry that redirects to itself is left after a few steps."""
    registry.serve(WEIGHTS)
    registry.on(BLOB_PATH, Reply(status=302, headers={"Location": BLOB_PATH}))

    code, said = pull()

    assert code == 8
    assert "sends from redirect to redirect" in said


UNUSABLE = {
    "index": (json.dumps({"mediaType": oci.INDEX_TYPES[0], "manifests": []}).encode(), "it is an image index"),
    "container image": (
        manifest(layer(WEIGHTS), config_type="application/vnd.oci.image.config.v1+json"),
        "it is a container image",
    ),
    "something else": (manifest(layer(WEIGHTS), config_type="text/plain"), "its config type is 'text/plain'"),
    "safetensors": (manifest(layer(b"x", "application/vnd.docker.ai.safetensors")), "(weights found: safetensors)"),
    "empty": (manifest(), "(weights found: none)"),
    "shards": (manifest(layer(b"1"), layer(b"2"), layer(b"3")), "its weights in 3 pieces, which is not supported yet"),
    "many layers": (manifest(*[layer(b"x")] * 10_000), "more than 1000 layers"),
    "path as digest": (manifest({"mediaType": GGUF, "digest": "../../etc", "size": 1}), "a manifest that is not valid"),
    "endless size": (
        manifest(layer(b"x") | {"size": 1}).replace(b'"size": 1}', b'"size": 1e999}'),
        "a manifest that is not valid",
    ),
    "negative size": (manifest({"mediaType": GGUF, "digest": digest(b""), "size": -1}), "a manifest that is not valid"),
    "nested": (b"[" * 100_000, "a manifest that is not valid"),
    "HTML": (b"<html>", "a manifest that is not valid"),
    "list": (b"[]", "a manifest that is not valid"),
}


@pytest.mark.parametrize(("body", "said"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_is_no_model(registry, pull, body, said):
    """An artifact that cannot be served is refused with what it is, before any weights are fetched."""
    registry.on(MANIFEST_PATH, Reply(body, headers={"Content-Type": MANIFEST}))

    code, sentence = pull()

    assert (code, registry.requests("/blobs/")) == (5, [])
    assert said in sentence


def test_manifest_that_is_too_big(registry, pull):
    """A manifest of 100 MiB is refused without being held in memory."""
    registry.on(MANIFEST_PATH, Reply(bytes(100 * 1024 * 1024)))
    tracemalloc.start()
    try:
        code, said = pull()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (code, "manifest of more than 4194304 bytes" in said) == (5, True)
    assert peak < 16 * 1024 * 1024


def test_manifest_by_digest_is_checked(registry, pull):
    """A reference with a digest gets that manifest or none."""
    wanted, other = manifest(layer(WEIGHTS)), manifest(layer(b"other"))
    registry.on(f"/v2/ai/tiny/manifests/{digest(wanted)}", Reply(other))

    code, said = pull(f"ai/tiny@{digest(wanted)}")

    assert code == 6
    assert digest(wanted) in said
    assert digest(other) in said


def test_layers_that_are_not_used_are_named(registry, tmp_path):
    """A projector or chat template is skipped with a note, not in silence."""
    projector, template = "application/vnd.docker.ai.mmproj", "application/vnd.docker.ai.chat.template.jinja"
    registry.serve(WEIGHTS)
    registry.on(MANIFEST_PATH, Reply(manifest(layer(WEIGHTS), layer(b"p", projector), layer(b"t", template))))
    request = PullRequest("ai/tiny", tmp_path / "models", mirrors={"docker.io": registry.url})
    log = io.StringIO()

    assert pull_model(request, progress=Progress(log), policy=RetryPolicy()).read_bytes() == WEIGHTS

    assert f"skipping a layer that is not used yet: {projector}" in log.getvalue()
    assert f"skipping a layer that is not used yet: {template}" in log.getvalue()
