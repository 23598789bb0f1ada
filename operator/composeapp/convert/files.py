"""``configs`` and ``secrets`` that come from files and variables of the author's machine."""

from __future__ import annotations

from typing import Any

from composeapp.convert.draft import Draft
from composeapp.convert.secrets import looks_secret
from composeapp.problems import Path


def take_configs(draft: Draft) -> None:
    """Write the text of files, and the values of variables, into ``content``."""
    for name, config in draft.values.get("configs", {}).items():
        path: Path = ("configs", name)
        if (file := config.pop("file", None)) is not None:
            config["content"] = text_of(draft, (*path, "file"), file)
        elif (variable := config.pop("environment", None)) is not None:
            config["content"] = _value(draft, (*path, "environment"), variable)


def _value(draft: Draft, path: Path, variable: str) -> str:
    value = draft.loaded.variables.get(variable)
    if value is None:
        draft.notes.problem(path, f"{variable} is not set", f"set it, as in {variable}=… in .env")
    elif looks_secret(variable) and variable not in draft.options.inline:
        draft.notes.problem(
            path, f"{variable} looks like a secret", f"make it one of secrets, or say --inline {variable}"
        )
    return value or ""


def text_of(draft: Draft, path: Path, file: str) -> str:
    """Return the text of a file of the project; what is none is a problem."""
    content = bytes_of(draft, path, file)
    try:
        return content.decode()
    except UnicodeDecodeError:
        draft.notes.problem(path, f"{file} is no text", "bake it into the image")
        return ""


def bytes_of(draft: Draft, path: Path, file: str) -> bytes:
    """Return what is in a file of the project."""
    kind = draft.folder.kind(file)
    if kind == "file":
        try:
            return draft.folder.read(file)
        except OSError as error:
            draft.notes.problem(path, f"{file} cannot be read: {error.strerror}", "make it readable")
            return b""
    words = {
        "outside": "lies outside of the project",
        "missing": "does not exist",
        "folder": "is a folder",
        "other": "is no plain file",
    }
    draft.notes.problem(path, f"{file} {words[kind]}", "name a file below the project's folder")
    return b""


def take_secrets(draft: Draft) -> None:
    """Put the values of secrets into a Secret of Kubernetes, which they name from now on."""
    for name, secret in draft.values.get("secrets", {}).items():
        path: Path = ("secrets", name)
        value: bytes | None = None
        if (file := secret.pop("file", None)) is not None:
            value = bytes_of(draft, (*path, "file"), file)
        elif (variable := secret.pop("environment", None)) is not None:
            value = _secret_value(draft, (*path, "environment"), variable)
        if value is not None:
            draft.store.files[name] = value
            secret.update(_external(draft.store.files_name, name))


def _secret_value(draft: Draft, path: Path, variable: str) -> bytes:
    value = draft.loaded.variables.get(variable)
    if value is None:
        draft.notes.problem(path, f"{variable} is not set", f"set it, as in {variable}=… in .env")
    return (value or "").encode()


def _external(secret: str, key: str) -> dict[str, Any]:
    return {"external": True, "name": secret, "x-kubernetes": {"key": key}}
