"""What the long forms have in common: their type, and how they say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from composeapp.problems import Path, Report

LongForm: TypeAlias = Callable[[Any, Path, Report], Any]
"""Value, its path, where to report → the value in long form."""


def fields(table: Mapping[str, LongForm]) -> LongForm:
    """Write out the values of a mapping, each by its key; other keys are in long form already."""

    def write_out(value: Any, path: Path, report: Report) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: table[key](item, (*path, key), report) if key in table else item for key, item in value.items()}

    return write_out


def each(form: LongForm) -> LongForm:
    """Write out every item of a list, or every value of a mapping whose keys the author chose."""

    def write_out(value: Any, path: Path, report: Report) -> Any:
        if isinstance(value, Mapping):
            return {key: form(item, (*path, key), report) for key, item in value.items()}
        return [form(item, (*path, index), report) for index, item in enumerate(value)]

    return write_out


def nullable(form: LongForm) -> LongForm:
    """Leave a null as it is."""
    return lambda value, path, report: None if value is None else form(value, path, report)


def or_text(key: str, form: LongForm) -> LongForm:
    """A text stands for a mapping with only this key."""
    return lambda value, path, report: form({key: value} if isinstance(value, str) else value, path, report)


def reading(read: Callable[[Any], Any], otherwise: Any) -> LongForm:
    """Turn a reader that raises ValueError into a long form; the author hears its words."""

    def write_out(value: Any, path: Path, report: Report) -> Any:
        try:
            return read(value)
        except ValueError as error:
            report.problem(path, str(error))
            return otherwise

    return write_out
