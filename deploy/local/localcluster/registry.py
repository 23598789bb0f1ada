"""An OCI registry on the real node's network, for models and images: Debian's docker-registry, over plain HTTP."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

import yaml

from localcluster import namespaces, processes, programs
from localcluster.layout import Layout

_PROCESS: Final = "registry"
_PORT: Final = 5000


def address(layout: Layout) -> str:
    """Return the registry's ``HOST:PORT``, the same for the host, the node and pods."""
    return f"{layout.node_address}:{_PORT}"


def start(layout: Layout) -> None:
    """Start the registry unless it runs, and wait until it answers; the node's namespaces must be there."""
    command = namespaces.inside(layout, programs.path("docker-registry"), "serve", _configure(layout))
    processes.start(layout, _PROCESS, command)
    processes.wait_until(lambda: _answers(layout), "The registry answers", 30, layout=layout, process=_PROCESS)


def stop(layout: Layout) -> None:
    """Stop the registry; what it holds stays in ``layout.state``."""
    processes.stop(layout, _PROCESS)


def log(layout: Layout) -> Path:
    """Return the access log: a line per request in the Apache combined format, with its size in bytes."""
    return layout.log / f"{_PROCESS}.log"


def _configure(layout: Layout) -> Path:
    # https://distribution.github.io/distribution/about/configuration/
    configuration = {
        "version": 0.1,
        "log": {"level": "warn", "accesslog": {"disabled": False}},
        "storage": {
            "filesystem": {"rootdirectory": str(layout.state / "registry")},
            "delete": {"enabled": True},
        },
        "http": {"addr": address(layout)},
    }
    path = layout.state / "node" / "registry.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(configuration, sort_keys=False))
    return path


def _answers(layout: Layout) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address(layout)}/v2/", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
