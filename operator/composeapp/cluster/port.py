"""What the rest of the operator may ask of a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from composeapp.cluster.kinds import Kind, Reference
from composeapp.plan import Manifest


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects to list and watch; ``namespace=None`` means all namespaces."""

    kind: Kind
    namespace: str | None = None
    label_selector: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``resource_version`` is the same for all pages of one list."""

    items: tuple[Manifest, ...]
    resource_version: str


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """Something happened to an object; a ``BOOKMARK`` only says how far the stream has come."""

    type: Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
    object: Manifest


class Cluster(Protocol):
    """
    The Kubernetes API as this product uses it.

    Every method raises ``ClusterError`` when the API server refuses or does not answer.
    """

    async def get(self, reference: Reference) -> Manifest | None:
        """Return the object, or ``None`` if there is none."""

    async def apply(self, manifest: Manifest, *, field_manager: str, subresource: str = "") -> Manifest:
        """
        Apply on the server's side, taking over fields that others own, and return the object as it is then.

        With ``metadata.uid`` in the manifest it fails unless exactly that object is there.
        """

    async def delete(self, manifest: Manifest) -> None:
        """Delete exactly this object (by its uid); what it owns follows in the background."""

    async def create(self, manifest: Manifest) -> None:
        """Create an object that does not exist yet."""

    def list_pages(self, selection: Selection) -> AsyncIterator[Page]:
        """List what is selected, some hundred objects at a time."""

    def watch(self, selection: Selection, resource_version: str, *, seconds: int) -> AsyncIterator[WatchEvent]:
        """
        Yield what happens after a resource version, for so many seconds or until the connection ends or falls silent.

        The first event is always a bookmark: the stream has begun.
        """
