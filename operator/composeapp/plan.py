"""The values that the stages hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from composeapp.problems import Problem

Manifest: TypeAlias = dict[str, Any]
"""A Kubernetes object as plain JSON, in the key order a person would write."""


@dataclass(frozen=True, slots=True)
class App:
    """Whose document it is, and what its resource says beside the document."""

    name: str
    namespace: str
    images: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Service name → image reference that replaces the document's (``spec.images``)."""
    image_pull_secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What should exist, in the order to apply it, and what the author should know."""

    manifests: tuple[Manifest, ...]
    warnings: tuple[Problem, ...] = ()
