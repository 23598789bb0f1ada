"""The little models: a real server loads them, and they come out of a registry as Docker's models do."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest
import requests

from localcluster import tiny_models
from localcluster.oci import Layout
from support.llama_server import serving, unpack_image, weights
from support.registry import running_registry

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter the image's file system")
each_model = pytest.mark.parametrize("model", tiny_models.MODELS, ids=lambda model: model.repository)


@pytest.fixture(scope="module")
def server_root(tmp_path_factory):
    """The file system of the llama.cpp server's image."""
    return unpack_image(tmp_path_factory.mktemp("llama"))


def manifest(layout):
    return json.loads(layout.blob(layout.manifest.digest).read_text())


@needs_root
@each_model
def test_model_says_its_sentence_whatever_it_is_asked(model, server_root):
    """A real llama.cpp server gives the model's own sentence for every prompt, and stops there."""
    with serving(server_root, weights(model), model.repository) as url:
        for question in ("Who are you?", "x", "Grüße! 你好? " * 20, model.sentence):
            message = {"role": "user", "content": question}
            answer = requests.post(f"{url}chat/completions", json={"messages": [message]}, timeout=30).json()
            choice = answer["choices"][0]
            assert (choice["message"]["content"], choice["finish_reason"]) == (model.sentence, "stop")
        assert answer["model"] == model.repository


@needs_root
def test_context_size_of_the_server_shows(server_root):
    """The model could take more context than the server was told to give, so an edit of it can be seen."""
    model = tiny_models.MODELS[0]
    with serving(server_root, weights(model), model.repository) as url:
        found = requests.get(f"{url}models", timeout=5).json()["data"][0]["meta"]
    assert (found["n_ctx"], found["n_ctx_train"]) == (4096, 8192)


@each_model
def test_artifact_is_packaged_as_docker_packages_models(model):
    """Manifest, config and layer have the media types of Docker's model specification."""
    layout = Layout(tiny_models.package(model))
    found = manifest(layout)

    assert found["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    assert found["config"]["mediaType"] == "application/vnd.docker.ai.model.config.v0.1+json"
    assert [layer["mediaType"] for layer in found["layers"]] == ["application/vnd.docker.ai.gguf.v3"]
    config = json.loads(layout.blob(found["config"]["digest"]).read_text())
    assert (config["config"]["format"], config["config"]["architecture"]) == ("gguf", "llama")
    assert config["config"]["context_size"] == 8192
    assert config["rootfs"]["diff_ids"] == [found["layers"][0]["digest"]]


def test_puller_finds_the_model_in_a_mirror_of_docker_hub(tmp_path):
    """``ai/smollm2`` comes, verified, from the registry that stands in for Docker Hub."""
    with running_registry(tmp_path) as registry:
        tiny_models.publish(registry.address)
        mirror = f"docker.io=http://{registry.address}"
        command = [
            sys.executable,
            "-m",
            "composeapp",
            "pull",
            "ai/smollm2",
            "--into",
            str(tmp_path),
            "--mirror",
            mirror,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    pulled = hashlib.sha256((tmp_path / "model.gguf").read_bytes()).hexdigest()
    assert pulled == weights(tiny_models.MODELS[0]).name


def test_sentence_with_a_word_twice_is_refused():
    """Such a model would go round in circles."""
    with pytest.raises(ValueError, match="none may come twice: no no"):
        tiny_models.TinyModel("ai/circle", "no no")
