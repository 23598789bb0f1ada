"""
How to reach the API server and who we are: read by the official client, used by aiohttp.

Why not the official client for the requests as well: a plain aiohttp request costs half of
the processor time, and the session can be shared with kopf as a factory.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from kubernetes import config
from kubernetes.client import Configuration
from kubernetes.config import ConfigException

from composeapp import __version__

_TOKEN_LIFETIME: Final = 60
"""Seconds for which a token is used before its source (file, exec plugin) is asked again."""
_CONNECTIONS: Final = 32
_USER_AGENT: Final = f"composeapp-operator/{__version__}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the configuration comes from: a kubeconfig, or the pod's ServiceAccount if there is none."""

    kubeconfig: Path | None = None
    context: str | None = None

    def load(self) -> Configuration:
        """
        Read the configuration anew, running an exec plugin if the kubeconfig says so.

        Raises:
            ConfigException: if there is neither a usable kubeconfig nor a ServiceAccount.

        """
        configuration = Configuration()
        if self.kubeconfig is None and self.context is None:
            try:
                config.load_incluster_config(client_configuration=configuration)
            except ConfigException:
                config.load_kube_config(client_configuration=configuration)
        else:
            path = str(self.kubeconfig) if self.kubeconfig else None
            config.load_kube_config(config_file=path, context=self.context, client_configuration=configuration)
        return configuration


class Authentication:
    """Puts the current token on each request (a middleware of aiohttp); tokens are re-read while they last."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._header: str | None = None
        self._read_at = float("-inf")

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send the request as us."""
        if time.monotonic() - self._read_at > _TOKEN_LIFETIME:
            # In a thread: an exec plugin is a program that may take its time.
            self._header = await asyncio.to_thread(self._configuration.get_api_key_with_prefix, "BearerToken")
            self._read_at = time.monotonic()
        if self._header:
            request.headers["Authorization"] = self._header
        if self._configuration.tls_server_name:
            request.server_hostname = self._configuration.tls_server_name
        return await handler(request)


@dataclass(frozen=True, slots=True)
class Connection:
    """The base URL of the API server (no slash at its end) and an open session for it."""

    server: str
    session: aiohttp.ClientSession

    @classmethod
    async def open(cls, credentials: Credentials, *observers: aiohttp.ClientMiddlewareType) -> Connection:
        """
        Open a new session with freshly read credentials; the caller closes it. ``observers`` see each request.

        Raises:
            ConfigException: as ``Credentials.load``.

        """
        configuration = await asyncio.to_thread(credentials.load)
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, ssl=_tls(configuration)),
            middlewares=(*observers, Authentication(configuration)),
            headers={"User-Agent": _USER_AGENT},
            proxy=configuration.proxy,
        )
        return cls(configuration.host.rstrip("/"), session)


def _tls(configuration: Configuration) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
