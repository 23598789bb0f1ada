"""``build``: nothing is built in a cluster, so every image needs a name, and a person who builds and pushes it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from composeapp.convert.build_command import build_command
from composeapp.convert.draft import Draft
from composeapp.problems import Path


def take_builds(draft: Draft) -> None:
    """Name the image of each service that is built, and tell how to build and push it."""
    for service in sorted(draft.options.images.keys() - {name for name, _ in draft.services()}):
        draft.notes.problem(("services",), f'there is no service "{service}"', "see --image")
    for service, values in draft.services():
        build = values.pop("build", None)
        chosen = draft.options.images.get(service)
        if chosen is None and build is not None:
            chosen = _registry_image(draft, service) or values.get("image")
        if chosen is not None and chosen != values.get("image"):
            draft.images[service] = chosen
        if build is not None:
            _tell(draft, ("services", service, "build"), {"platform": values.get("platform"), **build}, chosen)


def _registry_image(draft: Draft, service: str) -> str | None:
    """Return ``REPO/service:TAG``; a colon before the last slash belongs to the registry's port."""
    if draft.options.registry is None:
        return None
    head, slash, last = draft.options.registry.rpartition("/")
    name, colon, tag = last.partition(":")
    return f"{head}{slash}{name}/{service}{colon}{tag}"


def _tell(draft: Draft, path: Path, build: Mapping[str, Any], image: str | None) -> None:
    if image is None:
        hint = f"say --registry REGISTRY/PROJECT[:TAG], or --image {path[1]}=REFERENCE"
        draft.notes.problem(path, "an image cannot be built in a cluster", hint)
        return
    draft.notes.decided(path, f"{image} is run: build and push it")
    draft.notes.do_before(build_command(draft, path, build, image))
    draft.notes.do_before(shlex.join(["docker", "push", image]))
