"""The Secrets beside a resource: what is in them, and by which name a document refers to it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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

    def keep(self, name: str, values: Mapping[str, str]) -> dict[str, str]:
        """
        Keep a variable that services (the keys of ``values``) have; return the name of each to refer to it.

        That is its own where all mean the same, else each service has one: whatever order they are in.
        """
        plain = _reference(name)
        meanings = {*values.values(), self.variables.get(plain, next(iter(values.values())))}
        if len(meanings) == 1:
            self.variables[plain] = meanings.pop()
            return dict.fromkeys(values, plain)
        return {service: self._own(f"{service.upper()}_{name}", value) for service, value in values.items()}

    def _own(self, name: str, value: str) -> str:
        candidate = _reference(name)
        while self.variables.setdefault(candidate, value) != value:
            candidate += "_"
        return candidate

    def manifests(self, namespace: str | None) -> list[dict[str, Any]]:
        """Return the Secrets, values as text where they are text."""
        made = ((self.variables_name, _encoded(self.variables)), (self.files_name, _encoded(self.files)))
        return [_secret(name, namespace, data) for name, data in made if any(data.values())]


def _reference(name: str) -> str:
    """Make a name that a document can refer to: ``${a.b}`` is none."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain


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
