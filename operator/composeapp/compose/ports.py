"""Short syntax of ``ports`` and ``expose`` → one entry per container port, in Compose's words where it is wrong."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.scalars import go_text

MAX_PORTS: Final = 250
"""Of one service; each becomes an entry of a Kubernetes Service."""
_LARGEST_PORT: Final = 65535
_PROTOCOLS: Final = ("tcp", "udp", "sctp")
_RANGE: Final = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")

PortRange = tuple[int, int]


class PortError(ValueError):
    """A port that Compose refuses too, in its words."""


def short_ports(value: str | float) -> list[dict[str, Any]]:
    """
    Expand ``[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]``; both sides may be ranges.

    A range published for one target stays a range: any free port of it will do.

    Raises:
        PortError: in Compose's words (Docker's ``nat`` package), if it is no such thing.

    """
    text = go_text(value)
    host_ip, published, target = _parts(text)
    target, protocol = _protocol(target)
    if not target:
        raise PortError(f"no port specified: {text}<empty>")
    targets = _range(target, "containerPort")
    publishes = _range(published, "hostPort") if published else None
    _check_lengths(targets, publishes, f"{target} and {published}")
    common = {"protocol": protocol, "host_ip": _host_ip(host_ip)}
    return [
        {"target": number, "published": _published(publishes, number - targets[0], targets), **common}
        for number in range(targets[0], targets[1] + 1)
    ]


def long_port(port: Mapping[str, Any], where: str) -> dict[str, Any]:
    """
    Check the long syntax; Compose takes it unseen and fails, or does nothing, later.

    Raises:
        PortError: if a value cannot be meant.

    """
    target = int(port.get("target", 0))
    if target == 0:
        raise PortError(f"service ports {where} is missing a target port")
    _range(str(target), "containerPort")
    published = go_text(port["published"]) if "published" in port else ""
    if published:
        _range(published, "hostPort")
    _, protocol = _protocol(f"{target}/{port.get('protocol', '')}")
    return {
        **port,
        "target": target,
        "published": published or None,
        "protocol": protocol,
        "host_ip": port.get("host_ip"),
    }


def exposed(value: str | float) -> list[str]:
    """
    Expand one item of ``expose``: ``3000``, ``3000-3005``, ``53/udp``.

    Raises:
        PortError: if it is no port; Compose lets it pass and exposes nothing.

    """
    text, protocol = _protocol(go_text(value))
    first, last = _range(text, "containerPort")
    _check_count(first, last)
    suffix = "" if protocol == "tcp" else f"/{protocol}"
    return [f"{number}{suffix}" for number in range(first, last + 1)]


def _parts(text: str) -> tuple[str, str, str]:
    """Split from the right; what is left is the address, which may hold colons itself."""
    head, _, target = text.rpartition(":")
    host_ip, _, published = head.rpartition(":")
    return host_ip, published, target


def _protocol(text: str) -> tuple[str, str]:
    number, _, protocol = text.partition("/")
    if protocol and protocol.lower() not in _PROTOCOLS:
        raise PortError(f"invalid proto: {protocol}")
    return number, protocol.lower() or "tcp"


def _range(text: str, what: str) -> PortRange:
    match = _RANGE.fullmatch(text)
    first = int(match[1]) if match else _LARGEST_PORT + 1
    last = int(match[2]) if match and match[2] else first
    if not first <= last <= _LARGEST_PORT:
        raise PortError(f"invalid {what}: {text}")
    return first, last


def _check_lengths(targets: PortRange, publishes: PortRange | None, both: str) -> None:
    first, last = targets
    if publishes and last != first and publishes[1] - publishes[0] != last - first:
        raise PortError(f"invalid ranges specified for container and host Ports: {both}")
    _check_count(first, last)


def _check_count(first: int, last: int) -> None:
    if first == 0:
        raise PortError("invalid containerPort: 0")
    if last - first >= MAX_PORTS:
        raise PortError(f"more than {MAX_PORTS} ports in one range: {first}-{last}")


def _published(publishes: PortRange | None, offset: int, targets: PortRange) -> str | None:
    if publishes is None:
        return None
    first, last = publishes
    return f"{first}-{last}" if targets[0] == targets[1] and first != last else str(first + offset)


def _host_ip(text: str) -> str | None:
    if not text:
        return None
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        raise PortError(f"invalid IP address: {bare}") from None
    return bare
