"""The words in which the tables say what becomes of a key of the Compose language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Verdict: TypeAlias = Literal["honoured", "approximated", "ignored", "convert", "refused", "not yet"]

CONVERT: Final = "run composeapp convert, which writes what it means into the resource"
"""The way out where only the author's disk knows what is meant."""


@dataclass(frozen=True, slots=True)
class Support:
    """
    What becomes of one key.

    ``becomes``: honoured and approximated, the Kubernetes object and field, and how it differs; else why not.
    ``advice``: what the author can do instead.
    """

    verdict: Verdict
    becomes: str
    advice: str = ""


Table: TypeAlias = Mapping[str, Support]


def honoured(keys: str, becomes: str) -> dict[str, Support]:
    """Same meaning as in Compose."""
    return _each(keys, Support("honoured", becomes))


def approximated(keys: str, becomes: str) -> dict[str, Support]:
    """Nearly the same meaning; ``becomes`` says what differs."""
    return _each(keys, Support("approximated", becomes))


def ignored(keys: str, why: str, advice: str = "") -> dict[str, Support]:
    """Without a meaning in a cluster; the author is told."""
    return _each(keys, Support("ignored", why, advice))


def silent(keys: str, why: str) -> dict[str, Support]:
    """Without a meaning in a cluster, and nothing that its author would miss: the documentation says so, no warning."""
    return _each(keys, Support("honoured", why))


def converted(keys: str, becomes: str) -> dict[str, Support]:
    """Only the author's disk knows what it means: ``composeapp convert`` resolves it."""
    return _each(keys, Support("convert", becomes, CONVERT))


def refused(keys: str, why: str, advice: str) -> dict[str, Support]:
    """Impossible in a cluster, or not allowed."""
    return _each(keys, Support("refused", why, advice))


def not_yet(keys: str, advice: str) -> dict[str, Support]:
    """A later version will honour it."""
    return _each(keys, Support("not yet", "not supported yet", advice))


def _each(keys: str, support: Support) -> dict[str, Support]:
    return dict.fromkeys(keys.split(), support)
