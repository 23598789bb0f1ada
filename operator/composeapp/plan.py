"""The values that the stages hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from composeapp.problems import Problem

Manifest: TypeAlias = dict[str, Any]
"""A Kubernetes object as plain JSON, in the key order a person would write."""
VolumesOnDelete: TypeAlias = Literal["Retain", "Delete"]


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Where in the app's namespace the value of a secret variable is."""

    secret: str
    key: str


@dataclass(frozen=True, slots=True)
class App:
    """Whose document it is, and what its resource says beside the document."""

    name: str
    namespace: str
    images: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Service name → image reference that replaces the document's (``spec.images``)."""
    image_pull_secrets: tuple[str, ...] = ()
    secrets: Mapping[str, SecretKey] = field(default_factory=lambda: MappingProxyType({}))
    """Secret variable → where its value is (``spec.variablesFrom``)."""
    volumes_on_delete: VolumesOnDelete = "Retain"
    """What becomes of the volumes' data when the app is deleted (``spec.volumesOnDelete``)."""


class Milestone(Enum):
    """How far a workload must have come; the value is how people say it."""

    STARTED = "has started"
    """A container of it runs, or ran."""
    READY = "is ready"
    """All its pods are new and ready. A Job: that, or it has completed."""
    COMPLETED = "has completed"
    """A Job that ended well."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """
    What must be true of a workload of the same plan: it is as planned, and has come so far.

    ``key`` is what its author calls it. ``optional``: its failure is as good.
    """

    kind: str
    name: str
    key: str
    milestone: Milestone
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.key} {self.milestone.value}"


@dataclass(frozen=True, slots=True)
class Item:
    """
    An object that should exist, and what must be true first.

    The gate holds back its creation and its changes; it does not hold back the repair of drift, and never
    deletes anything.
    """

    manifest: Manifest
    gate: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What should exist, in the order to apply it, and what the author should know."""

    items: tuple[Item, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The objects without their gates."""
        return tuple(item.manifest for item in self.items)


class Outcome(Enum):
    """What APPLY did with one object."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    CONFIGURED = "configured"
    DELETED = "deleted"
    KEPT = "kept"
    """It left the plan, but it is data: nothing but the deletion of the app deletes it."""
    WAITING = "waiting"
    """Not yet: it is being deleted or replaced. When that is done, the watch tells."""
    ABSENT = "absent"
    """It is not ours to make, and cannot be read. Nobody tells when that changes."""
    HELD = "held back"
    """Its gate does not hold yet. When it does, the watch tells."""
    FOREIGN = "foreign"
    """It exists and is not ours: left alone."""
    FAILED = "failed"
    """The API server refused; ``message`` is what it said."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one object. ``retry_after``: the pause in seconds that the API server asked for, 0 if none."""

    kind: str
    name: str
    outcome: Outcome
    message: str = ""
    retry_after: float = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What APPLY did, object by object, in the order in which it did it."""

    items: tuple[Change, ...] = ()

    def having(self, outcome: Outcome) -> tuple[Change, ...]:
        """Return the changes of one outcome."""
        return tuple(change for change in self.items if change.outcome is outcome)
