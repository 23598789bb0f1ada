"""The document under conversion."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from composeapp.compose.document import Document
from composeapp.compose.document.base import Frozen
from composeapp.compose.local_paths import joined
from composeapp.convert.folder import Folder
from composeapp.convert.notes import Notes
from composeapp.convert.store import Store
from composeapp.project.load import LoadedProject

_DONE: Final = ("version", "include", "name")
"""Keys that have done their work: the app's name is the resource's own."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decided on the command line."""

    images: Mapping[str, str] = field(default_factory=dict)
    registry: str | None = None
    drop_dev_mounts: bool = False
    allow_outside: bool = False
    """Files may be read that lie elsewhere than in the project's folder."""
    inline: Collection[str] = ()
    folder: str = "."
    """The project's, relative to where the person is who reads the commands."""


@dataclass(slots=True)
class Draft:
    """
    ``values`` is the document, changed step by step; secret variables are tokens in it, as in ``loaded``.

    ``plain`` is the Document in which they have their values.
    """

    app: str
    namespace: str | None
    loaded: LoadedProject
    plain: Document
    folder: Folder
    options: Options
    store: Store
    notes: Notes
    values: dict[str, Any]
    images: dict[str, str] = field(default_factory=dict)
    volumes: dict[str, str] = field(default_factory=dict)
    """Folder of the project → the volume that it becomes."""

    def from_here(self, path: str) -> str:
        """Say a path of the project as a person can use it in a command."""
        return joined(self.options.folder, path)

    def services(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every service that is written."""
        yield from self.values.get("services", {}).items()


def written(loaded: LoadedProject) -> dict[str, Any]:
    """
    Return what the author wrote of active services, as Compose would write it, in the author's order.

    Variables have the values that they get in the end.
    """
    active = loaded.document.services
    services = {name: service for name, service in loaded.values.get("services", {}).items() if name in active}
    said = {key: value for key, value in loaded.values.items() if key not in _DONE}
    said |= {"services": services} if "services" in said else {}
    document = Document.model_validate(said, strict=False)
    plain = _with_extensions(document.model_dump(mode="json", exclude_unset=True), document)
    result: dict[str, Any] = _in_order(plain, said)
    for name, service in result.get("services", {}).items():
        if "environment" in service:
            service["environment"] = {
                key: value for key, value in active[name].environment.items() if value is not None
            }
    return result


def _with_extensions(dumped: Any, document: Any) -> Any:
    """Put ``x-*`` keys back to where they were written; a mapping of the author's may have a key ``extensions``."""
    if isinstance(document, Frozen):
        own = {key: item for key, item in dumped.items() if key != "extensions"}
        return {
            **{key: _with_extensions(item, getattr(document, key)) for key, item in own.items()},
            **document.extensions,
        }
    if isinstance(document, Mapping):
        return {key: _with_extensions(item, document[key]) for key, item in dumped.items()}
    if isinstance(document, tuple):
        return [_with_extensions(item, other) for item, other in zip(dumped, document, strict=True)]
    return dumped


def _in_order(value: Any, written_: Any) -> Any:
    if isinstance(value, dict) and isinstance(written_, Mapping):
        keys = [*(key for key in written_ if key in value), *(key for key in value if key not in written_)]
        return {key: _in_order(value[key], written_.get(key)) for key in keys}
    if isinstance(value, list) and isinstance(written_, list) and len(value) == len(written_):
        return [_in_order(item, other) for item, other in zip(value, written_, strict=True)]
    return value
