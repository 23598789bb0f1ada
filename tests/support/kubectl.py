"""The real kubectl against one cluster: tests say what a person would type."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kubectl:
    """kubectl with its kubeconfig; call it with arguments, get standard output."""

    program: Path
    kubeconfig: Path

    def run(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl whatever its outcome."""
        command = [str(self.program), "--kubeconfig", str(self.kubeconfig), *arguments]
        return subprocess.run(command, input=stdin, text=True, capture_output=True, check=False, timeout=120)

    def __call__(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl; its words are the failure's message."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run kubectl with JSON output."""
        return json.loads(self(*arguments, "-o", "json"))

    def items(self, kinds: str, namespace: str, selector: str = "") -> list[dict[str, Any]]:
        """List objects of one namespace."""
        return self.json("get", kinds, "-n", namespace, f"--selector={selector}")["items"]

    def apply(self, manifest: dict[str, Any] | str, *arguments: str) -> str:
        """Apply one or more manifests, given as a mapping or as YAML text."""
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        return self("apply", "-f", "-", *arguments, stdin=text)

    def exists(self, kind: str, name: str, namespace: str) -> bool:
        """Tell whether an object exists."""
        return bool(self("get", kind, name, "-n", namespace, "--ignore-not-found", "-o", "name"))
