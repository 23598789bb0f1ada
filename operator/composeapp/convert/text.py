"""
How the resource is written: its document inline, or as the text ``composeFile``.

Inline is what people read and review best. But kubectl reads it as YAML 1.1, sends JSON and drops nulls; a
document that would not arrive as it was meant is written as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composeapp.compose.parse import Project, parse
from composeapp.compose.scalars import YAML_1_1_BOOLEANS
from composeapp.compose.yaml import read
from composeapp.manifest_yaml import document_to_yaml, to_yaml
from composeapp.problems import InvalidDocumentError
from composeapp.spec import COMPOSE_FILE, OPTIONS


def resource_text(resource: dict[str, Any]) -> str:
    """Write a ComposeApp, its document inline unless that would change a value of it."""
    inline = to_yaml([resource])
    spec = resource["spec"]
    document = {key: value for key, value in spec.items() if key not in OPTIONS}
    if _survives(inline, document):
        return inline
    beside = {key: value for key, value in spec.items() if key in OPTIONS}
    return to_yaml([{**resource, "spec": {COMPOSE_FILE: document_to_yaml(document), **beside}}])


def _survives(inline: str, document: Mapping[str, Any]) -> bool:
    """Tell whether the document that was meant is the one that arrives."""
    project = Project(images=dict.fromkeys(document.get("services", {}), "named-elsewhere"))
    meant = parse(document, project)[0]
    try:
        arrived = read(inline, YAML_1_1_BOOLEANS).value["spec"]
        spec = {key: value for key, value in arrived.items() if key not in OPTIONS}
        return parse(_without_nulls(spec), project)[0] == meant
    except InvalidDocumentError:
        return False


def _without_nulls(value: Any) -> Any:
    """Drop what ``kubectl apply`` drops."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
