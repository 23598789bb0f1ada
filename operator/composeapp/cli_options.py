"""Options that several commands of the command line have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="A ComposeApp, or Compose files, later ones over earlier ones; - is standard input. Without one the "
        "files that docker compose would find.",
    ),
]
FileOptions = Annotated[
    list[Path] | None, typer.Option("-f", "--file", metavar="FILE", help="The same as FILE, as docker compose has it.")
]
EnvFiles = Annotated[
    list[Path] | None, typer.Option("--env-file", metavar="FILE", help="Read instead of .env; repeatable.")
]
Profiles = Annotated[
    list[str] | None, typer.Option("--profile", metavar="NAME", help="A profile to activate; repeatable.")
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
        metavar="FILE",
        help="Manifests of ConfigMaps that a ComposeApp takes variables from; repeatable.",
        exists=True,
        dir_okay=False,
    ),
]
Name = Annotated[str | None, typer.Option(help="Name of a compose.yaml's app; else its project's, else its folder's.")]
Namespace = Annotated[str | None, typer.Option(help="Namespace, where the file names none; else default.")]
