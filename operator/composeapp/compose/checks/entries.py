"""
Rules for one entry of the merged document, before defaults (compose-go, ``validation/``).

They look at which keys an entry has, so they come before anything is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final, TypeAlias

from composeapp.compose.checks.judged import INVALID
from composeapp.compose.document.base import EXTENSION
from composeapp.compose.schema import compose_path
from composeapp.problems import Path, Report, dotted

EntryRule: TypeAlias = Callable[[Any, Path, Report], None]
"""A value, its place, where to report."""

_BESIDE_EXTERNAL: Final = ("name", "external", "extensions")


def nothing_beside_external(volume: Any, path: Path, report: Report) -> None:
    """What is made elsewhere is not described here (``validation/external.go``)."""
    if not _is_external(volume):
        return
    for key in sorted(volume):
        if key not in _BESIDE_EXTERNAL and not key.startswith(EXTENSION):
            words = f'conflicting parameters "external" and "{key}" specified'
            _say(path, words, report, f"remove {key}, or external", at=(*path, key))


def one_source(*keys: str) -> EntryRule:
    """Build the rule that content comes from one place (``validation/validation.go``, ``checkFileObject``)."""
    choice = "|".join(keys)

    def judge(entry: Any, path: Path, report: Report) -> None:
        given = [key for key in keys if key in entry]
        if len(given) > 1:
            _say(path, f"{choice} attributes are mutually exclusive", report, f"keep one of {', '.join(given)}")
        elif not given and not entry.keys() & {"driver", "external"}:
            _say(path, f"one of {choice} must be set", report)

    return judge


_ONE_SECRET_SOURCE: Final = one_source("file", "environment")


def secret_source(secret: Any, path: Path, report: Report) -> None:
    """A secret that is not external has a source that is not empty (``loader/validate.go``)."""
    before = len(report.problems)
    _ONE_SECRET_SOURCE(secret, path, report)
    named = secret.get("file") or secret.get("environment")
    if len(report.problems) == before and not named and not _is_external(secret):
        report.problem(path, f'secret "{path[-1]}" must declare either `file` or `environment`{INVALID}')


def host_address(port: Any, path: Path, report: Report) -> None:
    """A port is published at an address, not at a name."""
    address = port.get("host_ip")
    if address is not None and not _is_address(address):
        _say(path, f"invalid ip address: {address}", report, at=(*path, "host_ip"))


def not_blank(watched: Any, path: Path, report: Report) -> None:
    """Something is watched."""
    if watched == "":
        _say(path, "value can't be blank", report)


def count_or_names(request: Any, path: Path, report: Report) -> None:
    """Devices are counted or named."""
    if {"count", "device_ids"} <= request.keys():
        _say(path, '"count" and "device_ids" attributes are exclusive', report, "keep one of them")


def has_target(kind: str) -> EntryRule:
    """Build the rule that a mount says where in the container it goes (``override/uncity.go``)."""

    def judge(mount: Any, path: Path, report: Report) -> None:
        if mount.get("target") is None:
            where = f"{compose_path(path[:-1])}.[{path[-1]}]"
            report.problem(path, f"service {kind} {where} is missing a mount target", says_where=True)

    return judge


def _say(path: Path, words: str, report: Report, hint: str = "", *, at: Path | None = None) -> None:
    """Begin with the place, as Compose does; ``at`` may be more exact."""
    report.problem(at or path, f"{dotted(path)}: {words}", hint, says_where=True)


def _is_external(entry: Any) -> bool:
    return isinstance(entry, Mapping) and entry.get("external") is True


def _is_address(text: str) -> bool:
    """Tell whether Go reads an address; unlike Python it takes no zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
