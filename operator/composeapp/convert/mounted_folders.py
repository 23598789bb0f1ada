"""A mounted folder becomes a named volume, and a person copies what is in it."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping
from typing import Any

from composeapp.convert.draft import Draft
from composeapp.convert.tree import Tree
from composeapp.problems import Path
from composeapp.translate import names


def volume(draft: Draft, path: Path, mount: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    """Return the mount of a named volume, which is the same for all mounts of a folder."""
    source, name = mount["source"], _name(draft, mount["source"])
    kept = {key: value for key, value in mount.items() if key in ("target", "read_only")}
    copied = ""
    if not tree.is_empty:
        copied = ", what is in it is not copied" + ("; it can be written to for that" if mount.get("read_only") else "")
        kept.pop("read_only", None)
        draft.notes.do_after(_copy(draft, str(path[1]), source, mount["target"]))
    draft.notes.decided(path, f"{source} becomes the volume {name}{copied}")
    return {"type": "volume", "source": name, **kept}


def _name(draft: Draft, source: str) -> str:
    """Name a volume after its folder, unlike any that is there."""
    folder = posixpath.normpath(source)
    volumes = draft.values.setdefault("volumes", {})
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-.") or "data"
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(volumes) + 3)))
    name = draft.volumes.setdefault(folder, next(name for name in candidates if name not in volumes))
    volumes.setdefault(name, {})
    return name


def _copy(draft: Draft, service: str, source: str, target: str) -> str:
    """Return the command that copies a folder into a pod; any of several will do, as they mount the same volume."""
    namespace = f" -n {draft.namespace}" if draft.namespace else ""
    labels = names.selector(draft.app, names.SERVICE_COMPONENT, service)
    selector = ",".join(f"{label}={value}" for label, value in labels.items())
    pod = f'"$(kubectl get pod{namespace} -l {selector} -o name | head -n 1 | cut -d/ -f2)"'
    return f"kubectl cp{namespace} {shlex.quote(draft.from_here(source))}/. {pod}:{shlex.quote(target)}"
