"""
HTTP for the puller: plain GETs that follow redirects carefully.

Built on urllib with the http and https handlers only, so that no answer of a registry can
lead to ``file:`` or ``ftp:``. Proxies (``HTTPS_PROXY``, ``NO_PROXY``) and the CA bundle
(``SSL_CERT_FILE``) come from the environment, as urllib reads them.
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import urljoin, urlsplit

from composeapp import __version__
from composeapp.puller.errors import PullError, UnreachableError

TIMEOUT_SECONDS: Final = 30.0
"""For connecting, and for each wait for more bytes; not for a whole download."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_NETWORK_FAULTS: Final = (OSError, http.client.HTTPException, UnicodeError)
"""UnicodeError: a redirect to what cannot be a host name, or to a URL with other letters than ASCII."""


class InsecureRedirectError(PullError):
    """A server sent us to something that is neither https nor what we asked for."""


class UntrustedError(PullError):
    """The other side is not who it should be, or speaks no TLS; trying again does not help."""


class Transport:
    """Fetches URLs; credentials stay with the host that they were meant for."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        ):
            self._opener.add_handler(handler)

    def get(
        self, url: str, *, headers: Mapping[str, str], authorization: str | None = None
    ) -> http.client.HTTPResponse:
        """
        GET a URL and return the answer, whatever its status, with its body unread.

        Raises:
            UnreachableError: on a network fault or too many redirects.
            UntrustedError: when the certificate is not trusted, or there is no TLS at all.
            InsecureRedirectError: when a redirect leads from https to http, or to another scheme.

        """
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._get_once(url, headers, authorization)
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            answer.close()
            target = _redirect_target(url, location)
            if _origin(target) != _origin(url):
                authorization = None
            url = target
        raise UnreachableError(f"{_host(url)} sends from redirect to redirect")

    def _get_once(self, url: str, headers: Mapping[str, str], authorization: str | None) -> http.client.HTTPResponse:
        request = urllib.request.Request(url, headers={"User-Agent": f"composeapp/{__version__}", **headers})  # noqa: S310 - callers and _redirect_target admit http and https only
        if authorization:
            request.add_header("Authorization", authorization)
        try:
            return cast("http.client.HTTPResponse", self._opener.open(request, timeout=self._timeout))
        except _NETWORK_FAULTS as fault:
            kind = UntrustedError if _is_no_trusted_tls(fault) else UnreachableError
            raise kind(f"{_host(url)} cannot be reached: {fault_text(fault)}") from fault


def read_some(answer: http.client.HTTPResponse, buffer: memoryview) -> int:
    """
    Read what is there into the buffer and return how many bytes; 0 at the end.

    Raises:
        UnreachableError: when the connection breaks.

    """
    try:
        return answer.readinto(buffer)
    except _NETWORK_FAULTS as fault:
        raise UnreachableError(f"the connection broke: {fault_text(fault)}") from fault


def read_bounded(answer: http.client.HTTPResponse, limit: int) -> bytes | None:
    """Read a whole small body; ``None`` if it is longer than ``limit`` bytes."""
    with answer:
        try:
            body = answer.read(limit + 1)
        except _NETWORK_FAULTS as fault:
            raise UnreachableError(f"the connection broke: {fault_text(fault)}") from fault
    return body if len(body) <= limit else None


def fault_text(fault: BaseException) -> str:
    """Say a network fault in its own words, without Python's wrapping."""
    inner = _unwrapped(fault)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({inner.verify_message})"
    if _is_no_trusted_tls(inner):
        return "it does not speak TLS (is it a plain HTTP registry that the administrator has to list?)"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return str(inner) or type(inner).__name__


def _is_no_trusted_tls(fault: BaseException) -> bool:
    inner = _unwrapped(fault)
    return isinstance(inner, ssl.SSLCertVerificationError) or (
        isinstance(inner, ssl.SSLError) and inner.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}
    )


def _unwrapped(fault: BaseException) -> BaseException:
    inner = fault.reason if isinstance(fault, urllib.error.URLError) else fault
    return inner if isinstance(inner, BaseException) else fault


def _redirect_target(source: str, location: str) -> str:
    try:
        target = urljoin(source, location)
        scheme = urlsplit(target).scheme
    except ValueError as error:
        raise UnreachableError(f"{_host(source)} redirects to what is no URL") from error
    if scheme != "https" and scheme != urlsplit(source).scheme:
        raise InsecureRedirectError(f"{_host(source)} redirects to a {scheme}: URL, which is refused")
    return target


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _host(url: str) -> str:
    return urlsplit(url).netloc
