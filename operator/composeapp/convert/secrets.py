"""
Which values stay out of the resource, and the Secrets that hold them.

Whoever may read a ComposeApp reads what is in it. So values of ``.env``, ``env_file`` and secret files go to a
Secret, and ``${NAME}`` stays in their place; a value that is needed elsewhere than in ``environment`` cannot be
kept out, and is written down only if its name does not look like a secret's.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from composeapp.compose.project_name import VARIABLE
from composeapp.compose.secret_variables import may_stand
from composeapp.compose.uses import uses
from composeapp.convert.notes import Notes
from composeapp.problems import Path
from composeapp.project.load import LoadedProject

_CREDENTIAL: Final = re.compile(
    r"(?:^|_)(PASS|PASSWORD|PASSWD|PWD|SECRET|TOKEN|KEY|APIKEY|CREDENTIALS?|PRIVATE|DSN|AUTH)(?:_|$)", re.IGNORECASE
)
_NAME: Final = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")


def looks_secret(name: str) -> bool:
    """Tell whether a variable is called like something that nobody else should know."""
    return bool(_CREDENTIAL.search(name))


def secret_variables(loaded: LoadedProject, inline: Collection[str], notes: Notes) -> frozenset[str]:
    """
    Choose the variables whose values go to a Secret: those that only ``environment`` names.

    The others are written into the document; one that looks like a secret is a problem.
    """
    places: dict[str, list[Path]] = {}
    for name, path in _uses(loaded):
        if any(values_of(loaded, name)) and name not in (VARIABLE, *inline):
            places.setdefault(name, []).append(path)
    chosen = []
    for name in sorted(places):
        if len(values_of(loaded, name)) > 1:
            message = f"{name} has several values in the files that are included"
            notes.problem(places[name][0], message, f"give each a name of its own, or say --inline {name}")
        elsewhere = [path for path in places[name] if not may_stand(path)]
        if not elsewhere:
            chosen.append(name)
        elif looks_secret(name):
            notes.problem(
                elsewhere[0],
                f"the value of {name} would have to be written into the resource, and looks like a secret",
                f"pass it in environment, or say --inline {name}",
            )
        else:
            notes.decided(elsewhere[0], f"{name} is written down as it is in {loaded.origins.get(name, 'the project')}")
    return frozenset(chosen)


def values_of(loaded: LoadedProject, name: str) -> list[str]:
    """Return the values of a variable: one, but for one that several included files set."""
    own = {loaded.variables[name]} if name in loaded.variables else set()
    return sorted(own | set(loaded.included_variables.get(name, ())))


def _uses(loaded: LoadedProject) -> list[tuple[str, Path]]:
    """Return every variable that is named where it matters, and the place."""
    return [(name, path) for source in loaded.sources for path, name in uses(source.value) if _counts(path, loaded)]


def _counts(path: Path, loaded: LoadedProject) -> bool:
    """Extensions and inactive services are not written; configs and secrets have rules of their own."""
    if path[:1] == ("services",) and len(path) > 1:
        return path[1] in loaded.document.services
    return not str(path[0]).startswith("x-") and not (path[0] in ("configs", "secrets") and path[-1] == "environment")


@dataclass(slots=True)
class Store:
    """What goes into Secrets: ``variables`` by their name, ``files`` by that of the Compose secret."""

    app: str
    variables: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def variables_name(self) -> str:
        """Name of the Secret that variables come from."""
        return f"{self.app}-variables"

    @property
    def files_name(self) -> str:
        """Name of the Secret that files come from."""
        return f"{self.app}-secrets"

    def add(self, service: str, name: str, value: str) -> str | None:
        """Keep a variable of a service; return the name to refer to it, ``None`` if none can."""
        for candidate in (name, f"{re.sub(r'[^A-Za-z0-9]', '_', service).upper()}_{name}"):
            if _NAME.fullmatch(candidate) and self.variables.setdefault(candidate, value) == value:
                return candidate
        return None

    def manifests(self, namespace: str | None) -> list[dict[str, Any]]:
        """Return the Secrets, values as text where they are text."""
        made = ((self.variables_name, _encoded(self.variables)), (self.files_name, _encoded(self.files)))
        return [_secret(name, namespace, data) for name, data in made if any(data.values())]


def _encoded(values: Mapping[str, str | bytes]) -> dict[str, dict[str, str]]:
    texts: dict[str, str] = {}
    binary: dict[str, str] = {}
    for name, value in sorted(values.items()):
        try:
            texts[name] = value if isinstance(value, str) else value.decode()
        except UnicodeDecodeError:
            binary[name] = base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
    return {"data": binary, "stringData": texts}


def _secret(name: str, namespace: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        **{key: value for key, value in data.items() if value},
    }
