"""
A command line → words, as Compose splits the string form of ``command`` and ``entrypoint``.

It is no shell: nothing is expanded. Compose's own splitter stops silently at the first ``| & ; < >``
outside quotes and would run half of the line, so that is refused here.
"""

from __future__ import annotations

import re
from typing import Final

_SPACES: Final = " \t\r\n"
_STOPS: Final = ";&|<>"
_PLAIN: Final = re.compile(r"""[^\\ \t\r\n'"`();&|<>]+""")


class CommandLineError(ValueError):
    """The line has no words that Compose and its author would agree on; carries message and hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def split(line: str) -> tuple[str, ...]:
    """
    Split a command line into words.

    Quotes group and vanish, a backslash takes the next character as it is (but in single quotes),
    pairs of backticks and ``$(…)`` stay as they are written.

    Raises:
        CommandLineError: if a quote or a parenthesis has no partner, or where Compose would stop reading.

    """
    splitter = _Splitter(line)
    while splitter.at < len(line):
        splitter.step()
    return splitter.finish()


class _Splitter:
    """Walks over a line once; ``inside`` is what must close first: one of ``'``, ``"``, a backtick, ``(``."""

    def __init__(self, line: str) -> None:
        self.at = 0
        self._line = line
        self._inside: list[str] = []
        self._word: list[str] | None = None
        self._previous = ""
        self._words: list[str] = []

    def step(self) -> None:
        character = self._line[self.at]
        innermost = self._inside[-1] if self._inside else ""
        if plain := _PLAIN.match(self._line, self.at):
            self._take(plain[0], len(plain[0]))
        elif character == "\\" and innermost != "'":
            if self.at + 1 == len(self._line):
                raise _unbalanced()
            self._take(self._line[self.at + 1], 2)
        elif character in _SPACES and not innermost:
            self._end_word()
        elif innermost in ("'", "("):
            self._closing(character, innermost)
        else:
            self._structural(character, innermost)

    def _closing(self, character: str, innermost: str) -> None:
        """Inside single quotes and ``$(…)`` only their end means anything."""
        if innermost == "'" and character == "'":
            self._toggle("'")
        elif innermost == "(" and character == ")":
            self._inside.pop()
            self._take(character)
        elif innermost == "(" and character == "(":
            raise _unbalanced()
        else:
            self._take(character)

    def _structural(self, character: str, innermost: str) -> None:
        if character in "'\"" and (innermost in ("", "`") or innermost == character):
            self._toggle(character)
        elif character == "`" and innermost in ("", "`"):
            self._toggle(character, keep=True)
        elif character in "()" and not innermost:
            self._open_substitution(character)
        elif character in _STOPS and not innermost:
            raise CommandLineError(
                f"Compose would stop reading the command line at {character}",
                'run it in a shell: ["sh", "-c", "…"], or quote the character',
            )
        else:
            self._take(character)

    def _toggle(self, quote: str, *, keep: bool = False) -> None:
        if self._inside and self._inside[-1] == quote:
            self._inside.pop()
        else:
            self._inside.append(quote)
        self._take(quote if keep else "")

    def _open_substitution(self, character: str) -> None:
        if character == ")" or self._previous != "$":
            raise _unbalanced()
        self._inside.append("(")
        self._take(character)

    def _take(self, text: str, consumed: int = 1) -> None:
        self._word = self._word or []
        self._word.append(text)
        self._previous = text[-1:] or self._previous
        self.at += consumed

    def _end_word(self) -> None:
        if self._word is not None:
            self._words.append("".join(self._word))
        self._word, self._previous = None, ""
        self.at += 1

    def finish(self) -> tuple[str, ...]:
        if self._inside:
            raise _unbalanced()
        self._end_word()
        return tuple(self._words)


def _unbalanced() -> CommandLineError:
    return CommandLineError("invalid command line string", "close every quote and parenthesis, or write a list")
