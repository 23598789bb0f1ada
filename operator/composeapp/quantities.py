"""
Kubernetes quantities, written as the API server writes them back.

A manifest with ``1024Mi`` is stored as ``1Gi``: the next apply of the same text would count as a
change. So every quantity goes through :func:`canonical` before it reaches a manifest. Rules:
Kubernetes reference, "Quantity" (no exponents here: nobody writes memory as ``1e9``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

_BINARY: Final = {suffix: Decimal(1024**power) for power, suffix in enumerate(("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))}
_DECIMAL: Final = {
    "m": Decimal("0.001"),
    **{suffix: Decimal(1000**power) for power, suffix in enumerate(("", "k", "M", "G", "T", "P", "E"))},
}
_QUANTITY: Final = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<suffix>[KMGTPE]i|[mkMGTPE]|)")
_MEBIBYTE: Final = _BINARY["Mi"]


def canonical(text: str) -> str:
    """
    Return the quantity as the API server would store it: ``1024Mi`` is ``1Gi``, ``1000m`` is ``1``.

    Raises:
        ValueError: if it is not a quantity, or finer than a thousandth.

    """
    return _written(amount(text), _units(text))


def amount(text: str) -> Decimal:
    """
    Return what a quantity amounts to, in bytes, cores or pieces.

    Raises:
        ValueError: if it is not a quantity.

    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a Kubernetes quantity such as 500m, 2 or 4Gi")
    return Decimal(match["number"]) * {**_DECIMAL, **_BINARY}[match["suffix"]]


def plus_mebibytes(memory: str, mebibytes: int) -> str:
    """Add whole MiB to an amount of memory."""
    return _written(amount(memory) + mebibytes * _MEBIBYTE, _BINARY)


def of_bytes(number: int) -> str:
    """Write a number of bytes as the API server would store it."""
    return _written(Decimal(number), _BINARY if number % 1024 == 0 else _DECIMAL)


def _units(text: str) -> Mapping[str, Decimal]:
    return _BINARY if text.endswith("i") else _DECIMAL


def _written(value: Decimal, units: Mapping[str, Decimal]) -> str:
    """Write a value in the largest unit that keeps it whole."""
    if not value:
        return "0"
    for suffix, size in sorted(units.items(), key=lambda unit: unit[1], reverse=True):
        if value % size == 0:
            return f"{int(value / size)}{suffix}"
    raise ValueError(f"{value:f} is finer than Kubernetes counts")
