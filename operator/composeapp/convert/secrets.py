"""
Which values stay out of the resource.

Whoever may read a ComposeApp reads what is in it. So values of ``.env``, ``env_file`` and secret files go to a
Secret, and ``${NAME}`` stays in their place; a value that is needed elsewhere than in ``environment`` cannot be
kept out, and is written down only if its name does not look like a secret's.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from composeapp.compose.project_name import VARIABLE
from composeapp.compose.secret_variables import may_stand
from composeapp.compose.uses import uses
from composeapp.convert.notes import Notes
from composeapp.problems import Path
from composeapp.project.load import LoadedProject

_CREDENTIAL: Final = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|(?:API|ACCESS|PRIVATE)_?KEY"
    r"|(?:^|_)(?:PASS|TOKEN|KEY|PRIVATE|DSN|AUTH|JWT)(?:_|$)|(?:PASS|TOKEN|_PWD)$",
    re.IGNORECASE,
)
"""``PWD`` alone is where a shell is, and ``MAX_TOKENS`` is a number."""
_CONFIDENTIAL: Final = re.compile(
    r"\.(?:key|p12|pfx|jks|keystore|htpasswd)$"
    r"|(?:^|[/._-])(?:secrets?|passwords?|passwd|credentials?|id_(?:rsa|dsa|ecdsa|ed25519)|\.env)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""What files are called that hold secrets."""
_LOGIN: Final = re.compile(r"://[^/@\s:]*:[^/@\s]+@")
"""A password in a URL."""
_NOT_WRITTEN: Final = (("build",), ("develop",), ("env_file",), ("label_file",), ("profiles",))
"""Keys of a service that have done their work when the resource is written."""
_OF_A_MACHINE: Final = ("file", "environment")


def looks_secret(name: str, values: Collection[str] = ()) -> bool:
    """Tell whether a variable is called like, or holds, something that nobody else should know."""
    return bool(_CREDENTIAL.search(name)) or any(_LOGIN.search(value) for value in values)


def is_confidential(file: str, content: bytes) -> bool:
    """Tell whether a file is called like, or holds, something that nobody else should know."""
    return bool(_CONFIDENTIAL.search(file)) or holds_private_key(content)


def holds_private_key(content: bytes) -> bool:
    """Tell whether a file holds a private key (RFC 7468)."""
    return b"PRIVATE KEY-----" in content


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
        elif looks_secret(name, values_of(loaded, name)):
            message = f"the value of {name} would have to be written into the resource, and looks like a secret"
            notes.problem(elsewhere[0], message, f"pass it in environment, or say --inline {name}")
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
        return path[1] in loaded.document.services and path[2:3] not in _NOT_WRITTEN
    of_a_machine = path[0] in ("configs", "secrets") and path[-1] in _OF_A_MACHINE
    return not str(path[0]).startswith("x-") and not of_a_machine
