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
from composeapp.cli_options import (
    EnvFiles,
    FileOptions,
    Files,
    Name,
    Namespace,
    Profiles,
    SettingsFile,
    VariablesFrom,
)

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
    *,
    files: Files = None,
    file_options: FileOptions = None,
    settings: SettingsFile = None,
    env_files: EnvFiles = None,
    profiles: Profiles = None,
    variables_from: VariablesFrom = None,
    name: Name = None,
    namespace: Namespace = None,
) -> None:
    """
    Print the Kubernetes objects of a Compose project.

    With the cluster's settings they are exactly what the operator applies, ownership apart.

    Exit status: 0, or 1 if the files have problems, or 2 if they or the settings cannot be read.
    """
    from composeapp import offline

    wanted = offline.Wanted(
        _given(files, file_options),
        settings,
        env_files or (),
        profiles or (),
        variables_from or (),
        name=name,
        namespace=namespace,
    )
    raise typer.Exit(offline.render(wanted))


@app.command()
def check(
    *,
    files: Files = None,
    file_options: FileOptions = None,
    settings: SettingsFile = None,
    env_files: EnvFiles = None,
    profiles: Profiles = None,
    variables_from: VariablesFrom = None,
    output: Annotated[Format, typer.Option("--format", help="How to say it.")] = Format.TEXT,
) -> None:
    """
    Say what is wrong with a Compose project.

    Exit status: 0 if it can be applied, 1 if it has problems, 2 if it or the settings cannot be read.
    """
    from composeapp import offline

    given = _given(files, file_options)
    wanted = offline.Wanted(given, settings, env_files or (), profiles or (), variables_from or ())
    raise typer.Exit(offline.check(wanted, as_json=output is Format.JSON))


@app.command()
def convert(
    *,
    files: Files = None,
    file_options: FileOptions = None,
    env_files: EnvFiles = None,
    profiles: Profiles = None,
    project_directory: Annotated[
        Path | None,
        typer.Option(help="The project's folder; else that of the first file.", file_okay=False, exists=True),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else standard output.", dir_okay=False)
    ] = None,
    secrets_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where values that are secret go, as a Secret.", dir_okay=False)
    ] = None,
    name: Name = None,
    namespace: Annotated[str | None, typer.Option(help="Namespace to write down; else none is.")] = None,
    registry: Annotated[
        str | None, typer.Option(metavar="REPO[:TAG]", help="Where images that are built will be: REPO/SERVICE:TAG.")
    ] = None,
    image: Annotated[
        list[str] | None, typer.Option(metavar="SERVICE=REFERENCE", help="The image of one service; repeatable.")
    ] = None,
    drop_dev_mounts: Annotated[
        bool, typer.Option("--drop-dev-mounts", help="Leave out mounts of source code that its image has.")
    ] = False,
    allow_outside: Annotated[
        bool, typer.Option("--allow-outside", help="Read files as well that lie outside of the project's folder.")
    ] = False,
    inline: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Write this variable down, it is no secret; repeatable.")
    ] = None,
) -> None:
    """
    Make one ComposeApp of a Compose project, with everything in it that only this disk knows.

    What had to be decided, and what is still to do, is told on standard error.

    Exit status: 0 done, 1 if there are problems, in the project or left in the result, 2 if it cannot be read.
    """
    import os

    from composeapp.convert import command
    from composeapp.convert.draft import Options
    from composeapp.project.load import Request

    given = _given(files, file_options)
    request = Request(given, project_directory, env_files or (), profiles or (), dict(os.environ))
    images = dict(_pair(text, "SERVICE=REFERENCE", "--image") for text in image or ())
    options = Options(
        images=images,
        registry=registry,
        drop_dev_mounts=drop_dev_mounts,
        allow_outside=allow_outside,
        inline=frozenset(inline or ()),
    )
    raise typer.Exit(command.run(request, options, command.Target(output, secrets_out, name, namespace)))


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

    mirrors = dict(_pair(text, "HOST=URL", "--mirror") for text in mirror or ())
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


def _given(files: list[Path] | None, file_options: list[Path] | None) -> tuple[Path, ...]:
    """Put files together, however they were given."""
    return (*(files or ()), *(file_options or ()))


def _pair(text: str, form: str, option: str) -> tuple[str, str]:
    first, equals, second = text.partition("=")
    if not (first and equals and second):
        raise typer.BadParameter(f"{text!r} is not {form}", param_hint=option)
    return first, second


def main() -> None:
    """Run the command line."""
    app(prog_name="composeapp")
