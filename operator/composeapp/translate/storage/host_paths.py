"""Paths of the Docker host: what they are to a cluster, and which of them its administrator lets authors mount."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any, Final

from composeapp.problems import Path, Report
from composeapp.settings import Settings
from composeapp.translate.support.terms import CONVERT

MEANINGLESS: Final = ("/etc/localtime", "/etc/timezone")
"""Mounted to tell a container the time zone of its host."""


def host_path(source: str, path: Path, settings: Settings, report: Report) -> dict[str, Any] | None:
    """Return a pod's volume for a path of the node; ``None`` if that is not allowed, which is reported."""
    if not source.startswith("/"):
        report.problem(path, f"{source} is a path on the machine where the file was written", CONVERT)
        return None
    cleaned = posixpath.normpath(source)
    if _is_below(cleaned, settings.volumes.host_paths):
        return {"hostPath": {"path": cleaned}}
    message = f"{source} is a path of the Docker host; a pod runs on any node and sees none of its files"
    hint = "mount a named volume instead, or let the administrator allow the path in settings.volumes.hostPaths"
    report.problem(path, message, hint)
    return None


def _is_below(path: str, allowed: Iterable[str]) -> bool:
    folders = (posixpath.normpath(folder) for folder in allowed)
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
