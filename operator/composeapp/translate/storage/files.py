"""
What becomes of the top-level ``configs`` and ``secrets``: one file each, of a ConfigMap or of a Secret.

The operator reads neither Secrets nor other people's ConfigMaps. So which file an external one is must
follow from the document: ``x-kubernetes.key``, else the name under which the document declares it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from composeapp.compose.document import Config, Secret
from composeapp.plan import App, Manifest
from composeapp.problems import Path, Report
from composeapp.translate import manifests, names
from composeapp.translate.own_block import KEY, own_block
from composeapp.translate.storage.backing import FileSource
from composeapp.translate.storage.labels import as_annotations

_LARGEST: Final = 1024 * 1024
"""Bytes of a ConfigMap's data (https://kubernetes.io/docs/concepts/configuration/configmap/)."""
_DATA_KEY: Final = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")
_KINDS: Final = {"configMap": "ConfigMap", "secret": "Secret"}
_EXTERNAL_FIELDS: Final = {"key": {"type": "string"}}


def config(key: str, declared: Config, app: App, report: Report) -> tuple[FileSource, Manifest | None] | None:
    """Return the file of a config, and the ConfigMap to make for it; ``None`` if it has a problem."""
    path: Path = ("configs", key)
    if declared.external:
        found = _existing("configMap", key, declared, path, report)
        return (found, None) if found else None
    own_block(declared.extensions, path, report, {})
    if declared.content is None:
        words = f'environment variable "{declared.environment}" required by config "{key}" is not set'
        report.problem((*path, "environment"), words, f"set variables.{declared.environment}")
        return None
    size = len(declared.content.encode())
    if size > _LARGEST:
        hint = "put the file into the image, or into a volume"
        report.problem(path, f"holds {size} bytes; a ConfigMap takes {_LARGEST}", hint)
        return None
    made = _config_map(key, declared, declared.content, app, report)
    return FileSource("configMap", made["metadata"]["name"], key), made


def secret(key: str, declared: Secret, app: App, report: Report) -> FileSource | None:
    """Return the file of a secret; ``None`` if it has a problem. One on the author's disk was refused before."""
    path: Path = ("secrets", key)
    if declared.external:
        return _existing("secret", key, declared, path, report)
    own_block(declared.extensions, path, report, {})
    variable = declared.environment or ""
    source = app.secrets.get(variable)
    if source is None:
        message = f"{variable} is no variable that variablesFrom takes from a Secret, and elsewhere everybody reads it"
        hint = f"name it there: variablesFrom: [{{secretRef: {{name: SECRET}}, keys: [{variable}]}}]"
        report.problem((*path, "environment"), message, hint)
        return None
    return FileSource("secret", source.secret, source.key)


def _existing(
    kind: Literal["configMap", "secret"], key: str, declared: Config | Secret, path: Path, report: Report
) -> FileSource | None:
    said = own_block(declared.extensions, path, report, _EXTERNAL_FIELDS)
    name, file = declared.name or key, said.get("key", key)
    what = _KINDS[kind]
    if not names.is_object_name(name):
        hint = "write its name under name: lower-case letters, digits, '-' and '.'"
        report.problem((*path, "name") if declared.name else path, f"no {what} can be called {name}", hint)
        return None
    if not _DATA_KEY.fullmatch(file):
        place = (*path, KEY, "key") if "key" in said else path
        report.problem(place, f"{file!r} cannot be a key of it", "letters, digits, '-', '_' and '.'")
        return None
    if "key" not in said:
        hint = (
            f"if the file has another, write x-kubernetes: {{key: NAME}}; without the key {file} the pod waits for ever"
        )
        report.warning(path, f"of the {what} {name} the key {file} is mounted", hint)
    return FileSource(kind, name, file)


def _config_map(key: str, declared: Config, content: str, app: App, report: Report) -> Manifest:
    """Immutable and named after its content: another content rolls out new pods, and back again."""
    notes: Mapping[str, str] = as_annotations(declared.labels, ("configs", key, "labels"), report)
    name = names.config_map_name(app.name, key, content)
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": manifests.metadata(app, name, names.CONFIG_COMPONENT, key, notes),
        "immutable": True,
        "data": {key: content},
    }
