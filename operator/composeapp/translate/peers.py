"""
Which services the document's own strings name, and on which ports: ``http://web:8080``.

Only commands, checks, variables and configs are read: ``image: redis:7`` names no port. Everything is found in one
pass, because a document may hold hundreds of services and megabytes of text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from composeapp.compose.document import Config, Document, Service
from composeapp.compose.secret_variables import split

_LAST_PORT: Final = 65535
_WORD: Final = re.compile(r"[\w.-]+")
_HOST: Final = re.compile(r"//([\w.-]+)")
"""The host in an address like ``http://web/``."""
_ADDRESS: Final = re.compile(r"(?<![\w.-])([\w.-]+)(?=:(\d{1,5})(?![\w-]|\.\d))")


@dataclass(frozen=True, slots=True)
class Peers:
    """What a document's services say about each other; hosts are in lower case, as DNS ignores case."""

    _ports: Mapping[str, set[int]]
    _words: Mapping[str, set[str]]
    """Service → every word in its strings that could be a host's name."""
    _own_callers: Collection[str]

    def ports(self, key: str) -> list[int]:
        """Return the ports on which others call a service: in Compose it answers on every one, declared or not."""
        return sorted(self._ports.get(key.lower(), ()))

    def callers(self, key: str) -> list[str]:
        """Return the other services that name a service as a host would be named."""
        return sorted(other for other, words in self._words.items() if other != key and key.lower() in words)

    def calls_itself(self, key: str) -> bool:
        """Tell whether a service's own strings hold an address with its own name."""
        return key in self._own_callers


def peers(document: Document) -> Peers:
    """Read every string of a document in which a service may name another."""
    ports: dict[str, set[int]] = {}
    words: dict[str, set[str]] = {}
    own_callers: set[str] = set()
    for key, service in document.services.items():
        own = words.setdefault(key, set())
        for text in _texts(service, document.configs):
            own |= {word.rstrip(".").lower() for word in _WORD.findall(text)}
            addresses = [(host.lower(), int(number)) for host, number in _ADDRESS.findall(text)]
            for host, number in addresses:
                if 0 < number <= _LAST_PORT:
                    ports.setdefault(host, set()).add(number)
            if key.lower() in {*(host for host, _ in addresses), *map(str.lower, _HOST.findall(text))}:
                own_callers.add(key)
    return Peers(ports, words, own_callers)


def _texts(service: Service, configs: Mapping[str, Config]) -> Iterator[str]:
    yield from service.command or ()
    yield from service.entrypoint or ()
    yield from (service.healthcheck and service.healthcheck.test) or ()
    for value in service.environment.values():
        yield from (part for part in split(value or "") if isinstance(part, str))
    yield from ((config.content or "") for mount in service.configs if (config := configs.get(str(mount.source))))
