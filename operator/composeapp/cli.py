"""
The command ``composeapp``: options here, the work of each command in a module of its own.

That module is imported when its command runs: ``pull`` starts before every model server and
must not wait for libraries that it never uses.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Literal

import typer

from composeapp import __version__

app = typer.Typer(
    name="composeapp",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(enum.StrEnum):
    """How ``check`` says what it found."""

    TEXT = "text"
    JSON = "json"


File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A compose.yaml or a ComposeApp; - is standard input."),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", help="The administrator's settings; without them defaults.", exists=True, dir_okay=False
    ),
]
VariablesFrom = Annotated[
    list[Path] | None,
    typer.Option(
        "--variables-from",
        help="Manifests of ConfigMaps that spec.variablesFrom names; repeatable.",
        exists=True,
        dir_okay=False,
    ),
]
Name = Annotated[str | None, typer.Option(help="Name of a compose.yaml's app; else its project's, else its folder's.")]
Namespace = Annotated[str | None, typer.Option(help="Namespace, where the file names none; else default.")]


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer hands a flag over by position
    if value:
        typer.echo(f"composeapp {__version__}")
        raise typer.Exit


@app.callback()
def composeapp(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Run Compose applications with AI models on Kubernetes."""
    del version  # its callback has done the work


@app.command()
def render(
    file: File,
    settings: SettingsFile = None,
    variables_from: VariablesFrom = None,
    name: Name = None,
    namespace: Namespace = None,
) -> None:
    """
    Print the Kubernetes objects of a Compose file.

    With the cluster's settings they are exactly what the operator applies, ownership apart.

    Exit status: 0, or 1 if the file has problems, or 2 if it or the settings cannot be read.
    """
    from composeapp import offline

    raise typer.Exit(offline.render(file, settings, variables_from or (), name=name, namespace=namespace))


@app.command()
def check(
    file: File,
    settings: SettingsFile = None,
    variables_from: VariablesFrom = None,
    output: Annotated[Format, typer.Option("--format", help="How to say it.")] = Format.TEXT,
) -> None:
    """
    Say what is wrong with a Compose file.

    Exit status: 0 if it can be applied, 1 if it has problems, 2 if it or the settings cannot be read.
    """
    from composeapp import offline

    raise typer.Exit(offline.check(file, settings, variables_from or (), as_json=output is Format.JSON))


@app.command()
def pull(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="A model in an OCI registry, as ai/smollm2.")],
    into: Annotated[Path, typer.Option(file_okay=False, help="Folder that receives model.gguf.")],
    mirror: Annotated[
        list[str] | None, typer.Option(metavar="HOST=URL", help="Ask URL instead of the registry HOST; repeatable.")
    ] = None,
    plain_http: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="Ask the registry HOST over plain HTTP; repeatable.")
    ] = None,
    termination_log: Annotated[
        Path, typer.Option(envvar="COMPOSEAPP_TERMINATION_LOG", help="File that receives the reason of a failure.")
    ] = Path("/dev/termination-log"),
) -> None:
    """
    Fetch a model's weights from its registry, verified, into a folder.

    Exit status: 0 done, 2 no model reference, 3 not found, 4 unauthorised, 5 no usable model, 6 wrong digest,
    7 the folder is full or cannot be written, 8 network or registry out of order, 1 anything else.
    """
    from composeapp.puller import command

    mirrors = dict(_host_and_url(text) for text in mirror or ())
    request = command.PullRequest(reference, into, mirrors=mirrors, plain_http=tuple(plain_http or ()))
    raise typer.Exit(command.run(request, termination_log=termination_log))


@app.command()
def operator(
    kubeconfig: Annotated[
        Path | None, typer.Option(help="How to reach the cluster; without it as a pod, else as kubectl.", exists=True)
    ] = None,
    context: Annotated[str | None, typer.Option(help="A context of the kubeconfig.")] = None,
    settings: SettingsFile = None,
    health_address: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where /livez and /readyz are served.")
    ] = "127.0.0.1:8081",
    log_format: Annotated[
        Literal["auto", "plain", "json"], typer.Option(help="auto: plain on a terminal, else JSON.")
    ] = "auto",
) -> None:
    """
    Run the operator until it is told to stop.

    Exit status: 0 after SIGTERM or SIGINT, 1 if it cannot go on (start it again), 2 if the settings cannot be read.
    """
    from composeapp.process import command

    raise typer.Exit(
        command.run(
            kubeconfig=kubeconfig,
            context=context,
            settings=settings,
            health_address=health_address,
            log_format=log_format,
        )
    )


def _host_and_url(text: str) -> tuple[str, str]:
    host, equals, url = text.partition("=")
    if not (host and equals and url):
        raise typer.BadParameter(f"{text!r} is not HOST=URL", param_hint="--mirror")
    return host, url


def main() -> None:
    """Run the command line."""
    app(prog_name="composeapp")
