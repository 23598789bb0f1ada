"""Builds the operator's image and pushes it to your own registry: ``./deploy/image``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from localcluster.errors import ClusterError
from localcluster.images import OPERATOR
from localcluster.images.engines import Engine, engine
from localcluster.progress import step

app = typer.Typer(
    help=(
        "Build the operator's image and push it to your own registry.\n\n"
        "Docker or podman is used where one answers. Else, as root on Debian, buildah is fetched"
        " and unpacked into the cache, and the base image is made of Debian packages;"
        " nothing is installed.\n\n"
        "To run the operator from your registry:\n\n"
        "    ./deploy/image push registry.example.com/team/composeapp:0.1.0\n\n"
        "    helm install composeapp charts/composeapp"
        " --set image.repository=registry.example.com/team/composeapp,image.tag=0.1.0\n\n"
        "Log in with docker login or podman login first; buildah reads what docker login wrote."
    ),
    no_args_is_help=True,
    add_completion=False,
)

Reference = Annotated[
    str, typer.Argument(metavar="REPOSITORY[:TAG]", help="The image's full name; without a tag it gets 'latest'.")
]
Save = Annotated[
    Path | None,
    typer.Option("--archive", metavar="FILE", help="Also write the image to a file, as docker save does."),
]


@app.command()
def build(reference: Reference, archive: Save = None) -> None:
    """Build the image from this checkout."""
    name = with_tag(reference)
    _saved(_built(name), name, archive)
    typer.echo(name)


@app.command()
def push(reference: Reference, archive: Save = None) -> None:
    """Build the image and push it to the registry that its name begins with."""
    name = with_tag(reference)
    builder = _built(name)
    _saved(builder, name, archive)
    with step(f"Pushing {name}"):
        builder.push(name)
    typer.echo(name)


def with_tag(reference: str) -> str:
    """Return an image's name with its tag; a colon before the last slash is a registry's port."""
    return reference if ":" in reference.rpartition("/")[2] else f"{reference}:latest"


def _built(name: str) -> Engine:
    builder = engine()
    with step(f"Building {name}"):
        builder.build(OPERATOR, name)
    return builder


def _saved(builder: Engine, name: str, archive: Path | None) -> None:
    if archive:
        archive.unlink(missing_ok=True)  # buildah adds to an archive that is there
        with step(f"Writing {archive}"):
            builder.save(name, archive.resolve())


def main() -> None:
    """Run the command; what goes wrong is told without a traceback."""
    try:
        app()
    except ClusterError as error:
        Console(stderr=True).print(f"{error}", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
