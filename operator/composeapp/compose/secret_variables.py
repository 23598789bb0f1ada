"""
SECRET VARIABLES: names whose values nobody knows here, because only the cluster may read them.

In a text a token stands for such a value: the name between two characters that Unicode sets aside for use
within a program (noncharacters, The Unicode Standard, 23.7). A document or variable that holds one is refused,
so that every token is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from composeapp.compose.paths import fits
from composeapp.problems import Path

_BEGIN: Final = "\ufdd0"
_END: Final = "\ufdd1"
_TOKEN: Final = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_EXTENSION: Final = "x-"
_PLACES: Final[tuple[Path, ...]] = (("services", "*", "environment", "*"),)


@dataclass(frozen=True, slots=True)
class SecretVariable:
    """The place of a secret value in a text."""

    name: str


Part: TypeAlias = str | SecretVariable


def token(name: str) -> str:
    """Return what stands for a secret variable's value in a text."""
    return f"{_BEGIN}{name}{_END}"


def has_token(text: str) -> bool:
    """Tell whether a text holds a token; of a text that was never interpolated, whether it must be refused."""
    return _BEGIN in text or _END in text


def split(text: str) -> tuple[Part, ...]:
    """Split a text into what is known of it and the secret variables in between, without empty parts."""
    parts = (SecretVariable(part) if index % 2 else part for index, part in enumerate(_TOKEN.split(text)))
    return tuple(part for part in parts if part != "")


def may_stand(path: Path) -> bool:
    """
    Tell whether a token may stand at a place: in a service's environment, in both of its forms.

    Or in an extension at the top: nobody reads those, they only hold what anchors repeat elsewhere.
    """
    return any(fits(path, place) for place in _PLACES) or (bool(path) and str(path[0]).startswith(_EXTENSION))
