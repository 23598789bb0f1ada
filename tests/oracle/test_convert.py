"""What ``convert`` writes means what the project meant, for documents of the whole language that need no file."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import yaml
from hypothesis import HealthCheck, given, reject, settings, strategies

from composeapp.compose.document import Document
from composeapp.compose.parse import Project, parse, parse_text
from composeapp.compose.scalars import YAML_1_1_BOOLEANS
from composeapp.compose.yaml import read
from composeapp.convert.convert import Converted, convert
from composeapp.convert.disk_folder import DiskFolder
from composeapp.convert.draft import Options
from composeapp.convert.text import resource_text
from composeapp.manifest_yaml import document_to_yaml
from composeapp.problems import InvalidDocumentError
from composeapp.project.load import Reading, Request
from composeapp.spec import COMPOSE_FILE, OPTIONS
from oracle.choices import Choices, DrawnChoices
from oracle.emitter import Plain, Tagged, emit
from oracle.grammar import layers
from oracle.grammar_values import VARIABLES

_OF_A_DISK: Final = ("build", "develop", "env_file", "label_file", "extends", "credential_spec")
_DECIDED: Final = ("profiles", "develop")
"""Keys that have done their work once there is a resource."""
_CLEARING: Final = ("command", "entrypoint")
"""An empty one clears that of the image."""
_NAMES: Final = ("services", "networks", "volumes", "configs", "secrets", "models", "jobs", "depends_on")
"""A name says something even if nothing is said of it."""


@strategies.composite
def projects(draw: Any) -> list[str]:
    """Texts of files, in the order in which they are merged, with nothing in them that only a disk knows."""
    choices: Choices = DrawnChoices(draw)
    return [emit(_without_disk(tree), choices) for tree in layers(choices)]


def _without_disk(value: Any, key: str = "") -> Any:
    if isinstance(value, Tagged):
        return Tagged(value.prefix, _without_disk(value.value, key))
    if isinstance(value, dict):
        if "file" in value or ("environment" in value and key in ("configs", "secrets")):
            return {"external": Plain("true")}
        kept = {name: _without_disk(item, name) for name, item in value.items() if name not in _OF_A_DISK}
        return (
            {name: _without_disk(item, key) for name, item in kept.items()} if key in ("configs", "secrets") else kept
        )
    if isinstance(value, list) and key == "volumes":
        return [mount for mount in value if not _is_bind(mount)]
    return [_without_disk(item) for item in value] if isinstance(value, list) else value


def _is_bind(mount: Any) -> bool:
    if isinstance(mount, dict):
        return mount.get("type") == "bind"
    return str(mount).startswith((".", "/", "~", "$", "C:"))


def converted(texts: list[str], environment: dict[str, str]) -> tuple[Document, Converted]:
    """Return what a project means and what ``convert`` makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.yaml" for number, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        try:
            reading = Reading(Request(files=files, environment=environment, name="app"))
            return reading.load().document, convert(reading, DiskFolder(reading.folder), Options(inline=environment))
        except InvalidDocumentError:
            reject()  # Compose, or a decision that only a person can take


def arrived(text: str) -> Document:
    """Read a resource as the cluster does, to which kubectl sends it without nulls."""
    spec = _without_nulls(read(text, YAML_1_1_BOOLEANS).value["spec"])
    project = Project(images=spec.get("images", {}), name="app")
    if COMPOSE_FILE in spec:
        return parse_text(spec[COMPOSE_FILE], project=project)[0]
    return parse({key: value for key, value in spec.items() if key not in OPTIONS}, project)[0]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def plain(document: Document) -> Any:
    """Return what a document says, but for what has done its work; to say nothing of something is to leave it out."""
    dumped = document.model_dump(exclude={"name", "disabled_services", "extensions"}, exclude_defaults=True)
    for service in dumped.get("services", {}).values():
        for key in _DECIDED:
            service.pop(key, None)
        if "scale" in service:  # Compose repeats it
            service.get("deploy", {}).pop("replicas", None)
        _forget_left_out(service, dumped["services"])
    return _without_nothing(dumped)


def _forget_left_out(service: dict[str, Any], active: Collection[str]) -> None:
    """What is left out is waited for by nobody."""
    if needed := service.get("depends_on"):
        service["depends_on"] = {name: it for name, it in needed.items() if name in active}
    if links := service.get("links"):
        service["links"] = tuple(link for link in links if link.partition(":")[0] in active)


def _without_nothing(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        kept = {name: _without_nothing(item, name) for name, item in value.items()}
        if key in _NAMES:
            return {name: item or {} for name, item in kept.items()}
        return {name: item for name, item in kept.items() if name in _CLEARING or item not in (None, {}, ())}
    return tuple(_without_nothing(item) for item in value) if isinstance(value, (list, tuple)) else value


@settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(texts=projects())
def test_the_resource_means_what_the_project_meant(texts):
    """The Document of the resource is that of the project, and converting it again gives the same resource."""
    meant, made = converted(texts, VARIABLES)
    written = resource_text(made.resource)
    assert plain(arrived(written)) == plain(meant)
    spec = yaml.safe_load(written)["spec"]
    again = converted([spec.get(COMPOSE_FILE) or document_to_yaml(spec)], {})[1]
    assert resource_text(again.resource) == written
