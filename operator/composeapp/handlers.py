"""
kopf's part: watch ComposeApps and put what moved into the queue.

Only ``on.event``: kopf's other resource handlers write annotations or finalizers to the resource.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

import aiohttp
import kopf

from composeapp.cluster.connection import Connection, Credentials
from composeapp.plan import Manifest
from composeapp.translate import names

_SHORTEST_LOGIN: Final = 5.0
"""Seconds between two logins: where credentials stay refused, kopf would log in again and again at once."""

AppEvent = Callable[[str | None, Manifest], None]
"""Gets a watch event's type (``None`` while kopf lists) and the ComposeApp."""


class Link:
    """
    Whether kopf reaches ComposeApps (a middleware of aiohttp): kopf itself tries for ever and tells nobody.

    A watch has its answer as soon as it begins, so the last answer says how things are.
    """

    def __init__(self) -> None:
        self.stands = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send the request and note what came of it."""
        if not request.url.path.endswith(f"/{names.PLURAL}"):
            return await handler(request)
        try:
            response = await handler(request)
        except Exception:
            self.stands = False
            raise
        self.stands = response.ok
        return response


def registry(credentials: Credentials, link: Link, app_event: AppEvent) -> kopf.OperatorRegistry:
    """Return kopf's handlers: every one only hands on what it hears."""
    handlers = kopf.OperatorRegistry()
    login = _Login(credentials, link)

    @kopf.on.startup(registry=handlers)
    async def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        _configure(settings)

    @kopf.on.login(registry=handlers, backoff=_SHORTEST_LOGIN)
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        return await login.fresh()

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=handlers)
    async def app_changed(event: kopf.RawEvent, **_: Any) -> None:
        app_event(event["type"], dict(event["object"]))

    return handlers


class _Login:
    """Opens a new session for kopf each time; kopf closes it and takes no old one twice."""

    def __init__(self, credentials: Credentials, link: Link) -> None:
        self._credentials = credentials
        self._link = link
        self._next = float("-inf")

    async def fresh(self) -> kopf.AiohttpSession:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0, self._next - now))
        self._next = max(now, self._next) + _SHORTEST_LOGIN
        connection = await Connection.open(self._credentials, self._link)
        return kopf.AiohttpSession(server=connection.server, aiohttp_session=connection.session)


def _configure(settings: kopf.OperatorSettings) -> None:
    settings.persistence.diffbase_storage = _NoDiffBase()
    settings.persistence.progress_storage = _NoProgress()
    settings.networking.error_backoffs = _ForEver()
    settings.networking.request_timeout = 30
    settings.networking.connect_timeout = 5
    settings.watching.server_timeout = random.randint(240, 300)  # noqa: S311 - so that watches do not end all at once
    settings.watching.chunk_size = 500
    settings.queueing.idle_timeout = 0.5
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.peering.standalone = True


class _ForEver:
    """Pauses between attempts, in seconds: growing, then the same without end. With an end kopf would exit."""

    def __iter__(self) -> Iterator[float]:
        return itertools.chain((0.5, 1, 2, 4, 8), itertools.repeat(10))


class _NoDiffBase(kopf.DiffBaseStorage):
    """Keeps nothing: more than half of kopf's time per event is copying for a memory that we do not use."""

    def build(self, **_: Any) -> Any:
        return {}

    def fetch(self, **_: Any) -> Any:
        return {}

    def store(self, **_: Any) -> None:
        pass


class _NoProgress(kopf.ProgressStorage):
    """Keeps nothing, as above."""

    def fetch(self, **_: Any) -> None:
        return None

    def store(self, **_: Any) -> None:
        pass

    def purge(self, **_: Any) -> None:
        pass

    def touch(self, **_: Any) -> None:
        pass

    def clear(self, *, essence: Any) -> Any:
        return essence
