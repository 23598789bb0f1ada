"""
Scalars as Compose understands them: plain YAML text → value, and value → text.

Compose reads YAML with a Go library that follows the core schema of YAML 1.2 and keeps a few
habits of 1.1 (octal ``0777``, digit separators ``1_000``). ``yes``, ``on``, ``22:22`` and dates
are strings. Where a string is wanted, numbers are printed as Go's ``fmt`` prints them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_CONSTANTS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    "-0": -0.0,
}
YAML_1_1_BOOLEANS: Final[Mapping[str, Scalar]] = {
    **{word: True for yes in ("y", "yes", "on") for word in (yes, yes.capitalize(), yes.upper())},
    **{word: False for no in ("n", "no", "off") for word in (no, no.capitalize(), no.upper())},
}
"""Strings here, booleans to kubectl and Helm, which read YAML 1.1 (https://yaml.org/type/bool.html)."""
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)"
    r"|0[oO]?(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*))"
)
_BASES: Final = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER: Final = 400
"""Characters; no finite number that anybody writes is longer, and Python limits its own conversions."""

_SMALLEST_EXPONENT: Final = -4
_LARGEST_EXPONENT: Final = 6
"""Outside ``[-4, 6)`` Go prints a float with an exponent (``strconv.FormatFloat`` with format ``g``)."""


def resolve(text: str) -> Scalar:
    """Give a plain (unquoted) scalar its value (YAML 1.2, section 10.3.2, with Go's additions)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "0123456789+-." or len(text) > _LONGEST_NUMBER:
        return text
    digits = text if text.startswith("._") else text.replace("_", "")
    integer = _integer(digits)
    if integer is not None:
        return integer
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        return number if math.isfinite(number) else text
    return text


def _integer(digits: str) -> int | None:
    """Read what fits into 64 bits; Go makes a float of longer decimals."""
    match = _INTEGER.fullmatch(digits)
    if match is None:
        return None
    base = match.lastgroup or "decimal"
    number = int(match["sign"] + match[base], _BASES[base])
    return number if -(2**63) <= number < 2**64 else None


def go_text(value: Scalar) -> str:
    """Print a scalar as Go's ``fmt.Sprint`` does: ``1.10`` → ``1.1``, ``1e3`` → ``1000``, ``true``."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float_text(value) if isinstance(value, float) else str(value)


def _float_text(number: float) -> str:
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else ("+Inf" if number > 0 else "-Inf")
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    written = "".join(map(str, digits))
    power = len(written) + int(exponent) - 1
    prefix = "-" if sign else ""
    if _SMALLEST_EXPONENT <= power < _LARGEST_EXPONENT:
        return prefix + f"{Decimal(repr(abs(number))).normalize():f}"
    fraction = f".{written[1:]}" if written[1:] else ""
    return f"{prefix}{written[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
