"""
One repository of an OCI registry, over HTTP.

The distribution specification's pull half (``GET /v2/<name>/manifests/<reference>``,
``GET /v2/<name>/blobs/<digest>``) with the anonymous bearer token that Docker Hub asks for
(distribution, "Token Authentication Specification").
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from composeapp.puller import oci
from composeapp.puller.errors import (
    DigestMismatchError,
    NotFoundError,
    PullError,
    UnauthorizedError,
    UnreachableError,
    UnusableArtifactError,
)
from composeapp.puller.reference import DOCKER_HUB, Reference
from composeapp.puller.transport import Transport, read_bounded

_DOCKER_HUB_ENDPOINT: Final = "https://registry-1.docker.io"
_ERROR_LIMIT: Final = 64 * 1024
_TOKEN_LIMIT: Final = 1024 * 1024
_CHALLENGE_FIELD: Final = re.compile(r'(\w+)="([^"]*)"')
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_TEMPORARY: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a registry is really asked: ``url`` is scheme and host, ``prefix`` goes before the repository."""

    url: str
    prefix: str
    description: str


def endpoint(registry: str, mirrors: Mapping[str, str], plain_http: Collection[str]) -> Endpoint:
    """
    Choose where to fetch what a reference says is in ``registry``.

    A mirror replaces the registry; the registry itself is then never asked, because a
    cluster with mirrors often has no way out. A path in the mirror's URL goes before the
    repository, as proxy projects of registries want it.

    Raises:
        PullError: if the mirror's URL is not ``http(s)://HOST[:PORT][/PATH]``.

    """
    if registry in mirrors:
        url = urlsplit(mirrors[registry])
        if url.scheme not in {"http", "https"} or not url.netloc or url.query or url.fragment:
            raise PullError(f"the mirror of {registry} must be http(s)://HOST[:PORT][/PATH], not {mirrors[registry]!r}")
        path = url.path.strip("/")
        prefix = f"{path}/" if path else ""
        return Endpoint(f"{url.scheme}://{url.netloc}", prefix, f"{registry} (its mirror {url.netloc})")
    if registry == DOCKER_HUB:
        return Endpoint(_DOCKER_HUB_ENDPOINT, "", registry)
    return Endpoint(f"{'http' if registry in plain_http else 'https'}://{registry}", "", registry)


class Repository:
    """Asks one repository for manifests and blobs; gets and keeps a token when the registry wants one."""

    def __init__(self, reference: Reference, where: Endpoint, transport: Transport) -> None:
        self._reference = reference
        self._where = where
        self._transport = transport
        self._authorization: str | None = None

    def manifest(self) -> bytes:
        """
        Fetch the manifest that the reference names; checked against the digest if it has one.

        Raises:
            PullError: one of its kinds, with what the registry answered.

        """
        accept = ", ".join((*oci.MANIFEST_TYPES, *oci.INDEX_TYPES))
        answer = self._get(f"manifests/{self._reference.version}", {"Accept": accept})
        body = read_bounded(answer, oci.MANIFEST_LIMIT)
        if body is None:
            raise UnusableArtifactError(f"it has a manifest of more than {oci.MANIFEST_LIMIT} bytes")
        received = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if self._reference.digest not in {None, received}:
            raise DigestMismatchError("the manifest", expected=self._reference.version, received=received)
        return body

    def blob(self, digest: str, offset: int) -> tuple[http.client.HTTPResponse, int]:
        """
        Open a blob at ``offset`` bytes; return the open answer and where it really begins.

        A registry without byte ranges answers from the beginning.

        Raises:
            PullError: one of its kinds, with what the registry answered.

        """
        answer = self._get(f"blobs/{digest}", {"Range": f"bytes={offset}-"} if offset else {})
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            return answer, 0
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-"):
            answer.close()
            raise UnreachableError(f"{self._where.description} answered with another range than was asked for")
        return answer, offset

    def _get(self, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        answer = self._get_once(path, headers)
        if answer.status == http.HTTPStatus.UNAUTHORIZED:
            self._authorization = f"Bearer {self._token(answer)}"
            answer = self._get_once(path, headers)
        if answer.status not in {http.HTTPStatus.OK, http.HTTPStatus.PARTIAL_CONTENT}:
            raise self._refusal(answer)
        return answer

    def _get_once(self, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        url = f"{self._where.url}/v2/{self._where.prefix}{self._reference.repository}/{path}"
        return self._transport.get(url, headers=headers, authorization=self._authorization)

    def _token(self, answer: http.client.HTTPResponse) -> str:
        challenge = answer.headers.get("WWW-Authenticate", "")
        fields = dict(_CHALLENGE_FIELD.findall(challenge))
        realm = fields.get("realm", "")
        if not challenge.lower().startswith("bearer ") or not self._is_safe(realm):
            raise self._refusal(answer)
        answer.close()
        scope = fields.get("scope", f"repository:{self._where.prefix}{self._reference.repository}:pull")
        query = urlencode({"service": fields.get("service", ""), "scope": scope})
        reply = self._transport.get(f"{realm}{'&' if '?' in realm else '?'}{query}", headers={})
        if reply.status != http.HTTPStatus.OK:
            raise self._refusal(reply)
        return self._read_token(reply)

    def _is_safe(self, realm: str) -> bool:
        scheme = realm.partition(":")[0]
        return scheme == "https" or (scheme == "http" and self._where.url.startswith("http:"))

    def _read_token(self, reply: http.client.HTTPResponse) -> str:
        try:
            body = json.loads(read_bounded(reply, _TOKEN_LIMIT) or b"")
            token = body.get("token") or body["access_token"]
            if _TOKEN.fullmatch(token):
                return str(token)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        raise PullError(f"{self._where.description} gives tokens in a form that is not understood")

    def _refusal(self, answer: http.client.HTTPResponse) -> PullError:
        where, status = self._where.description, answer.status
        said = _error_text(read_bounded(answer, _ERROR_LIMIT))
        if status == http.HTTPStatus.NOT_FOUND:
            return NotFoundError(f"not found in {where}{said}")
        if status in {http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN}:
            return UnauthorizedError(f"{where} refuses it without credentials: it is private or does not exist{said}")
        if status in _TEMPORARY or status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            return UnreachableError(f"{where} answered {status} {answer.reason}{said}")
        return PullError(f"{where} answered {status} {answer.reason}{said}")


def _error_text(body: bytes | None) -> str:
    """Say what the registry's error document says (distribution specification, "Error Codes")."""
    try:
        error = json.loads(body or b"")["errors"][0]
        text = f"{error['code']}, {error['message']}"
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    printable = "".join(character for character in text if character.isprintable())
    return f" ({printable[:200]})"
