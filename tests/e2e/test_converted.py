"""A project that leans on its author's disk, converted and applied: everything that was on the disk is in the pods."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator", "notes_image")]

COMPOSE = """
include: [worker/compose.yaml]
services:
  notes:
    image: notes
    env_file: notes.env
    environment:
      GREETING: Hello ${WHO}, it costs 5 $$
      PASSWORD:
    configs: [settings]
    secrets: [key]
    volumes: ["./conf:/etc/conf:ro", "notes:/data", "/etc/localtime:/etc/localtime:ro"]
configs:
  settings: {file: ./settings.ini}
secrets:
  key: {file: ./key.txt}
volumes: {notes: }
"""
FILES = {
    "compose.yaml": COMPOSE,
    "worker/compose.yaml": "services: {worker: {image: 'notes:${TAG}', labels: {}, environment: {FROM: \"${TAG}\"}}}",
    "worker/.env": "TAG=latest\n",
    ".env": "WHO=you\nPASSWORD='s3cret $$'\n",
    "notes.env": "TOKEN=t0ken\nEMPTY=\n",
    "settings.ini": "[a]\nprice = 5 $\n",
    "conf/a.conf": "one\n",
    "conf/deep/b.conf": "two\n",
    "key.txt": "the key",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as an author has it."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_was_on_the_disk_is_in_the_pods(project, composeapp, kubectl, namespace, wait_ready):
    """Variables, files and included services arrive; no secret value is in the resource, which needs no disk."""
    secrets = project / "secrets.yaml"
    arguments = ["--project-directory", str(project), "--secrets-out", str(secrets), "--name", "chat"]
    resource = composeapp("convert", *arguments, "--namespace", namespace)
    assert "s3cret" not in resource
    assert "t0ken" not in resource

    for manifest in (*yaml.safe_load_all(secrets.read_text()), yaml.safe_load(resource)):
        kubectl.apply(manifest)
    wait_ready("chat")

    def inside(command: str, service: str = "notes") -> str:
        return kubectl("exec", "-n", namespace, f"deploy/chat-{service}", "--", "sh", "-c", command)

    printed = inside(
        'echo "$GREETING|$PASSWORD|$TOKEN|${EMPTY-unset}"; cat /settings /run/secrets/key /etc/conf/deep/b.conf'
    )
    assert printed == "Hello you, it costs 5 $|s3cret $$|t0ken|\n[a]\nprice = 5 $\nthe keytwo\n"
    assert inside("echo $FROM", "worker") == "latest\n"
