"""A real OCI registry on this machine: the docker-registry that the cluster uses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from localcluster import programs
from support.llama_server import free_port
from support.waiting import eventually


@dataclass(frozen=True)
class Registry:
    """A running registry: its ``HOST:PORT``, and the log of what it was asked."""

    address: str
    log: Path


@contextmanager
def running_registry(folder: Path) -> Iterator[Registry]:
    """Run a registry that keeps everything below ``folder``."""
    registry = Registry(f"127.0.0.1:{free_port()}", folder / "registry.log")
    configuration = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "registry")}},
        "http": {"addr": registry.address},
    }
    (folder / "registry.json").write_text(json.dumps(configuration))  # JSON is YAML
    command = [str(programs.path("docker-registry")), "serve", str(folder / "registry.json")]
    with registry.log.open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            eventually(lambda: _assert_answers(registry.address))
            yield registry
        finally:
            process.terminate()


def _assert_answers(address: str) -> None:
    try:
        assert requests.get(f"http://{address}/v2/", timeout=5).ok
    except requests.ConnectionError as error:
        raise AssertionError(str(error)) from error
