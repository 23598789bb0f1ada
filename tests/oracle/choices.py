"""Where the grammar's choices come from: hypothesis, which can shrink them, or a plain random generator, which is quick."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies

T = TypeVar("T")


class Choices(Protocol):
    """What the grammar asks; the first of several and the smallest number are the simplest."""

    def one(self, options: Sequence[T]) -> T:
        """Choose one of several."""
        ...

    def count(self, least: int, most: int) -> int:
        """Choose a number, both ends included."""
        ...


class DrawnChoices:
    """Drawn from hypothesis."""

    def __init__(self, draw: Callable[[strategies.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def one(self, options: Sequence[T]) -> T:
        """Choose one of several."""
        return options[self.count(0, len(options) - 1)]

    def count(self, least: int, most: int) -> int:
        """Choose a number, both ends included."""
        return int(self._draw(strategies.integers(least, most)))


class SeededChoices:
    """From a seed: the same seed, the same document."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - test documents are no secrets

    def one(self, options: Sequence[T]) -> T:
        """Choose one of several."""
        return options[int(self._random.random() * len(options))]

    def count(self, least: int, most: int) -> int:
        """Choose a number, both ends included."""
        return least + int(self._random.random() * (most - least + 1))


def chance(choices: Choices, percent: int) -> bool:
    """Say yes in so many of a hundred cases; no is the simpler answer."""
    return choices.count(0, 99) >= 100 - percent


def some(choices: Choices, options: Sequence[T], most: int = 3) -> list[T]:
    """Choose up to so many different ones, in any order."""
    left = list(options)
    return [left.pop(choices.count(0, len(left) - 1)) for _ in range(choices.count(0, min(most, len(left))))]
