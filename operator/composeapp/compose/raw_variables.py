"""
RAW VARIABLES: an ``env_file`` of ``format: raw`` → variables, as ``docker run --env-file`` reads them.

Rules: docker/cli v28.5.2, ``pkg/kvfile``. A line is ``NAME=value``, and everything in it counts: quotes, ``$`` and
spaces at its end. A bare ``NAME`` takes the value that it has outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from composeapp.compose.dotenv import InvalidDotenvError

_WHITE_SPACE: Final = " \t"


def parse_raw(text: str, outside: Mapping[str, str]) -> dict[str, str]:
    """
    Return the variables of one file.

    Raises:
        InvalidDotenvError: with the line of the first mistake.

    """
    found = {}
    for number, full_line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = full_line.removesuffix("\r").lstrip()
        name, equals, value = line.partition("=")
        if not line or line.startswith("#"):
            continue
        if not name:
            raise InvalidDotenvError(number, "no variable name on line", f"'{line}'")
        if any(letter in name for letter in _WHITE_SPACE):
            raise InvalidDotenvError(number, "variable contains whitespaces", f"'{name}'")
        if equals or name in outside:
            found[name] = value if equals else outside[name]
    return found
