"""What ``${NAME}`` may name: values, and secret variables whose values only the cluster knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from composeapp.compose.secret_variables import has_token, may_stand, token
from composeapp.problems import Path, Problem

FORBIDDEN: Final = "U+FDD0 or U+FDD1, which Unicode keeps for use within a program"


class RefusedVariableError(Exception):
    """A variable that cannot be used at a place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Variables:
    """
    A name may be in both: then its token stands where one may, its value elsewhere.

    ``secret`` variables count as set and not empty.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    secret: Collection[str] = frozenset()

    def get(self, name: str, path: Path) -> str | None:
        """
        Return what stands for a variable at a place; ``None`` if it is not set.

        Raises:
            RefusedVariableError: for a secret that would be read there, and a value that no text may hold.

        """
        if name in self.secret and may_stand(path):
            return token(name)
        value = self.values.get(name)
        if value is None and name in self.secret:
            message = f"the secret variable {name} can only stand in a service's environment"
            raise RefusedVariableError(
                Problem(path, message, "pass it on in environment, or give its value in variables if it is no secret")
            )
        if value is not None and has_token(value):
            raise RefusedVariableError(Problem(path, f"the value of {name} holds {FORBIDDEN}", "remove it there"))
        return value
