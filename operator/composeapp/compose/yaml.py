"""
READ: YAML text → plain values, and where each of them stands in the text.

Follows Compose's own reader: YAML 1.2, duplicate and non-string keys refused, merge keys (``<<``)
resolved, aliases expanded (up to a limit). ``!reset`` and ``!override`` become marks beside the values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import yaml

from composeapp.compose.nodes import MERGE, position, read_nodes, scalar_value
from composeapp.compose.scalars import Scalar, go_text
from composeapp.problems import InvalidDocumentError, Path, Position, Problem, dotted

_NO_WORDS: Final[Mapping[str, Scalar]] = MappingProxyType({})
_RESET: Final = "!reset"
_OVERRIDE: Final = "!override"
_PLAIN_TAGS: Final = ("", "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_Pair = tuple[yaml.Node, yaml.Node]


@dataclass(frozen=True, slots=True)
class Source:
    """A document's values, and the place of each path (of its key, where it has one)."""

    value: Any
    positions: Mapping[Path, Position]
    removed: frozenset[Path] = frozenset()
    """What ``!reset`` and ``!override`` take from the documents before, and from what a service extends."""
    file: str = ""
    """Its path, where there are several."""

    def position(self, path: Path) -> Position | None:
        """Find the place of a path, or of the nearest thing around it that has one."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path)


def read(text: str, words: Mapping[str, Scalar] = _NO_WORDS) -> Source:
    """
    Read the one YAML document of a text; ``words`` are plain scalars that mean something else to another reader.

    Raises:
        InvalidDocumentError: with the place of every problem, or the first place where it stops being YAML.

    """
    documents = read_all(text, words)
    if len(documents) > 1:
        second = documents[1].position(())
        raise InvalidDocumentError((Problem((), "several YAML documents in one text", "write one", second),))
    return documents[0] if documents else Source(None, {})


def read_all(text: str, words: Mapping[str, Scalar] = _NO_WORDS) -> tuple[Source, ...]:
    """
    Read every YAML document of a text but the empty ones.

    Raises:
        InvalidDocumentError: as ``read``.

    """
    builders = []
    for root in read_nodes(text):
        builder = _Builder(words)
        builders.append((builder, builder.value(root, ())))
    problems = tuple(problem for builder, _ in builders for problem in builder.problems)
    if problems:
        raise InvalidDocumentError(problems)
    return tuple(Source(value, builder.positions, frozenset(builder.removed)) for builder, value in builders)


class _Builder:
    """Turns nodes into values, noting positions and problems as it goes."""

    def __init__(self, words: Mapping[str, Scalar]) -> None:
        self._words = words
        self.positions: dict[Path, Position] = {}
        self.problems: list[Problem] = []
        self.removed: set[Path] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.positions.setdefault(path, position(node.start_mark))
        if self._refuses_tag(node, path):
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = [item for item in node.value if item.tag != _RESET]
            return [self.value(item, (*path, index)) for index, item in enumerate(items)]
        return self._mapping(node, path)

    def _problem(self, path: Path, message: str, node: yaml.Node, hint: str = "") -> None:
        self.problems.append(Problem(path, message, hint, position(node.start_mark)))

    def _refuses_tag(self, node: yaml.Node, path: Path) -> bool:
        if node.tag == _OVERRIDE:
            self.removed.add(path)
            return False
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _PLAIN_TAGS:
            self._problem(path, f"the tag {node.tag} means nothing in a Compose document", node, "remove it")
            return True
        return False

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        try:
            value = scalar_value(node, self._words)
        except ValueError as error:
            self._problem(path, f"yaml: {error}", node)
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self._problem(path, f"json: unsupported value: {go_text(value)}", node, "quote it if it is a text")
        return value

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, (key, value) in self._entries(node, path).items():
            place = (*path, name)
            if value.tag == _RESET:
                self.removed.add(place)
                continue
            self.positions.setdefault(place, position(key.start_mark))
            result[name] = self.value(value, place)
        return result

    def _entries(self, node: yaml.Node, path: Path) -> dict[str, _Pair]:
        """Return the mapping's own entries, then those that ``<<`` brings in and it does not have."""
        own: dict[str, _Pair] = {}
        merged: dict[str, _Pair] = {}
        merge_key: yaml.Node | None = None
        for key, value in node.value:
            if key.tag == MERGE:
                self._refuse_duplicate("<<", key, merge_key, path)
                merge_key = merge_key or key
                merged = self._merged(value, path)
                continue
            name = self._key(key, path)
            if name is not None:
                self._refuse_duplicate(name, key, own[name][0] if name in own else None, path)
                own.setdefault(name, (key, value))
        return {**own, **{name: pair for name, pair in merged.items() if name not in own}}

    def _merged(self, value: yaml.Node, path: Path) -> dict[str, _Pair]:
        sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
        entries: dict[str, _Pair] = {}
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                message = "map merge requires map or sequence of maps as the value"
                self._problem((*path, "<<"), f"yaml: {message}", source)
                continue
            entries = {**self._entries(source, path), **entries}
        return entries

    def _key(self, key: yaml.Node, path: Path) -> str | None:
        where = f"in {dotted(path)}" if path else "at top level"
        if not isinstance(key, yaml.ScalarNode):
            self._problem(path, f"a mapping or a list is no key {where}", key)
            return None
        name = self._scalar(key, path)
        if isinstance(name, str):
            return name
        self._problem(path, f"non-string key {where}: {go_text(name)}", key, f'quote it: "{key.value}"')
        return None

    def _refuse_duplicate(self, name: str, key: yaml.Node, first: yaml.Node | None, path: Path) -> None:
        if first is not None:
            line = position(first.start_mark).line
            self._problem((*path, name), f'mapping key "{name}" already defined at line {line}', key)
