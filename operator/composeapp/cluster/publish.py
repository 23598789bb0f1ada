"""Writes what was found: the status of an app, and Events for what its author should hear."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any, Final

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import EVENT
from composeapp.cluster.port import Cluster
from composeapp.cluster.store import Store
from composeapp.plan import Manifest
from composeapp.status.app import differs
from composeapp.status.finding import bounded, listed
from composeapp.status.news import News, news
from composeapp.translate import names

_log = logging.getLogger(__name__)

_LONGEST_NOTE: Final = 1000
"""Characters of an Event's message, which is to be short (Kubernetes recommends less than 1 kB)."""


class Publisher:
    """Writes a status only if something but a time differs; ``apps`` hears of what was written."""

    def __init__(self, cluster: Cluster, apps: Store) -> None:
        self._cluster = cluster
        self._apps = apps
        self._leaving: set[str] = set()
        """The uids of apps whose namespace is being deleted: it takes no Event any more."""

    async def publish(self, resource: Manifest, status: dict[str, Any], *, now: str) -> None:
        """
        Write the status of an app, and an Event of ``now`` (RFC 3339) for what is new in it.

        Raises:
            ClusterError: if the status could not be written; an Event is not worth an error.

        """
        before = resource.get("status", {})
        if not differs(before, status):
            return
        metadata = resource["metadata"]
        written = await self._cluster.apply(
            {
                "apiVersion": names.API_VERSION,
                "kind": names.KIND,
                # With the uid, so that a status never lands on another app of the same name.
                "metadata": {key: metadata[key] for key in ("name", "namespace", "uid")},
                "status": status,
            },
            field_manager=names.STATUS_FIELD_MANAGER,
            subresource="status",
        )
        self._apps.offer(written)
        for item in news(before, status):
            await self._tell(resource, item, now)

    async def _tell(self, resource: Manifest, item: News, now: str) -> None:
        """The name follows from what is told, so the API server refuses the same once more within the hour."""
        uid = resource["metadata"]["uid"]
        if uid in self._leaving:
            return
        try:
            await self._cluster.create(_event(resource, item, now))
        except ClusterError as error:
            if error.is_farewell:
                self._leaving.add(uid)
            elif not error.is_conflict:
                _log.warning("%s", error)


def _event(resource: Manifest, item: News, now: str) -> Manifest:
    metadata = resource["metadata"]
    return {
        "apiVersion": EVENT.api_version,
        "kind": EVENT.name,
        "metadata": {"name": f"{metadata['name']}.{_digest(resource, item)}", "namespace": metadata["namespace"]},
        "involvedObject": {
            "apiVersion": names.API_VERSION,
            "kind": names.KIND,
            **{key: metadata[key] for key in ("name", "namespace", "uid", "resourceVersion")},
        },
        "type": item.type,
        "reason": item.reason,
        "message": _note(item.message),
        "source": {"component": names.FIELD_MANAGER},
        "reportingComponent": names.FIELD_MANAGER,
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
    }


def _digest(resource: Manifest, item: News) -> str:
    """Tell Events apart by what they say of which edition of an app."""
    metadata = resource["metadata"]
    said = [metadata["uid"], metadata.get("generation"), item.type, item.reason, item.message]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _note(message: str) -> str:
    lines = [bounded(line, _LONGEST_NOTE) for line in message.splitlines()]
    return listed(lines, _LONGEST_NOTE, rest="… the rest is in its status")
