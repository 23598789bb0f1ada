"""
The shape of a Compose document once it is canonical: long syntax only, every value typed.

Frozen, so that a Document can be shared and compared. What is not modelled here yet is
refused by path in :mod:`composeapp.compose.support`, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Binding(_Frozen):
    """How a service wants to hear of one model (Compose specification, ``services.<name>.models``)."""

    endpoint_var: str | None = None
    model_var: str | None = None


class Port(_Frozen):
    """One container port, and where the author published it (specification, ``ports`` long syntax)."""

    target: int
    published: str | None = None
    protocol: Literal["tcp", "udp", "sctp"] = "tcp"
    host_ip: str | None = None
    mode: str = "ingress"
    name: str | None = None


class Service(_Frozen):
    """
    One service.

    ``command`` and ``entrypoint``: ``None`` leaves the image's own, an empty tuple clears it.
    ``environment``: a ``None`` value has no value in the project and is left unset.
    """

    image: str | None = None
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str | None] = Field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    expose: tuple[str, ...] = ()
    replicas: int = 1
    models: Mapping[str, Binding] = Field(default_factory=dict)
    extensions: Mapping[str, Any] = Field(default_factory=dict)


class Model(_Frozen):
    """
    One entry of the top-level ``models`` (specification, "Models top-level element").

    ``context_size`` counts tokens; Compose ignores what is not positive. ``extensions``
    holds the entry's ``x-*`` keys as they were written.
    """

    model: str
    name: str | None = None
    context_size: int | None = None
    runtime_flags: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = Field(default_factory=dict)


class Document(_Frozen):
    """A whole document: services and models by the keys their author chose."""

    name: str | None = None
    services: Mapping[str, Service] = Field(default_factory=dict)
    models: Mapping[str, Model] = Field(default_factory=dict)
    extensions: Mapping[str, Any] = Field(default_factory=dict)
