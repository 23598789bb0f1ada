"""READ for the command line: manifests of the ConfigMaps that ``variablesFrom`` names, as kubectl writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from composeapp.compose import schema
from composeapp.compose.paths import at
from composeapp.compose.scalars import YAML_1_1_BOOLEANS
from composeapp.compose.yaml import Source, read_all
from composeapp.problems import Path, Problem, Report
from composeapp.variables_from import ConfigMap

_KIND: Final = "ConfigMap"
_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "metadata": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        "data": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
    },
    "required": ["metadata"],
}


def read_config_maps(text: str) -> dict[str, ConfigMap]:
    """
    Return the ConfigMaps in a YAML text by name; other objects in it are passed over.

    Raises:
        InvalidDocumentError: if there is none, or one is not as a cluster would have it.

    """
    report = Report()
    found: dict[str, ConfigMap] = {}
    for source, path in _manifests(read_all(text, YAML_1_1_BOOLEANS)):
        manifest = at(source.value, path)
        problems = _problems(manifest, path, source)
        report.problems += problems
        if not problems:
            found[manifest["metadata"]["name"]] = ConfigMap(manifest.get("data") or {})
    if not found and not report.problems:
        report.problem((), f"there is no {_KIND} in it", "kubectl get configmap NAME -o yaml writes one")
    report.raise_problems()
    return found


def _manifests(sources: tuple[Source, ...]) -> Iterator[tuple[Source, Path]]:
    """Yield each ConfigMap's place, also within a ``List``."""
    for source in sources:
        items = at(source.value, ("items",))
        places: list[Path] = [("items", index) for index in range(len(items))] if isinstance(items, list) else [()]
        yield from ((source, path) for path in places if at(source.value, (*path, "kind")) == _KIND)


def _problems(manifest: Any, path: Path, source: Source) -> list[Problem]:
    report = Report()
    schema.check(manifest, report, _SCHEMA)
    placed = [problem.under(*path) for problem in report.problems]
    return [replace(problem, position=source.position(problem.path)) for problem in placed]
