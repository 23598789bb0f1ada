"""Likely mistakes: refused as Compose refuses them, with its own words where it has good ones."""

from __future__ import annotations

import pytest

from oracle import ours
from oracle.grammar import Written

SERVICE = "services:\n  app:\n    image: x\n"
MODELS = "models:\n  llm:\n    model: ai/m\n"

MISTAKES = {
    "undefined model": SERVICE + "    models: [nope]\n",
    "model without its reference": SERVICE + "models:\n  llm: {name: a}\n",
    "model that is null": SERVICE + "models:\n  llm:\n",
    "context size as text": SERVICE + MODELS + "    context_size: '4096'\n",
    "context size with a fraction": SERVICE + MODELS + "    context_size: 10.5\n",
    "context size from a variable": SERVICE + MODELS + "    context_size: ${CTX:-4096}\n",
    "runtime flags as text": SERVICE + MODELS + "    runtime_flags: --temp\n",
    "runtime flag that is a number": SERVICE + MODELS + "    runtime_flags: [--temp, 0.7]\n",
    "unknown key in a model": SERVICE + MODELS + "    gpu: 1\n",
    "unknown key in a binding": SERVICE + "    models: {llm: {endpoint: X}}\n" + MODELS,
    "unknown key at the top": SERVICE + "model: {}\n",
    "circle of dependencies": "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
    "undefined service": SERVICE + "    depends_on: [zz]\n",
    "undefined network": SERVICE + "    networks: [front]\n",
    "undefined volume": SERVICE + "    volumes: ['data:/d']\n",
    "undefined secret": SERVICE + "    secrets: [s]\n",
    "undefined config": SERVICE + "    configs: [c]\n",
    "host port that is a word": SERVICE + "    ports: ['eighty:80']\n",
    "container port too large": SERVICE + "    ports: ['80:99999']\n",
    "unknown protocol": SERVICE + "    ports: ['80:80/icmp']\n",
    "ranges of different lengths": SERVICE + "    ports: ['80-81:8000-8002']\n",
    "required variable": SERVICE + "models:\n  llm: {model: '${MODEL:?set MODEL to an OCI reference}'}\n",
    "same model twice": SERVICE + "    models: [llm, llm]\n" + MODELS,
    "port list that is a text": SERVICE + "    ports: '80:80'\n",
    "image that is a number": "services:\n  app:\n    image: 7\n",
    "environment with a list inside": SERVICE + "    environment: {A: [b]}\n",
    "scale and replicas": SERVICE + "    scale: 2\n    deploy: {replicas: 3}\n",
    "network mode and networks": SERVICE + "    network_mode: host\n    networks: [n]\nnetworks: {n: }\n",
    "health test without its kind": SERVICE + "    healthcheck: {test: [curl, x]}\n",
    "same target twice": SERVICE + "    tmpfs: [/a, '/a:size=1m']\n",
    "neither image nor build": "services:\n  app: {restart: always}\n",
}
"""Each is refused with Compose's own text, but for its ``validating FILE: ``."""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_in_the_words_of_compose(mistake, reference):
    """Compose's text, without the name of the file, is one of our problems."""
    text = MISTAKES[mistake]
    theirs = (
        reference.load(text).error.removeprefix("validating compose-0.yaml: ").removesuffix(": invalid compose project")
    )
    assert theirs
    errors = ours.read(Written((text,)), variables={}).errors
    assert any(theirs.strip() in error for error in errors), (theirs, errors)
