"""A container image as one file, and how one is made from a folder tree."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from localcluster.cache import digest, entry
from localcluster.oci import Layout, write_image
from localcluster.progress import step

_KEPT: Final = 3
"""How many versions of an image stay in the cache."""


@dataclass(frozen=True)
class Archive:
    """An image in a file, and the name under which nodes will know it."""

    reference: str
    path: Path


def once(reference: str, write: Callable[[Path], None], *ingredients: str | Path) -> Archive:
    """
    Return the archive of an image that ``write`` makes at a path; it is made once and kept.

    Args:
        reference: The image's name.
        write: Makes the file.
        ingredients: What the image depends on; when one of them changes it is made anew.
    """
    name = reference.rpartition("/")[2].replace(":", "-")
    folder = entry(f"images/{name}", digest(reference, *ingredients), lambda folder: write(folder / f"{name}.tar"))
    _forget_old_versions(folder)
    return Archive(reference, folder / f"{name}.tar")


def from_tree(
    reference: str, config: Mapping[str, Any], fill: Callable[[Path], None], *ingredients: str | Path
) -> Archive:
    """
    Return the image of a tree that ``fill`` puts into an empty folder; it is made once and kept.

    Args:
        reference: The image's name.
        config: As ``oci.write_image`` takes it.
        fill: Makes the tree.
        ingredients: What the tree depends on.
    """

    def write(archive: Path) -> None:
        with step(f"Making the image {reference}"), TemporaryDirectory(dir=archive.parent) as work:
            tree, layout = Path(work) / "tree", Layout(Path(work) / "layout")
            tree.mkdir()
            fill(tree)
            write_image(tree, layout, reference, config)
            layout.pack(archive)

    return once(reference, write, json.dumps(config, sort_keys=True), *ingredients)


def _forget_old_versions(newest: Path) -> None:
    versions = [folder for folder in newest.parent.iterdir() if not folder.name.startswith(".") and folder != newest]
    for old in sorted(versions, key=lambda folder: folder.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(old)
