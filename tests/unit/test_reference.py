"""A model reference means here what it means to Docker Model Runner."""

from __future__ import annotations

import pytest

from composeapp.puller.errors import InvalidReferenceError
from composeapp.puller.reference import resolve

DIGEST = f"sha256:{'0a' * 32}"


@pytest.mark.parametrize(
    ("written", "registry", "repository", "version"),
    [
        ("gemma3", "docker.io", "ai/gemma3", "latest"),
        ("MyModel", "docker.io", "ai/mymodel", "latest"),
        ("  gemma3\n", "docker.io", "ai/gemma3", "latest"),
        ("gemma3:", "docker.io", "ai/gemma3", "latest"),
        ("qwen2.5:latest", "docker.io", "ai/qwen2.5", "latest"),
        ("ai/smollm2", "docker.io", "ai/smollm2", "latest"),
        ("ai/smollm2:360M-Q4_K_M", "docker.io", "ai/smollm2", "360M-Q4_K_M"),
        ("unsloth/qwen3-gguf:4B-UD-Q4_K_XL", "docker.io", "unsloth/qwen3-gguf", "4B-UD-Q4_K_XL"),
        ("docker.io/ai/smollm2", "docker.io", "ai/smollm2", "latest"),
        ("index.docker.io/ai/smollm2:v1", "docker.io", "ai/smollm2", "v1"),
        ("docker.io/alone", "docker.io", "library/alone", "latest"),
        ("registry.example.com/org/m", "registry.example.com", "org/m", "latest"),
        ("Registry.Example.com/Org/M:V1", "registry.example.com", "org/m", "V1"),
        ("registry.example.com:5000/m:v1", "registry.example.com:5000", "m", "v1"),
        ("host:5000/org/m", "host:5000", "org/m", "latest"),
        ("localhost/org/m", "localhost", "org/m", "latest"),
        (f"ai/smollm2@{DIGEST}", "docker.io", "ai/smollm2", DIGEST),
        (f"ai/smollm2:v1@{DIGEST}", "docker.io", "ai/smollm2", DIGEST),
        (f"host:5000/m@{DIGEST}", "host:5000", "m", DIGEST),
    ],
)
def test_resolution(written, registry, repository, version):
    """Registry, repository and version follow Docker Model Runner's rules; only the tag keeps its case."""
    reference = resolve(written)

    assert (reference.registry, reference.repository, reference.version) == (registry, repository, version)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("hf.co/menlo/lucy-gguf:q8_0", "Hugging Face Hub: not supported yet"),
        ("huggingface.co/org/m", "Hugging Face Hub: not supported yet"),
        ("HF.co/org/m", "Hugging Face Hub: not supported yet"),
        ("https://example.com/model.gguf", "is a URL"),
        ("registry..com/org/m", "invalid registry 'registry..com'"),
        (f"{'a' * 64}.com/org/m", "invalid registry"),
        ("--mirror=docker.io/x", "invalid registry '--mirror=docker.io'"),
        ("file:///etc/passwd", "is a URL"),
        ("0123456789ab", "ID of one machine's model store"),
        (DIGEST, "ID of one machine's model store"),
        ("", "invalid repository 'ai/'"),
        ("ai/../../etc", "invalid repository 'ai/../../etc'"),
        ("ai//m", "invalid repository"),
        ("ai/m:a b", "invalid tag 'a b'"),
        ("ai/m?x=1", "invalid repository 'ai/m?x=1'"),
        ("ai/m@sha256:12", "invalid digest 'sha256:12'"),
        ("ai/m@", "invalid digest ''"),
        ("user@host.example/m", "invalid digest"),
        ("host.example/", "invalid repository ''"),
        ("exa_mple.com/m", "invalid registry 'exa_mple.com'"),
    ],
)
def test_what_names_nothing_in_a_registry(written, reason):
    """What no registry could be asked for is refused with its reason, before any request."""
    with pytest.raises(InvalidReferenceError) as refusal:
        resolve(written)

    assert reason in str(refusal.value)


def test_written_form_is_what_a_person_would_type():
    """A resolved reference reads as it could have been written, Docker Hub left out."""
    assert str(resolve("smollm2")) == "ai/smollm2:latest"
    assert str(resolve(f"host:5000/m:v1@{DIGEST}")) == f"host:5000/m@{DIGEST}"
