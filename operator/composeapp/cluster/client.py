"""The real cluster: the Kubernetes API over aiohttp, in plain JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import aiohttp
from kubernetes.config import ConfigException

from composeapp.cluster.connection import Connection, Credentials
from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import Kind, Reference
from composeapp.cluster.port import Page, Selection, WatchEvent
from composeapp.plan import Manifest

_PAGE: Final = 500
_SILENCE: Final = 75
"""
Seconds without a byte after which a watch is begun anew: nobody could tell it from a dead connection.

The API server sends a bookmark every minute if anything of that kind has changed, in a quiet cluster it sends none.
"""
_REQUEST_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=5)
_WATCH_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SILENCE)
_LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes of one watch event; etcd itself stops at a tenth of it."""
_NO_PARAMETERS: Final[Mapping[str, str]] = MappingProxyType({})


class KubernetesCluster:
    """Implements ``port.Cluster``; opens a new session with fresh credentials after a 401."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()

    async def close(self) -> None:
        """Close all connections."""
        if self._connection is not None:
            await self._connection.session.close()
            self._connection = None

    async def get(self, reference: Reference) -> Manifest | None:
        """Return the object, or ``None`` if there is none."""
        path = reference.kind.path(reference.namespace, reference.name)
        try:
            found: Manifest = await self._json("GET", path, action=f"get {reference}")
        except ClusterError as error:
            if error.is_missing:
                return None
            raise
        return found

    async def apply(self, manifest: Manifest, *, field_manager: str, subresource: str = "") -> Manifest:
        """Apply on the server's side; see ``port.Cluster``."""
        reference = Reference.of(manifest)
        applied: Manifest = await self._json(
            "PATCH",
            reference.kind.path(reference.namespace, reference.name, subresource),
            action=f"apply {subresource} of {reference}" if subresource else f"apply {reference}",
            parameters={"fieldManager": field_manager, "force": "true", "fieldValidation": "Strict"},
            body=manifest,
            # JSON is YAML, and the server parses it faster.
            content_type="application/apply-patch+yaml",
        )
        return applied

    async def delete(self, manifest: Manifest) -> None:
        """Delete exactly this object; what it owns follows in the background."""
        reference = Reference.of(manifest)
        preconditions = {"uid": manifest["metadata"]["uid"]}
        await self._json(
            "DELETE",
            reference.kind.path(reference.namespace, reference.name),
            action=f"delete {reference}",
            body={"preconditions": preconditions, "propagationPolicy": "Background"},
        )

    async def create(self, manifest: Manifest) -> None:
        """Create an object that does not exist yet."""
        reference = Reference.of(manifest)
        await self._json("POST", reference.kind.path(reference.namespace), action=f"create {reference}", body=manifest)

    async def knows(self, kind: Kind) -> bool:
        """Tell whether the API server serves this kind yet, so whether its definition is established."""
        path = kind.path(None).rpartition("/")[0]
        try:
            resources = await self._json("GET", path, action=f"discover {kind.api_version}")
        except ClusterError as error:
            if error.is_missing:
                return False
            raise
        return any(resource["name"] == kind.plural for resource in resources["resources"])

    async def list_pages(self, selection: Selection) -> AsyncIterator[Page]:
        """List what is selected, some hundred objects at a time."""
        parameters = {"limit": str(_PAGE), "labelSelector": selection.label_selector}
        while True:
            path = selection.kind.path(selection.namespace)
            answer = await self._json("GET", path, action=f"list {selection.kind.plural}", parameters=parameters)
            yield Page(_with_kind(answer["items"], selection.kind), answer["metadata"]["resourceVersion"])
            if not answer["metadata"].get("continue"):
                return
            parameters["continue"] = answer["metadata"]["continue"]

    async def watch(self, selection: Selection, resource_version: str, *, seconds: int) -> AsyncIterator[WatchEvent]:
        """Yield what happens after a resource version; see ``port.Cluster``."""
        parameters = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
            "labelSelector": selection.label_selector,
        }
        action = f"watch {selection.kind.plural}"
        path = selection.kind.path(selection.namespace)
        async with self._request("GET", path, action=action, parameters=parameters, limits=_WATCH_TIMEOUT) as answer:
            # Now the stream stands, which may be all that happens in the next minute.
            yield WatchEvent("BOOKMARK", {"metadata": {"resourceVersion": resource_version}})
            while line := await _next_line(answer.content):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise _refusal(action, event["object"])
                yield WatchEvent(event["type"], event["object"])

    async def _json(
        self,
        method: str,
        path: str,
        *,
        action: str,
        parameters: Mapping[str, str] = _NO_PARAMETERS,
        body: Manifest | None = None,
        content_type: str = "application/json",
    ) -> Any:
        async with self._request(
            method, path, action=action, parameters=parameters, body=body, content_type=content_type
        ) as answer:
            return await answer.json()

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        *,
        action: str,
        parameters: Mapping[str, str] = _NO_PARAMETERS,
        body: Manifest | None = None,
        content_type: str = "application/json",
        limits: aiohttp.ClientTimeout = _REQUEST_TIMEOUT,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request; whatever goes wrong, also while its answer is read, is a ``ClusterError``."""
        try:
            connection = await self._connected()
            async with connection.session.request(
                method,
                connection.server + path,
                params={name: value for name, value in parameters.items() if value},
                data=None if body is None else json.dumps(body),
                headers={"Content-Type": content_type, "Accept": "application/json"},
                timeout=limits,
            ) as answer:
                await self._check(answer, action, connection)
                yield answer
        except (aiohttp.ClientError, OSError, ValueError, ConfigException) as error:
            # ValueError: no JSON, or a line that never ends. OSError: refused, reset, timed out.
            message = str(error) or type(error).__name__
            raise ClusterError(action, status=0, reason="NoAnswer", message=message) from error

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None:
                self._connection = await Connection.open(self._credentials)
            return self._connection

    async def _check(self, answer: aiohttp.ClientResponse, action: str, connection: Connection) -> None:
        if answer.ok:
            return
        if answer.status == HTTPStatus.UNAUTHORIZED and self._connection is connection:
            # The credentials have expired: whoever asks next begins with fresh ones.
            self._connection = None
            refusal = await _refused(action, answer)
            await connection.session.close()
            raise refusal
        raise await _refused(action, answer)


def _with_kind(items: list[Manifest], kind: Kind) -> tuple[Manifest, ...]:
    """Objects of a list do not say what they are."""
    return tuple({"apiVersion": kind.api_version, "kind": kind.name, **item} for item in items)


async def _next_line(stream: aiohttp.StreamReader) -> bytes:
    """Return the next line, nothing at the end or after a long silence."""
    try:
        return await stream.readuntil(b"\n", max_size=_LONGEST_LINE)
    except TimeoutError:
        return b""


async def _refused(action: str, answer: aiohttp.ClientResponse) -> ClusterError:
    text = await answer.text()
    try:
        status = json.loads(text)
    except ValueError:  # a proxy in between, not Kubernetes
        status = {"message": text[:300] or answer.reason}
    retry_after = answer.headers.get("Retry-After", "")
    return _refusal(
        action, {**status, "code": answer.status}, retry_after=float(retry_after) if retry_after.isdigit() else 0
    )


def _refusal(action: str, status: Manifest, *, retry_after: float = 0) -> ClusterError:
    """Turn Kubernetes' ``Status`` object into an error."""
    return ClusterError(
        action,
        status=int(status.get("code", 0)),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        causes=[cause.get("reason", "") for cause in (status.get("details") or {}).get("causes", ())],
        retry_after=retry_after,
    )
