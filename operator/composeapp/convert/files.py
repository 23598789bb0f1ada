"""``configs`` and ``secrets`` that come from files and variables of the author's machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from composeapp.convert.draft import Draft
from composeapp.convert.folder import Kind
from composeapp.convert.secrets import holds_private_key, looks_secret
from composeapp.problems import Path

_LARGEST: Final = 1024 * 1024
"""Bytes of a ConfigMap or a Secret (https://kubernetes.io/docs/concepts/configuration/secret/)."""
_OF_A_MACHINE: Final = frozenset(("file", "environment"))
NO_FILE: Final[Mapping[Kind, str]] = {
    "outside": "lies outside of the project",
    "missing": "does not exist",
    "folder": "is a folder",
    "other": "is neither a file nor a folder, or closed to you",
}
_WAYS_OUT: Final[Mapping[Kind, str]] = {
    "outside": "copy it into the project, or say --allow-outside",
    "missing": "make that file, or remove it here",
}


def leave_out_unused(draft: Draft) -> None:
    """Read no file, and keep no secret, that only services need which are not written, or that only builds need."""
    for kind in ("configs", "secrets"):
        used = {mount["source"] for container in _containers(draft) for mount in container.get(kind) or ()}
        declared = draft.values.get(kind, {})
        for name in [name for name, it in declared.items() if name not in used and not _OF_A_MACHINE.isdisjoint(it)]:
            del declared[name]
            draft.notes.decided((kind, name), "is left out: no service that is written uses it")


def _containers(draft: Draft) -> Iterator[dict[str, Any]]:
    for _, service in draft.services():
        yield from (service, *service.get("pre_start", ()))
    yield from draft.values.get("jobs", {}).values()


def take_configs(draft: Draft) -> None:
    """Write the text of files, and the values of variables, into ``content``."""
    for name, config in draft.values.get("configs", {}).items():
        if (file := config.pop("file", None)) is not None:
            config["content"] = _public_text(draft, name, file)
        elif (variable := config.pop("environment", None)) is not None:
            config["content"] = _public_value(draft, ("configs", name, "environment"), variable)


def _public_text(draft: Draft, name: str, file: str) -> str:
    path: Path = ("configs", name, "file")
    content = text_of(draft, path, file)
    if holds_private_key(content.encode()) and name not in draft.options.inline:
        draft.notes.problem(path, f"{file} holds a private key", f"make it one of secrets, or say --inline {name}")
    return content


def _public_value(draft: Draft, path: Path, variable: str) -> str:
    value = _value(draft, path, variable)
    if looks_secret(variable, [value]) and variable not in draft.options.inline:
        hint = f"make it one of secrets, or say --inline {variable}"
        draft.notes.problem(path, f"{variable} looks like a secret", hint)
    return value


def _value(draft: Draft, path: Path, variable: str) -> str:
    value = draft.loaded.variables.get(variable)
    if value is None:
        draft.notes.problem(path, f"{variable} is not set", f"set it, as in {variable}=… in .env")
    return value or ""


def take_secrets(draft: Draft) -> None:
    """Put the values of secrets into a Secret of Kubernetes, which they name from now on."""
    for name, secret in draft.values.get("secrets", {}).items():
        path: Path = ("secrets", name)
        if (file := secret.pop("file", None)) is not None:
            secret.update(keep_secret(draft, name, bytes_of(draft, (*path, "file"), file)))
        elif (variable := secret.pop("environment", None)) is not None:
            value = _value(draft, (*path, "environment"), variable)
            secret.update(keep_secret(draft, name, value.encode()))


def keep_secret(draft: Draft, name: str, value: bytes) -> dict[str, Any]:
    """Keep a value in the Secret; return how a document refers to it."""
    draft.store.files[name] = value
    return {"external": True, "name": draft.store.files_name, "x-kubernetes": {"key": name}}


def text_of(draft: Draft, path: Path, file: str) -> str:
    """Return the text of a file of the project; what is none is a problem."""
    return text_in(draft, path, file, bytes_of(draft, path, file))


def text_in(draft: Draft, path: Path, file: str, content: bytes) -> str:
    """Return the text that a file holds."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        draft.notes.problem(path, f"{file} is no text", "bake it into the image")
        return ""


def bytes_of(draft: Draft, path: Path, file: str) -> bytes:
    """Return what is in a file of the project; what no object can hold is not even read."""
    kind = draft.folder.kind(file)
    if kind != "file":
        draft.notes.problem(path, f"{file} {NO_FILE[kind]}", _WAYS_OUT.get(kind, "name a file"))
        return b""
    try:
        if (size := draft.folder.size(file)) <= _LARGEST:
            return draft.folder.read(file)
        draft.notes.problem(path, f"{file} has {size // 1024} KiB: too much", "bake it into the image")
    except OSError as error:
        draft.notes.problem(path, f"{file} cannot be read: {error.strerror}", "make it readable")
    return b""
