"""
What the chart takes from elsewhere in the repository, so that it is written once.

``python charts/generate.py`` writes the copies: the ComposeApp definition, and the schema
of the chart's values with the operator's settings in it. With ``--check`` it only says
which copies are out of date, and fails if there are any.
"""  # noqa: INP001 - a program, no package

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from composeapp.settings import Settings

ROOT: Final = Path(__file__).parents[1]
CHART: Final = ROOT / "charts" / "composeapp"

_STRING: Final = {"type": "string"}
_BOOLEAN: Final = {"type": "boolean"}
_FREE: Final = {"type": "object"}
_FREE_LIST: Final = {"type": "array"}


def generated() -> dict[Path, str]:
    """Return every generated file with what it should hold."""
    return {
        CHART / "files" / "composeapps.yaml": (ROOT / "crds" / "composeapps.yaml").read_text(),
        CHART / "values.schema.json": f"{json.dumps(values_schema(), indent=2)}\n",
    }


def values_schema() -> dict[str, Any]:
    """Describe the chart's values; ``settings`` are the operator's own."""
    settings = _plain(Settings.model_json_schema(by_alias=True))
    definitions = settings.pop("$defs")
    # The chart writes this one itself, from puller.image.
    del definitions["Images"]["properties"]["puller"]
    del settings["properties"]["images"]["default"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_strict(
            image=_strict(repository=_STRING, tag=_STRING, pullPolicy={"enum": ["Always", "IfNotPresent", "Never"]}),
            imagePullSecrets=_FREE_LIST,
            puller=_strict(image=_strict(repository=_STRING, tag={"type": "string", "minLength": 1})),
            settings={"$ref": "#/$defs/Settings"},
            crds=_strict(install=_BOOLEAN),
            rbac=_strict(create=_BOOLEAN, aggregateToDefaultRoles=_BOOLEAN),
            serviceAccount=_strict(create=_BOOLEAN, name=_STRING, annotations=_FREE),
            nameOverride=_STRING,
            fullnameOverride=_STRING,
            priorityClassName=_STRING,
            tolerations=_FREE_LIST,
            **dict.fromkeys(("resources", "podAnnotations", "podLabels", "nodeSelector", "affinity", "global"), _FREE),
        ),
        "$defs": {"Settings": settings, **definitions},
    }


def _strict(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _plain(schema: Any) -> Any:
    """Leave out what pydantic makes up (titles), and Python's way to quote code."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    return schema.replace("``", "`") if isinstance(schema, str) else schema


def main() -> int:
    """Write or check the generated files; return the exit code."""
    stale = {path: text for path, text in generated().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run python charts/generate.py\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
