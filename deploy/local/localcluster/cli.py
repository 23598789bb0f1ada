"""The command ``./deploy/local/cluster``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from localcluster.errors import ClusterError
from localcluster.providers import Kind, provider

Name = Annotated[str, typer.Option(help="Several clusters run beside each other under different names.")]
Provider = Annotated[Kind, typer.Option("--provider", help="What makes the cluster.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A real Kubernetes cluster on this machine.")


@app.command()
def up(
    name: Name = "composeapp",
    kind: Provider = Kind.LOCAL,
    *,
    real_node: Annotated[bool, typer.Option(help="A node that runs containers (needs root).")] = True,
) -> None:
    """Start the cluster, or what is missing of it."""
    cluster = provider(kind, name=name, real_node=real_node)
    cluster.up()
    typer.echo(f"Cluster {name} is up. To use it: export KUBECONFIG={cluster.kubeconfig}")


@app.command()
def down(name: Name = "composeapp", kind: Provider = Kind.LOCAL) -> None:
    """Remove the cluster and everything in it."""
    provider(kind, name=name).down()


@app.command()
def status(name: Name = "composeapp", kind: Provider = Kind.LOCAL) -> None:
    """Show what runs; the exit code is 1 unless everything does."""
    parts = provider(kind, name=name).status()
    table = Table("Part", "Runs", "Detail", box=None)
    for part in parts:
        table.add_row(part.name, "yes" if part.running else "no", part.detail)
    Console().print(table if parts else f"There is no cluster {name}.")
    raise typer.Exit(0 if parts and all(part.running for part in parts) else 1)


@app.command()
def kubeconfig(name: Name = "composeapp", kind: Provider = Kind.LOCAL) -> None:
    """Print the path of the administrator's kubeconfig."""
    cluster = provider(kind, name=name)
    if not cluster.status():
        raise ClusterError(f"there is no cluster {name}; start it first: deploy/local/cluster up --name {name}")
    typer.echo(cluster.kubeconfig)


@app.command()
def load(
    archive: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="As docker save makes it.")],
    name: Name = "composeapp",
    kind: Provider = Kind.LOCAL,
) -> None:
    """Make the images of an archive known to the real node."""
    provider(kind, name=name).load(archive)


def main() -> None:
    """Run the command; what goes wrong with the cluster is one line, not a traceback."""
    try:
        app()
    except ClusterError as error:
        Console(stderr=True).print(f"{error}", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None
