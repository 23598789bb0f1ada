"""``env_file`` and ``label_file``: what the files say goes under what the service says itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composeapp.compose.dotenv import InvalidDotenvError, parse_dotenv
from composeapp.compose.secret_variables import token
from composeapp.convert.draft import Draft
from composeapp.problems import Path


def take_env_files(draft: Draft) -> None:
    """Write the variables of files into ``environment``; their values go to a Secret, later files win."""
    for service, values in draft.services():
        entries = values.pop("env_file", None) or []
        found: dict[str, str] = {}
        for index, entry in enumerate(entries):
            path: Path = ("services", service, "env_file", index)
            found |= _variables(draft, path, entry, {**_known(values), **draft.loaded.variables}, found)
        if found:
            own = values.get("environment", {})
            kept = {name: _kept(draft, service, name, value) for name, value in found.items() if name not in own}
            values["environment"] = {**kept, **own}


def _known(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in values.get("environment", {}).items() if value is not None}


def _variables(
    draft: Draft, path: Path, entry: Mapping[str, Any], outside: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str]:
    text = _text(draft, path, entry["path"], required=entry.get("required", True))
    if entry.get("format") == "raw":
        lines = (line.partition("=") for line in text.splitlines() if line.strip() and not line.startswith("#"))
        return {name: value for name, _, value in lines}
    try:
        return parse_dotenv(text, outside, found)
    except InvalidDotenvError as error:
        draft.notes.problem(path, f"failed to read {entry['path']}: {error}", "correct that file")
        return {}


def _kept(draft: Draft, service: str, name: str, value: str) -> str:
    """Return what stands for a value in the document."""
    if not value or name in draft.options.inline:
        return value
    reference = draft.store.add(service, name, value)
    if reference is None:
        message = f"{name} cannot be the name of a variable that comes from a Secret"
        draft.notes.problem(("services", service, "env_file"), message, f"rename it, or say --inline {name}")
        return value
    return token(reference)


def take_label_files(draft: Draft) -> None:
    """Write the labels of files into ``labels``."""
    for service, values in draft.services():
        found: dict[str, str] = {}
        for index, file in enumerate(values.pop("label_file", None) or []):
            path: Path = ("services", service, "label_file", index)
            try:
                found |= parse_dotenv(_text(draft, path, file, required=True), {}, found)
            except InvalidDotenvError as error:
                draft.notes.problem(path, f"failed to read {file}: {error}", "correct that file")
        if found:
            values["labels"] = {**found, **values.get("labels", {})}


def _text(draft: Draft, path: Path, file: str, *, required: bool) -> str:
    kind = draft.folder.kind(file)
    if kind == "file":
        try:
            return draft.folder.read(file).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            draft.notes.problem(path, f"{file} cannot be read as text", "correct that file")
    elif kind != "missing" or required:
        why = "lies outside of the project" if kind == "outside" else "does not exist"
        draft.notes.problem(path, f"{file} {why}", "put it into the project's folder, or remove it here")
    return ""
