"""Services do not wait for each other in a circle (compose-go, ``graph/cycle.go``)."""

from __future__ import annotations

from collections.abc import Iterator

from composeapp.compose.document import Document
from composeapp.problems import Report


def check(document: Document, report: Report) -> None:
    """Report circles that have no service in common; the first one is the one that Compose names."""
    for circle in _circles(document):
        words = " -> ".join((*circle, circle[0]))
        report.problem(("services", circle[-1], "depends_on", circle[0]), f"dependency cycle detected: {words}")


def _circles(document: Document) -> Iterator[tuple[str, ...]]:
    """Walk the services by name, and yield ways that come back to themselves."""
    finished: set[str] = set()
    in_circles: set[str] = set()
    for start in sorted(document.services):
        way: dict[str, Iterator[str]] = {}
        current: str | None = start if start not in finished else None
        while current is not None:
            if current not in way:
                way[current] = _dependencies(document, current)
            following = next((name for name in way[current] if name not in finished), None)
            if following is None:
                finished.add(current)
                del way[current]
                current = next(reversed(way), None)
            elif following not in way:
                current = following
            elif in_circles.isdisjoint((current, following)):
                circle = tuple(way)[tuple(way).index(following) :]
                if in_circles.isdisjoint(circle):
                    in_circles.update(circle)
                    yield circle


def _dependencies(document: Document, name: str) -> Iterator[str]:
    return iter(sorted(document.services[name].depends_on.keys() & document.services.keys()))
