"""A registry on 127.0.0.1 that answers what a test tells it to, faults included."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
MODEL_CONFIG = "application/vnd.docker.ai.model.config.v0.1+json"
GGUF = "application/vnd.docker.ai.gguf.v3"


def digest(content: bytes) -> str:
    """Name content as a registry does."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def layer(content: bytes, media_type: str = GGUF) -> dict[str, Any]:
    """Describe a blob as a manifest does."""
    return {"mediaType": media_type, "digest": digest(content), "size": len(content)}


def manifest(*layers: dict[str, Any], config_type: str = MODEL_CONFIG) -> bytes:
    """Write a manifest."""
    config = layer(b"{}", config_type)
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}).encode()


@dataclass(frozen=True)
class Reply:
    """One answer; ``cut`` breaks the connection after that many bytes, ``gate`` waits there before it goes on."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    cut: int | None = None
    gate: threading.Event | None = None


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]


class RegistryServer(ThreadingHTTPServer):
    """Answers per path with the replies it was given, the last one for ever; else 404."""

    daemon_threads = True

    def __init__(self, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.lock = threading.Lock()
        self.scheme = "https" if certificate else "http"
        if certificate:  # before the serving thread takes hold of the socket
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://{self.address}"

    def on(self, path: str, *replies: Reply) -> None:
        """Answer requests for a path, one after the other."""
        self.replies[path] = list(replies)

    def serve(self, content: bytes, *replies: Reply, repository: str = "ai/tiny", tag: str = "latest") -> None:
        """Hold a model; ``replies`` come before the good answers to requests for its weights."""
        self.on(f"/v2/{repository}/manifests/{tag}", Reply(manifest(layer(content))))
        self.on(f"/v2/{repository}/blobs/{digest(content)}", *replies, Reply(content))

    def requests(self, part: str) -> list[Seen]:
        """Return the requests whose path contains ``part``."""
        return [seen for seen in self.seen if part in seen.path]

    def next_reply(self, path: str) -> Reply:
        """Take the reply that is due."""
        with self.lock:
            replies = self.replies.get(path) or self.replies.get(path.partition("?")[0]) or [Reply(status=404)]
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def handle_error(self, *_: object) -> None:
        """A client that went away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: RegistryServer

    def do_GET(self) -> None:
        self.server.seen.append(Seen(self.path, dict(self.headers)))
        reply = self.server.next_reply(self.path)
        status, body, more = self._ranged(reply)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **more, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(body, reply)

    def _ranged(self, reply: Reply) -> tuple[int, bytes, dict[str, str]]:
        wanted = self.headers.get("Range")
        if not wanted or not reply.ranges or reply.status != 200:
            return reply.status, reply.body, {}
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        total = len(reply.body)
        return 206, reply.body[start:], {"Content-Range": f"bytes {start}-{total - 1}/{total}"}

    def _send(self, body: bytes, reply: Reply) -> None:
        self.wfile.write(body[: reply.cut])
        if reply.gate:
            reply.gate.wait(timeout=60)
            self.wfile.write(body[reply.cut :])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def running(certificate: Path | None = None) -> Iterator[RegistryServer]:
    """A registry for the length of a ``with``; it speaks TLS with the certificate and key of a PEM file."""
    server = RegistryServer(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
