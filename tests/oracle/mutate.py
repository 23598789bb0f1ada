"""Breaks documents of the grammar in one place, as people do: a typo, a wrong type, a key too few or too many."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

from oracle.choices import Choices, SeededChoices
from oracle.emitter import Plain, Tagged, emit
from oracle.grammar import Written, layers

_WRONG: Final[tuple[Any, ...]] = (
    Plain("~"), Plain("true"), Plain("7"), Plain("1.5"), "text", "", [], ["a"], {"k": "v"}, [{"a": "b"}], [["a"]], Plain("-1"),
    Plain("2024-01-01"), "${1bad}", Plain("!!binary aGk="), Plain("*nowhere"), Plain("99999999999999999999"), [Plain("~")], {"a": {"b": {}}},
)  # fmt: skip

Place = tuple[Any, Any]


def mutated(seed: int) -> Written:
    """Return a document of the grammar that was changed in one place."""
    choices = SeededChoices(f"mutated {seed}")
    tree = copy.deepcopy(layers(choices)[0])
    container, key = choices.one(list(_places(tree)))
    choices.one((_retype, _retype, _drop, _misspell, _add))(choices, container, key)
    return Written((emit(tree, choices),))


def _places(value: Any) -> Iterator[Place]:
    if isinstance(value, Tagged):
        yield from _places(value.value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield value, key
            yield from _places(item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield value, index
            yield from _places(item)


def _retype(choices: Choices, container: Any, key: Any) -> None:
    container[key] = choices.one(_WRONG)


def _drop(choices: Choices, container: Any, key: Any) -> None:  # noqa: ARG001 - one of several of the same shape
    del container[key]


def _misspell(choices: Choices, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        place = choices.count(0, len(key))
        container[
            choices.one((key[:place] + key[place + 1 :], key[:place] + "_" + key[place:], key.upper(), f"x-{key}", ""))
        ] = container.pop(key)
    else:
        container.append(container[key])


def _add(choices: Choices, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        container[choices.one(("unknown", "images", "x-own", "environment", "file", "name", "with space", "é"))] = (
            choices.one(_WRONG)
        )
    else:
        container.insert(key, choices.one(_WRONG))
