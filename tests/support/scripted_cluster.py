"""A cluster that does what a test says: for refusals and races that a real API server does not show on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import Reference
from composeapp.cluster.port import Page, Selection, WatchEvent


def refusal(status: int, message: str = "no") -> ClusterError:
    """Return an error as the client raises it."""
    return ClusterError("do it", status=status, reason="Refused", message=message)


class ScriptedCluster:
    """
    Objects by kind and name; ``requests`` is what was asked, ``refusals`` what happens instead.

    ``lists`` and ``watches`` are answers in the order in which they are asked for, an exception
    among them is raised; after the last one a watch waits for ever.
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.refusals: dict[tuple[str, str], ClusterError] = {}
        self.lists: list[list[dict[str, Any]] | ClusterError] = []
        self.watches: list[list[WatchEvent | ClusterError]] = []
        self.applied: list[dict[str, Any]] = []
        self._version = 100

    def add(self, item: dict[str, Any]) -> dict[str, Any]:
        """Put an object there, with uid and version."""
        self._version += 1
        known = self.objects.get((item["kind"], item["metadata"]["name"]))
        uid = known["metadata"]["uid"] if known else f"uid-{self._version}"
        stored = {**item, "metadata": {**item["metadata"], "uid": uid, "resourceVersion": str(self._version)}}
        self.objects[item["kind"], item["metadata"]["name"]] = stored
        return stored

    async def get(self, reference: Reference) -> dict[str, Any] | None:
        """Answer from ``objects``."""
        self._ask("get", reference)
        return self.objects.get((reference.kind.name, reference.name))

    async def apply(self, manifest: dict[str, Any], *, field_manager: str, subresource: str = "") -> dict[str, Any]:
        """Store it and note what was sent."""
        del field_manager
        self.applied.append(manifest)
        self._ask("apply", Reference.of(manifest))
        if subresource:
            known = self.objects[manifest["kind"], manifest["metadata"]["name"]]
            return self.add({**known, subresource: manifest[subresource]})
        return self.add(manifest)

    async def delete(self, manifest: dict[str, Any]) -> None:
        """Remove from ``objects``."""
        self._ask("delete", Reference.of(manifest))
        del self.objects[manifest["kind"], manifest["metadata"]["name"]]

    async def create(self, manifest: dict[str, Any]) -> None:
        """Only note the request."""
        self._ask("create", Reference.of(manifest))

    async def list_pages(self, selection: Selection) -> AsyncIterator[Page]:
        """Answer with the next of ``lists``, as one page."""
        self.requests.append(("list", selection.kind.name, ""))
        answer = self.lists.pop(0)
        if isinstance(answer, ClusterError):
            raise answer
        version = max((item["metadata"]["resourceVersion"] for item in answer), key=int, default="1")
        yield Page(tuple(answer), version)

    async def watch(self, selection: Selection, resource_version: str, *, seconds: int) -> AsyncIterator[WatchEvent]:
        """Answer with the next of ``watches``."""
        del seconds
        self.requests.append(("watch", selection.kind.name, resource_version))
        yield WatchEvent("BOOKMARK", {"metadata": {"resourceVersion": resource_version}})
        for event in self.watches.pop(0) if self.watches else ():
            if isinstance(event, ClusterError):
                raise event
            yield event
        if not self.watches:
            await asyncio.Event().wait()

    def _ask(self, verb: str, reference: Reference) -> None:
        self.requests.append((verb, reference.kind.name, reference.name))
        if refused := self.refusals.get((verb, reference.name)):
            raise refused
