"""The document under conversion."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from composeapp.compose.document import Document
from composeapp.convert.folder import Folder
from composeapp.convert.notes import Notes
from composeapp.convert.secrets import Store
from composeapp.project.load import LoadedProject

_DONE: Final = ("version", "include", "name")
"""Keys that have done their work: the app's name is the resource's own."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decided on the command line."""

    images: Mapping[str, str] = field(default_factory=dict)
    registry: str | None = None
    drop_dev_mounts: bool = False
    inline: Collection[str] = ()


@dataclass(slots=True)
class Draft:
    """``values`` is the document, changed step by step; secret variables are tokens in it."""

    app: str
    loaded: LoadedProject
    folder: Folder
    options: Options
    store: Store
    notes: Notes
    values: dict[str, Any]
    images: dict[str, str] = field(default_factory=dict)

    def services(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every service that is written."""
        yield from self.values.get("services", {}).items()


def written(loaded: LoadedProject) -> dict[str, Any]:
    """
    Return what the author wrote of active services, as Compose would write it, in the author's order.

    Variables have the values that they get in the end.
    """
    active = loaded.document.services
    said = {key: value for key, value in loaded.values.items() if key not in _DONE}
    services = {name: service for name, service in said.get("services", {}).items() if name in active}
    said = {**said, **({"services": services} if services else {})}
    plain = Document.model_validate(said, strict=False).model_dump(mode="json", exclude_unset=True)
    result: dict[str, Any] = _in_order(_with_extensions(plain), said)
    for name, service in result.get("services", {}).items():
        if "environment" in service:
            service["environment"] = {
                key: value for key, value in active[name].environment.items() if value is not None
            }
    return result


def _with_extensions(value: Any) -> Any:
    """Put ``x-*`` keys back to where they were written."""
    if isinstance(value, dict):
        extensions = value.get("extensions")
        own = {key: _with_extensions(item) for key, item in value.items() if key != "extensions"}
        return {**own, **extensions} if isinstance(extensions, dict) else own
    return [_with_extensions(item) for item in value] if isinstance(value, list) else value


def _in_order(value: Any, written_: Any) -> Any:
    if isinstance(value, dict) and isinstance(written_, Mapping):
        keys = [*(key for key in written_ if key in value), *(key for key in value if key not in written_)]
        return {key: _in_order(value[key], written_.get(key)) for key in keys}
    if isinstance(value, list) and isinstance(written_, list) and len(value) == len(written_):
        return [_in_order(item, other) for item, other in zip(value, written_, strict=True)]
    return value
