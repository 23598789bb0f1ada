"""
``x-kubernetes``: the one key of ours inside the things a document declares.

What it may hold differs from place to place; everywhere an unknown key in it is a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose import schema
from composeapp.problems import Path, Report

KEY: Final = "x-kubernetes"


def own_block(extensions: Mapping[str, Any], path: Path, report: Report, fields: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what ``x-kubernetes`` at a place says; empty if there is none or it is wrong, which is reported.

    ``fields`` are the keys that it may have there, with their types in JSON Schema's terms.
    """
    if KEY not in extensions:
        return {}
    found = Report()
    schema.check(extensions[KEY], found, {"type": "object", "properties": fields, "additionalProperties": False})
    for problem in found.problems:
        report.problem((*path, KEY, *problem.path), problem.message, problem.hint)
    return {} if found.problems else dict(extensions[KEY])
