"""Durations and sizes as Compose writes them: ``1m30s`` → nanoseconds, ``1.5g`` → bytes; and back, as Go prints."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "w": 7 * 24 * 3600 * 10**9,
}
_LARGEST: Final = 2**63 - 1
_NUMBER_AND_UNIT: Final = re.compile(r"(?P<number>[0-9]*(?:\.[0-9]*)?)(?P<unit>[^0-9.]*)")
_SIZE: Final = re.compile(r"(?P<number>.*[0-9. ])?(?P<suffix>[^0-9. ]*)", re.DOTALL)
_FACTORS: Final = {letter: 1024**power for power, letter in enumerate("kmgtp", start=1)}
_LONGEST: Final = 100
"""Characters of a number that anybody means."""


def nanoseconds(text: str) -> int:
    """
    Read a duration: numbers with the units ``ns us ms s m h d w``, one after the other.

    Raises:
        ValueError: in Compose's words (package ``str2duration``).

    """
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    if not rest or len(rest) > _LONGEST:
        raise ValueError(f'time: invalid duration "{text}"')
    total, at = Decimal(0), 0
    while at < len(rest):
        match = _NUMBER_AND_UNIT.match(rest, at)
        if match is None or not match["number"].strip("."):
            raise ValueError(f'time: invalid duration "{text}"')
        if not match["unit"]:
            raise ValueError(f'time: missing unit in duration "{text}"')
        if match["unit"] not in _NANOSECONDS:
            raise ValueError(f'time: unknown unit "{match["unit"]}" in duration "{text}"')
        total += Decimal(match["number"]) * _NANOSECONDS[match["unit"]]
        at = match.end()
    if total > _LARGEST:
        raise ValueError(f'time: invalid duration "{text}"')
    return sign * int(total)


def duration_text(value: int) -> str:
    """Print nanoseconds as Go's ``time.Duration`` does: ``1m30s``, ``1.5s``, ``24h0m0s``, ``0s``."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    if value == 0:
        return "0s"
    for unit, factor in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
        if value < factor * 1000:
            return f"{sign}{_quotient(value, factor)}{unit}"
    minutes, rest = divmod(value, 60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_quotient(rest, 10**9)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _quotient(value: int, factor: int) -> str:
    whole, rest = divmod(value, factor)
    if not rest:
        return str(whole)
    digits = len(str(factor)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0")


def size(text: str) -> int:
    """
    Read a size in bytes: a number, and a unit by powers of 1024 (``k``, ``mb``, ``GiB``, …) in either case.

    Raises:
        ValueError: in Compose's words (package ``go-units``, ``RAMInBytes``).

    """
    if re.fullmatch(r"[-+]?[0-9]{1,18}", text):
        return int(text)
    match = _SIZE.fullmatch(text)
    if match is None or match["number"] is None or len(text) > _LONGEST:
        raise ValueError(f"invalid size: '{text}'")
    number = match["number"].removesuffix(" ")
    if not re.fullmatch(r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?", number):
        if re.fullmatch(r"-(?:[0-9]+\.?[0-9]*|\.[0-9]+)", number) and float(number) < 0:
            raise ValueError(f"invalid size: '{text}'")
        raise ValueError(f'strconv.ParseFloat: parsing "{number}": invalid syntax')
    return int(Decimal(number) * _factor(match["suffix"].lower()))


def _factor(suffix: str) -> int:
    if suffix in ("", "b"):
        return 1
    if suffix[0] in _FACTORS and suffix[1:] in ("", "b", "ib"):
        factor: int = _FACTORS[suffix[0]]
        return factor
    raise ValueError(f"invalid suffix: '{suffix}'")
