"""
Places whose text becomes a number or a boolean while it is interpolated (compose-go, ``loader/interpolate.go``).

So ``replicas: ${COUNT}`` works where the schema wants a number, and a text that is none is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from composeapp.compose import strconv
from composeapp.compose.paths import fits
from composeapp.problems import Path

Read: TypeAlias = Callable[[str], Any]


class Cast(NamedTuple):
    """How a text is read (with ValueError), and what its author should write."""

    read: Read
    hint: str


_INTEGER: Final = Cast(strconv.atoi, "write a whole number")
_INTEGER_64: Final = Cast(strconv.parse_int, "write a whole number")
_UNSIGNED: Final = Cast(strconv.parse_uint, "write a whole number, in octal with 0 before it")
_NUMBER: Final = Cast(strconv.parse_float, "write a number")
_NUMBER_32: Final = Cast(partial(strconv.parse_float, bits=32), "write a number")
BOOLEAN: Final = Cast(strconv.boolean, "write true or false")

_WORKLOADS: Final[tuple[Path, ...]] = (("services", "*"), ("jobs", "*"))
_CONTAINERS: Final[tuple[Path, ...]] = (*_WORKLOADS, ("services", "*", "pre_start", "*"))
_SERVICES: Final[tuple[Path, ...]] = (("services", "*"),)
_DOCUMENT: Final[tuple[Path, ...]] = ((),)

_TABLE: Final[tuple[tuple[tuple[Path, ...], Cast, str], ...]] = (
    (_DOCUMENT, BOOLEAN, "networks.*.external networks.*.internal networks.*.attachable"),
    (_DOCUMENT, BOOLEAN, "networks.*.enable_ipv4 networks.*.enable_ipv6"),
    (_DOCUMENT, BOOLEAN, "volumes.*.external secrets.*.external configs.*.external"),
    (_CONTAINERS, _INTEGER_64, "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares"),
    (_CONTAINERS, _INTEGER_64, "oom_score_adj pids_limit"),
    (_CONTAINERS, _NUMBER, "cpu_percent"),
    (_CONTAINERS, _NUMBER_32, "cpus"),
    (_CONTAINERS, _UNSIGNED, "umask"),
    (_CONTAINERS, _INTEGER, "ulimits.* ulimits.*.hard ulimits.*.soft"),
    (_CONTAINERS, BOOLEAN, "init oom_kill_disable privileged read_only networks.*.use_service_name_alias"),
    (_CONTAINERS, BOOLEAN, "volumes.*.read_only volumes.*.volume.nocopy"),
    (_WORKLOADS, _INTEGER, "healthcheck.retries ports.*.target"),
    (_WORKLOADS, BOOLEAN, "depends_on.*.required depends_on.*.restart healthcheck.disable stdin_open tty"),
    (_SERVICES, _INTEGER, "scale deploy.replicas deploy.restart_policy.max_attempts"),
    (_SERVICES, _INTEGER, "deploy.placement.max_replicas_per_node"),
    (_SERVICES, _INTEGER, "deploy.update_config.parallelism deploy.rollback_config.parallelism"),
    (_SERVICES, _NUMBER, "deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio"),
)
CASTS: Final[Mapping[Path, Cast]] = {
    (*prefix, *place.split(".")): cast
    for prefixes, cast, places in _TABLE
    for prefix in prefixes
    for place in places.split()
}
"""Place, where ``*`` is any key or index → how its text is read."""

_BY_LAST_KEY: Final[Mapping[str | int, list[Path]]] = {
    pattern[-1]: [other for other in CASTS if other[-1] == pattern[-1]] for pattern in CASTS
}
"""Nearly every text is looked up in vain, so that has to be quick."""


def cast_at(path: Path) -> Cast | None:
    """Return how a text at a place is read, ``None`` if it stays a text."""
    if not path:
        return None
    candidates = (*_BY_LAST_KEY.get(path[-1], ()), *_BY_LAST_KEY["*"])
    return next((CASTS[pattern] for pattern in candidates if fits(path, pattern)), None)
