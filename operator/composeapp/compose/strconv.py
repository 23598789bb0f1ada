"""
Texts that mean a number or a boolean, read as Compose reads them: with Go's ``strconv``, in its words.

Every reader raises ValueError with the text of Go's error.
"""

from __future__ import annotations

import math
import re
from typing import Final

from composeapp.compose.scalars import go_text

BOOLEANS: Final = {
    **dict.fromkeys(("true", "y", "yes", "on"), True),
    **dict.fromkeys(("false", "n", "no", "off"), False),
}
"""Word, in lower case → what it means; those that YAML 1.2 does not know get a warning."""
YAML_1_2_BOOLEANS: Final = ("true", "false")

_DIGITS: Final = {8: re.compile(r"[-+]?[0-7]+"), 10: re.compile(r"[-+]?[0-9]+")}
_GO_INTEGER: Final = re.compile(
    r"0[xX](?P<hex>(_?[0-9a-fA-F])+)|0[bB](?P<binary>(_?[01])+)|0[oO]?(?P<octal>(_?[0-7])+)"
    r"|(?P<decimal>0|[1-9](_?[0-9])*)"
)
_BASES: Final = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_DECIMAL: Final = "[0-9](_?[0-9])*"
_FLOAT: Final = re.compile(rf"[-+]?({_DECIMAL}(\.({_DECIMAL})?)?|\.{_DECIMAL})([eE][-+]?{_DECIMAL})?")
_HEX_FLOAT: Final = re.compile(r"[-+]?0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][-+]?[0-9]+")
_INFINITE: Final = re.compile(r"[-+]?inf(inity)?|nan", re.IGNORECASE)
_LARGEST_FLOAT: Final = {32: 3.4028235677973366e38, 64: math.inf}
_LONGEST_NUMBER: Final = 400
"""Characters; no number in range that anybody writes is longer, and Python limits its own conversions."""
_ESCAPES: Final = dict(
    zip('\a\b\f\n\r\t\v"\\', (r"\a", r"\b", r"\f", r"\n", r"\r", r"\t", r"\v", r"\"", r"\\"), strict=True)
)


def atoi(text: str) -> int:
    """Read an integer of 64 bits."""
    return parse_int(text, function="Atoi")


def parse_int(text: str, base: int = 10, *, function: str = "ParseInt") -> int:
    """Read an integer of 64 bits in base 8 or 10."""
    if not _DIGITS[base].fullmatch(text):
        raise _syntax_error(function, text)
    if len(text) > _LONGEST_NUMBER or not -(2**63) <= (number := int(text, base)) < 2**63:
        raise _range_error(function, text)
    return number


def parse_uint(text: str) -> int:
    """Read an unsigned integer of 32 bits as Go writes one: ``0x1F``, ``0o17``, ``017``, ``15``."""
    match = _GO_INTEGER.fullmatch(text)
    if match is None:
        raise _syntax_error("ParseUint", text)
    base = next(name for name in _BASES if match[name])
    if len(text) > _LONGEST_NUMBER or (number := int(match[base].replace("_", ""), _BASES[base])) >= 2**32:
        raise _range_error("ParseUint", text)
    return number


def parse_float(text: str, bits: int = 64) -> float:
    """Read a number that JSON can hold."""
    if _INFINITE.fullmatch(text):
        raise ValueError(f"json: unsupported value: {go_text(float(text))}")
    if _HEX_FLOAT.fullmatch(text):
        return _hex_float(text)
    if not _FLOAT.fullmatch(text):
        raise _syntax_error("ParseFloat", text)
    number = float(text)
    if math.isinf(number) or abs(number) > _LARGEST_FLOAT[bits]:
        raise _range_error("ParseFloat", text)
    return number


def _hex_float(text: str) -> float:
    try:
        return float.fromhex(text)
    except ValueError:
        raise _syntax_error("ParseFloat", text) from None
    except OverflowError:
        raise _range_error("ParseFloat", text) from None


def boolean(text: str) -> bool:
    """Read a word of YAML 1.1 or 1.2."""
    if text.lower() not in BOOLEANS:
        raise ValueError(f"invalid boolean: {text}")
    return BOOLEANS[text.lower()]


def boolean_warning(text: str) -> str:
    """Return Compose's warning of a word that YAML 1.2 does not take for a boolean, else nothing."""
    if text.lower() in YAML_1_2_BOOLEANS:
        return ""
    return f"{quoted(text)} for boolean is not supported by YAML 1.2, please use `{go_text(boolean(text))}`"


def quoted(text: str) -> str:
    """Quote a text as Go's ``%q`` does."""
    return f'"{"".join(_escaped(letter) for letter in text)}"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES or letter.isprintable():
        return _ESCAPES.get(letter, letter)
    code = ord(letter)
    short = f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"  # noqa: PLR2004 - the end of ASCII
    return short if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - what four digits can write


def _syntax_error(function: str, text: str) -> ValueError:
    return ValueError(f"strconv.{function}: parsing {quoted(text)}: invalid syntax")


def _range_error(function: str, text: str) -> ValueError:
    return ValueError(f"strconv.{function}: parsing {quoted(text)}: value out of range")
