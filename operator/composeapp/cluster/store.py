"""
Objects of one kind by name and by app, newest version wins.

Resource versions are compared as numbers, which Kubernetes allows for objects of one kind
(https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from composeapp.plan import Manifest
from composeapp.translate import names

Name: TypeAlias = tuple[str, str]
"""Namespace and name."""


class Store:
    """What is known of one kind: from the watch, and from our own writes before the watch tells of them."""

    def __init__(self) -> None:
        self._objects: dict[Name, Manifest] = {}
        self._by_app: defaultdict[str, dict[Name, Manifest]] = defaultdict(dict)
        self._reached = 0

    def get(self, namespace: str, name: str) -> Manifest | None:
        """Return an object as it was last seen."""
        return self._objects.get((namespace, name))

    def of_app(self, uid: str) -> tuple[Manifest, ...]:
        """Return the objects that carry the label of one app."""
        return tuple(self._by_app.get(uid, {}).values())

    def names(self) -> tuple[Name, ...]:
        """Return the name of every object."""
        return tuple(self._objects)

    def take(self, item: Manifest, *, deleted: bool) -> bool:
        """Note what the watch says; return whether that is news."""
        self.reached(item["metadata"]["resourceVersion"])
        return self._remove(item) if deleted else self._put(slim(item))

    def reached(self, resource_version: str) -> None:
        """Note how far the watch has come."""
        self._reached = max(self._reached, int(resource_version))

    def offer(self, item: Manifest) -> None:
        """
        Note the API server's answer to our own write.

        Ignored if the watch is already past it: then the object may be gone again.
        """
        if _version(item) > self._reached:
            self._put(slim(item))

    def replace(self, listed: Iterable[Manifest], resource_version: str) -> list[Manifest]:
        """
        Take a whole list and return what is new, changed or gone.

        A watch may have told more in the meantime: what it added since stays, what it removed stays away.
        """
        items = {_name(item): item for item in listed}
        gone = [
            known
            for name, known in self._objects.items()
            if name not in items and _version(known) <= int(resource_version)
        ]
        for known in gone:
            self._remove(known)
        fresh = [item for name, item in items.items() if name in self._objects or _version(item) > self._reached]
        changed = [item for item in fresh if self._put(item)]
        self.reached(resource_version)
        return [*gone, *changed]

    def _put(self, item: Manifest) -> bool:
        name = _name(item)
        known = self._objects.get(name)
        if known is not None:
            if _version(known) >= _version(item):
                return False
            self._by_app[_app(known)].pop(name, None)
        self._objects[name] = item
        self._by_app[_app(item)][name] = item
        return True

    def _remove(self, item: Manifest) -> bool:
        name = _name(item)
        known = self._objects.get(name)
        if known is None or known["metadata"]["uid"] != item["metadata"]["uid"]:
            return False
        del self._objects[name]
        of_app = self._by_app[_app(known)]
        of_app.pop(name, None)
        if not of_app:
            del self._by_app[_app(known)]
        return True


def slim(item: Manifest) -> Manifest:
    """Leave out what nobody here reads and what is often half of an object."""
    metadata = {key: value for key, value in item["metadata"].items() if key != "managedFields"}
    return {**item, "metadata": metadata}


def _name(item: Manifest) -> Name:
    return item["metadata"]["namespace"], item["metadata"]["name"]


def _version(item: Manifest) -> int:
    return int(item["metadata"]["resourceVersion"])


def _app(item: Manifest) -> str:
    return str(item["metadata"].get("labels", {}).get(names.APP_UID_LABEL, ""))
