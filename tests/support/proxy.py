"""A TCP proxy on 127.0.0.1 that a test can cut and restore: an API server that goes away and comes back."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import yaml


class Proxy:
    """Forwards connections to one address while it is open; a cut ends all of them and refuses new ones."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener: socket.socket | None = None
        self._streams: set[socket.socket] = set()
        self._port = 0

    @property
    def port(self) -> int:
        """The port on 127.0.0.1; it stays the same after a cut."""
        return self._port

    def open(self) -> None:
        """Accept connections."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen()
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        assert self._listener is not None
        for stream in (self._listener, *self._streams):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()
        self._streams.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._streams |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_forward, args=(source, sink), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def through_proxy(kubeconfig: Path, copy: Path) -> Proxy:
    """Open a proxy to the API server of a kubeconfig, and write a copy of it that goes through the proxy."""
    config = yaml.safe_load(kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    server = urlsplit(cluster["server"])
    assert server.hostname
    proxy = Proxy((server.hostname, server.port or 443))
    proxy.open()
    cluster |= {"server": f"https://127.0.0.1:{proxy.port}", "tls-server-name": server.hostname}
    copy.write_text(yaml.safe_dump(config))
    return proxy
