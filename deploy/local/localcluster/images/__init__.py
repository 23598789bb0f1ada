"""
The container images that a cluster needs to show the product, and the models in its registry.

Everything is made once and kept in the cache under its content: a second call does nothing
but load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from localcluster import tiny_models
from localcluster.administrator import OPERATOR_REPOSITORY, OPERATOR_TAG
from localcluster.cluster import Cluster
from localcluster.errors import ClusterError
from localcluster.images import debian_images
from localcluster.images.archive import Archive, once
from localcluster.images.engines import Recipe, engine
from localcluster.oci import RegistryError
from localcluster.progress import step

__all__ = ["OPERATOR", "Archive", "archives", "provide"]

_ROOT: Final = Path(__file__).resolve().parents[4]
_CHAT_APP: Final = _ROOT / "deploy" / "samples" / "chat-app"

OPERATOR: Final = Recipe(
    dockerfile=_ROOT / "deploy" / "Dockerfile",
    context=_ROOT,
    sources=("operator", "pyproject.toml", "uv.lock", "README.md", "LICENSE", ".dockerignore"),
)
CHAT_APP: Final = Recipe(dockerfile=_CHAT_APP / "Dockerfile", context=_CHAT_APP, sources=("app.py",))


def provide(cluster: Cluster) -> None:
    """
    Load all images into the cluster's nodes, and push all models to its registry; it must be up.

    A cluster that has neither nodes of ours nor a registry gets nothing.

    Raises ``ClusterError`` when something cannot be made, loaded or pushed.
    """
    if cluster.capabilities.real_node:
        for archive in archives():
            cluster.load(archive.path)
    if cluster.registry:
        try:
            tiny_models.publish(cluster.registry)
        except RegistryError as error:
            raise ClusterError(str(error)) from error


def archives() -> list[Archive]:
    """Return all images, made where they are not in the cache yet; the smallest, which every pod needs, first."""
    return [
        debian_images.pause(),
        debian_images.llama_server(),
        from_recipe(CHAT_APP, "docker.io/library/my-chat-app:latest"),
        from_recipe(OPERATOR, f"{OPERATOR_REPOSITORY}:{OPERATOR_TAG}"),
    ]


def from_recipe(recipe: Recipe, reference: str) -> Archive:
    """Return the image of a Dockerfile; it is built again only when its sources have changed."""

    def write(archive: Path) -> None:
        with step(f"Building the image {reference}"):
            builder = engine()
            builder.build(recipe, reference)
            builder.save(reference, archive)

    return once(reference, write, *_contents(recipe))


def _contents(recipe: Recipe) -> Iterator[str | Path]:
    """Yield the names and contents of all files that go into an image."""
    yield recipe.dockerfile
    for source in recipe.sources:
        for path in _files(recipe.context / source):
            yield str(path.relative_to(recipe.context))
            yield path


def _files(path: Path) -> Sequence[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
