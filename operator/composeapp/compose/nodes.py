"""
YAML text → node graph: what PyYAML's composer does, with the limits that a text from a stranger needs.

Every alias is expanded later, so what it adds is counted here, before anything is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from composeapp.compose.scalars import Scalar, resolve
from composeapp.problems import InvalidDocumentError, Position, Problem

MAX_DEPTH: Final = 100
"""Levels of nesting; no Compose key is deeper than ten."""
MAX_DOCUMENTS: Final = 100
"""In one text; people merge two or three."""
MAX_ALIAS_SIZE: Final = 20_000
"""What all aliases together may add: one per value, and one per 64 characters of text."""
_CHARACTERS_PER_UNIT: Final = 64

STRING: Final = "tag:yaml.org,2002:str"
MERGE: Final = "tag:yaml.org,2002:merge"
_LOCAL_STRING: Final = "!"
_IMPLICIT: Final = "implicit"
"""Stands for the tag of a plain scalar: its value decides."""


def position(mark: Any) -> Position:
    """Count lines and columns from one, as editors do."""
    return Position(mark.line + 1, mark.column + 1)


def read_nodes(text: str) -> tuple[yaml.Node, ...]:
    """
    Read the documents of a text, without the empty ones.

    Raises:
        InvalidDocumentError: if it is no YAML, is nested too deeply or grows too much through its aliases.

    """
    try:
        return tuple(_Composer(yaml.parse(text, Loader=yaml.CSafeLoader)).documents())
    except yaml.MarkedYAMLError as error:
        words = " ".join(word for word in (error.context, error.problem) if word)
        mark = error.problem_mark or error.context_mark
        raise _invalid(f"yaml: {words}", mark) from None
    except yaml.reader.ReaderError as error:
        words = f"yaml: {str(error).splitlines()[0]}"
        place = _place(text, error.position)
        raise InvalidDocumentError((Problem((), words, "remove that character", place),)) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _invalid(f"yaml: {str(error).splitlines()[0]}", None) from None


def _place(text: str, offset: int) -> Position:
    """Find a byte of a text."""
    before = text.encode()[:offset].decode(errors="ignore")
    return Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _invalid(message: str, mark: Any, hint: str = "") -> InvalidDocumentError:
    return InvalidDocumentError((Problem((), message, hint, position(mark) if mark else None),))


class _Composer:
    """Builds nodes from events; an alias is the very node that its anchor names."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, yaml.Node | None] = {}
        self._sizes: dict[int, int] = {}
        self._added_by_aliases = 0

    def documents(self) -> Iterator[yaml.Node]:
        """Anchors end with their document; what all of them add together is limited."""
        next(self._events)  # the start of the stream
        count = 0
        while not isinstance(start := next(self._events), yaml.StreamEndEvent):
            count += 1
            if count > MAX_DOCUMENTS:
                raise _invalid(f"more than {MAX_DOCUMENTS} YAML documents in one text", start.start_mark)
            self._anchors, self._sizes = {}, {}
            root = self._node(next(self._events), depth=1)
            next(self._events)  # the end of the document
            if not (isinstance(root, yaml.ScalarNode) and root.tag == _IMPLICIT and not root.value):
                yield root

    def _node(self, event: Any, depth: int) -> yaml.Node:
        if depth > MAX_DEPTH:
            raise _invalid(f"nested more than {MAX_DEPTH} levels deep", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event)
        if event.anchor:
            self._anchors[event.anchor] = None
        node: yaml.Node
        if isinstance(event, yaml.ScalarEvent):
            node, size = _scalar(event), 1 + len(event.value) // _CHARACTERS_PER_UNIT
        else:
            node, size = self._collection(event, depth)
        self._sizes[id(node)] = size
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _aliased(self, event: Any) -> yaml.Node:
        if event.anchor not in self._anchors:
            raise _invalid(f"yaml: unknown anchor '{event.anchor}' referenced", event.start_mark)
        node = self._anchors[event.anchor]
        if node is None:
            raise _invalid(f"yaml: cycle detected: anchor '{event.anchor}' contains itself", event.start_mark)
        self._added_by_aliases += self._sizes[id(node)]
        if self._added_by_aliases > MAX_ALIAS_SIZE:
            raise _invalid(
                f"aliases make the document grow by more than {MAX_ALIAS_SIZE} values",
                event.start_mark,
                "write out fewer aliases of aliases",
            )
        return node

    def _collection(self, event: Any, depth: int) -> tuple[yaml.Node, int]:
        ending = yaml.SequenceEndEvent if isinstance(event, yaml.SequenceStartEvent) else yaml.MappingEndEvent
        children = []
        while not isinstance(inner := next(self._events), ending):
            children.append(self._node(inner, depth + 1))
        size = 1 + sum(self._sizes[id(child)] for child in children)
        if ending is yaml.SequenceEndEvent:
            return yaml.SequenceNode(event.tag or "", children, event.start_mark, event.end_mark), size
        pairs = list(zip(children[::2], children[1::2], strict=True))
        return yaml.MappingNode(event.tag or "", pairs, event.start_mark, event.end_mark), size


def _scalar(event: Any) -> yaml.ScalarNode:
    if event.tag is None and not event.style:
        tag = MERGE if event.value == "<<" else _IMPLICIT
    else:
        tag = event.tag if event.tag not in (None, _LOCAL_STRING) else STRING
    return yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)


def scalar_value(node: yaml.ScalarNode, words: Mapping[str, Scalar]) -> Any:
    """
    Return a scalar's value under its tag; quoted text is a string, a plain one of ``words`` what that says.

    Raises:
        ValueError: if the value cannot have the tag that its author wrote, with Compose's words.

    """
    if node.tag in (_IMPLICIT, MERGE):
        return words[node.value] if node.value in words else resolve(node.value)
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind == "str" or kind.startswith("!"):
        return node.value
    value = resolve(node.value)
    allowed = _TAGGED.get(kind, ())
    if kind == "float" and type(value) is int:
        return float(value)
    if type(value) in allowed:
        return value
    raise ValueError(f"cannot construct `{node.value}` as a !!{kind}")


_TAGGED: Final[dict[str, tuple[type, ...]]] = {
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "null": (type(None),),
}
