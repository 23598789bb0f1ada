"""``env_file`` and ``label_file``: what the files say goes under what the service says itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from composeapp.compose.dotenv import InvalidDotenvError, parse_dotenv
from composeapp.compose.raw_variables import parse_raw
from composeapp.compose.secret_variables import token
from composeapp.convert.draft import Draft
from composeapp.convert.files import text_of
from composeapp.problems import Path


def take_env_files(draft: Draft) -> None:
    """Write the variables of files into ``environment``; their values go to a Secret, later files win."""
    found = {service: _of_service(draft, service, values) for service, values in draft.services()}
    referred = _kept(draft, found)
    for service, values in draft.services():
        if of_files := {name: referred.get((service, name), value) for name, value in found[service].items()}:
            values["environment"] = {**of_files, **values.get("environment", {})}


def _of_service(draft: Draft, service: str, values: dict[str, Any]) -> dict[str, str]:
    """Return what the files of a service say, but for the names that it has itself, if only to have no value."""
    own = draft.plain.services[service].environment
    outside = {**{name: value for name, value in own.items() if value is not None}, **draft.loaded.variables}
    found: dict[str, str] = {}
    for index, entry in enumerate(values.pop("env_file", None) or []):
        path: Path = ("services", service, "env_file", index)
        found |= _variables(draft, path, entry, outside, found)
    return {name: value for name, value in found.items() if name not in own}


def _variables(
    draft: Draft, path: Path, entry: Mapping[str, Any], outside: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str]:
    formats: Mapping[str | None, Callable[[str], dict[str, str]]] = {
        None: partial(parse_dotenv, outside=outside, before=found),
        "raw": partial(parse_raw, outside=outside),
    }
    if (form := entry.get("format")) not in formats:
        draft.notes.problem(path, f'unsupported env_file format "{form}"', "write raw, or leave it out")
        return {}
    return _parsed(draft, path, entry["path"], formats[form], required=entry.get("required", True))


def _kept(draft: Draft, found: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """Put values into the Secret; return what stands for each in the document, by service and name."""
    by_name: dict[str, dict[str, str]] = {}
    for service, variables in found.items():
        for name, value in variables.items():
            if value and name not in draft.options.inline:
                by_name.setdefault(name, {})[service] = value
    return {
        (service, name): token(reference)
        for name, values in sorted(by_name.items())
        for service, reference in draft.store.keep(name, values).items()
    }


def take_label_files(draft: Draft) -> None:
    """Write the labels of files into ``labels``."""
    for service, values in draft.services():
        found: dict[str, str] = {}
        for index, file in enumerate(values.pop("label_file", None) or []):
            path: Path = ("services", service, "label_file", index)
            found |= _parsed(draft, path, file, partial(parse_dotenv, outside={}, before=dict(found)))
        if found:
            values["labels"] = {**found, **values.get("labels", {})}


def _parsed(
    draft: Draft, path: Path, file: str, parse: Callable[[str], dict[str, str]], *, required: bool = True
) -> dict[str, str]:
    if not required and draft.folder.kind(file) == "missing":
        draft.notes.decided(path, f"{file} does not exist, and need not")
        return {}
    try:
        return parse(text_of(draft, path, file))
    except InvalidDotenvError as error:
        draft.notes.problem(path, f"failed to read {file}: {error.without_values}", "correct that line")
        return {}
