"""The API server's audit log: who asked for what, counted honestly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class ApiRequest:
    """One finished request as the API server saw it."""

    user: str
    agent: str
    verb: str
    resource: str
    namespace: str
    name: str
    status: int

    @property
    def is_write(self) -> bool:
        """Whether the request could have changed anything."""
        return self.verb not in {"get", "list", "watch"}


@dataclass(frozen=True)
class Mark:
    """A moment: how long the log was then, and when that was."""

    size: int
    time: datetime


@dataclass(frozen=True)
class AuditLog:
    """Reads the log from a mark on, so that a test sees only what came after it."""

    path: Path

    def mark(self) -> Mark:
        """Remember now."""
        return Mark(self.path.stat().st_size, datetime.now(UTC))

    def since(self, mark: Mark, *, user: str) -> list[ApiRequest]:
        """Return what one user asked for after the mark, oldest first; what was under way then does not count."""
        return [request for request in self._read(mark) if request.user == user]

    def _read(self, mark: Mark) -> Iterator[ApiRequest]:
        with self.path.open("rb") as log:
            log.seek(mark.size)
            for line in log:
                event = json.loads(line)
                received = datetime.fromisoformat(event["requestReceivedTimestamp"])
                if event["stage"] == "ResponseComplete" and received >= mark.time:
                    yield _request(event)


def _request(event: dict) -> ApiRequest:
    target = event.get("objectRef", {})
    subresource = f"/{target['subresource']}" if "subresource" in target else ""
    return ApiRequest(
        user=event["user"]["username"],
        agent=event.get("userAgent", ""),
        verb=event["verb"],
        resource=f"{target.get('resource', '')}{subresource}",
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        status=event.get("responseStatus", {}).get("code", 0),
    )
