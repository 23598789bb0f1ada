"""The samples: the application asks its models, and the documents have no problems."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from localcluster import tiny_models
from support.llama_server import free_port, serving, unpack_image, weights

SAMPLES = Path(__file__).parents[2] / "deploy" / "samples"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter the image's file system")


@contextmanager
def chat_app(**variables):
    """Run the sample application with these variables; yields its URL."""
    environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": "0", **variables}
    with subprocess.Popen(
        [sys.executable, SAMPLES / "chat-app" / "app.py"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def get(url):
    response = requests.get(url, timeout=30)
    return response.status_code, response.text.strip()


@needs_root
def test_chat_app_shows_what_each_model_says(tmp_path):
    """Every pair of variables leads to its model; without a path the first one answers."""
    first, second = tiny_models.MODELS
    root = unpack_image(tmp_path)
    with (
        serving(root, weights(first), "first") as url,
        serving(root, weights(second), "second") as other,
        chat_app(LLM_URL=url, LLM_MODEL="first", OTHER_URL=other, OTHER_MODEL="second", HALF_URL=url) as app,
    ):
        assert get(app) == (200, f"first says: {first.sentence}")
        assert get(f"{app}ask/LLM?question=Why") == (200, f"first says: {first.sentence}")
        assert get(f"{app}ask/OTHER") == (200, f"second says: {second.sentence}")
        assert get(f"{app}ask/HALF") == (404, "Ask at: /, /env, /ask/LLM, /ask/OTHER")


def test_chat_app_says_why_there_is_no_answer():
    """A model that cannot be reached, or that is not named, is a bad gateway with the reason."""
    url = f"http://127.0.0.1:{free_port()}/v1/"
    with chat_app(LLM_URL=url, LLM_MODEL="m") as app:
        status, text = get(app)
    assert status == 502
    assert text.startswith(f"The model LLM gave no answer. {url}chat/completions:")
    assert "refused" in text
    with chat_app() as app:
        assert get(app) == (502, "No pair of variables such as LLM_URL and LLM_MODEL names a model.")


def test_chat_app_passes_on_what_the_server_answers():
    """An answer that is no answer is shown with its status: here another chat application's page."""
    with chat_app() as other, chat_app(LLM_URL=f"{other}v1/", LLM_MODEL="m") as app:
        status, text = get(app)
    assert (status, "answered 501" in text) == (502, True)


def test_chat_app_shows_only_the_variables_that_name_models():
    """Nothing else of the environment is anybody's business."""
    with chat_app(LLM_URL="http://x/v1/", LLM_MODEL="m", PASSWORD="secret") as app:  # noqa: S106 - not one
        assert get(f"{app}env") == (200, "LLM_MODEL=m\nLLM_URL=http://x/v1/")


@pytest.mark.parametrize("document", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_sample_has_no_problems(document):
    """Each sample is understood as a whole: ``composeapp check`` finds neither problems nor warnings."""
    command = [sys.executable, "-m", "composeapp", "check", str(document), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == {"problems": [], "warnings": []}
