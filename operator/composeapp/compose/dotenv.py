"""
DOTENV: the text of an ``.env`` file, or of an ``env_file`` → variables, in Compose's own dialect.

Rules: compose-go, ``dotenv/parser.go``. A line is ``NAME=value`` or ``NAME: value``; a bare ``NAME`` takes
the value that it has outside. Values may be quoted and then span lines; but for single quotes, ``${VARIABLE}``
is replaced in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from composeapp.compose.interpolate import substitute
from composeapp.compose.template import InvalidTemplateError
from composeapp.compose.variables import RefusedVariableError

_SPACES: Final = "\t\v\f\r \x85\xa0"
"""White space but the line break."""
_EXPORT: Final = re.compile(r"export[\t\n\f\r ]+")
_QUOTES: Final = ("'", '"')
_IN_NAMES: Final = "_.-[]"
_ESCAPE: Final = re.compile(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})')
_ESCAPES: Final = {
    **dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True)),
    '"': '"',
    "\\": "\\",
    "$": "$$",  # which is a plain dollar once variables have been replaced
}
_OCTAL: Final = re.compile(r"[0-3][0-7]{2}")


class InvalidDotenvError(ValueError):
    """The text is no such file; says the line and what is wrong there, as Compose does."""

    def __init__(self, line: int, problem: str, written: str = "") -> None:
        super().__init__(f"line {line}: {problem}{f' {written}' if written else ''}")
        self.without_values = f"line {line}: {problem}"
        """The same without what is written there, which may be a secret."""


def parse_dotenv(text: str, outside: Mapping[str, str], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return the variables of one file.

    ``outside`` (the environment) wins where a value names a variable, then ``before`` (earlier files) and
    the lines above.

    Raises:
        InvalidDotenvError: with the line of the first mistake.

    """
    return _Parser(text.removeprefix("\ufeff"), outside, before or {}).parse()


class _Parser:
    def __init__(self, text: str, outside: Mapping[str, str], before: Mapping[str, str]) -> None:
        self._rest = text
        self._line = 1
        self._known = {**before, **outside}
        self._outside = outside
        self._found: dict[str, str] = {}

    def parse(self) -> dict[str, str]:
        while self._skip_to_statement():
            name, is_bare = self._name()
            if " " in name:
                raise InvalidDotenvError(self._line, "key cannot contain a space")
            if not is_bare:
                self._set(name, self._value())
            elif name in self._known:
                self._set(name, self._known[name])
        return self._found

    def _set(self, name: str, value: str) -> None:
        self._found[name] = value
        if name not in self._outside:
            self._known[name] = value

    def _skip_to_statement(self) -> bool:
        while True:
            stripped = self._rest.lstrip()
            self._line += self._rest[: len(self._rest) - len(stripped)].count("\n")
            self._rest = stripped
            if not stripped.startswith("#"):
                return bool(stripped)
            end = stripped.find("\n")
            self._rest = stripped[end:] if end >= 0 else ""

    def _name(self) -> tuple[str, bool]:
        """Take the name off; tell whether it stands alone on its line."""
        if _EXPORT.match(self._rest):
            self._rest = self._rest.removeprefix("export").lstrip(_SPACES)
        name, end = self._rest, ""
        for index, character in enumerate(self._rest):
            if character in "=:\n":
                name, end = self._rest[:index], character
                break
            self._judge(character)
        self._rest = self._rest[len(name) + 1 :].lstrip(_SPACES)
        self._line += end == "\n" and " " not in name
        return name.rstrip(), end in ("\n", "")

    def _judge(self, character: str) -> None:
        if not (character in _SPACES or character in _IN_NAMES or character.isalpha() or character.isnumeric()):
            line = self._rest.partition("\n")[0]
            problem = f"unexpected character {_quoted(character)} in variable name"
            raise InvalidDotenvError(self._line, problem, _quoted(line))

    def _value(self) -> str:
        if self._rest.startswith(_QUOTES):
            return self._quoted_value()
        value, _, self._rest = self._rest.partition("\n")
        expanded = self._expanded(value.partition(" #")[0].rstrip())
        self._line += 1
        return expanded

    def _quoted_value(self) -> str:
        quote, text, index, kept = self._rest[0], self._rest, 1, ""
        while index < len(text):
            character = text[index]
            if character == "\\" and text[index + 1 : index + 2] == quote:
                character, index = quote, index + 1
            elif character == "\\" and index + 1 < len(text):
                character, index = text[index : index + 2], index + 1
            elif character == quote:
                self._rest = text[index + 1 :]
                return self._expanded(_ESCAPE.sub(_unescaped, kept)) if quote == '"' else kept
            self._line += character.count("\n")
            kept += character
            index += 1
        raise InvalidDotenvError(self._line, "unterminated quoted value", text.partition("\n")[0])

    def _expanded(self, value: str) -> str:
        try:
            return substitute(value, self._known)
        except InvalidTemplateError as error:
            raise InvalidDotenvError(self._line, "Invalid template:", _quoted(str(error))) from None
        except RefusedVariableError as error:
            raise InvalidDotenvError(self._line, error.problem.message) from None


def _unescaped(match: re.Match[str]) -> str:
    """Say what an escape stands for; one that means nothing stays, an octal one without its zero."""
    letter, digits = match[0][1], match[0][2:]
    if letter == "0":
        return chr(int(digits, 8)) if _OCTAL.fullmatch(digits) else f"\\{digits}"
    return _ESCAPES.get(letter, match[0])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
