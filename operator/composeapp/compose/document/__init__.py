"""
The shape of a Compose document once it is canonical: long syntax only, every value typed.

Fields are named as Compose names its keys, so that the specification is their documentation. Frozen,
so that a Document can be shared and compared.
"""

from __future__ import annotations

from collections.abc import Mapping

from composeapp.compose.document.base import Frozen, Names, TextMap
from composeapp.compose.document.parts import Binding, Port
from composeapp.compose.document.service import Job, Service

__all__ = ["Binding", "Config", "Document", "Job", "Model", "Network", "Port", "Secret", "Service", "Volume"]


class Model(Frozen):
    """
    One entry of the top-level ``models`` (Compose specification, "Models top-level element").

    ``context_size`` counts tokens; Compose ignores what is not positive.
    """

    model: str
    name: str | None = None
    context_size: int | None = None
    runtime_flags: Names = ()


class AddressPool(Frozen):
    """One of ``ipam.config``."""

    subnet: str | None = None
    ip_range: str | None = None
    gateway: str | None = None
    aux_addresses: TextMap = {}


class AddressManagement(Frozen):
    """``ipam`` of a network."""

    driver: str | None = None
    config: tuple[AddressPool, ...] = ()
    options: TextMap = {}


class Network(Frozen):
    """One of the top-level ``networks``; ``name`` only if its author gave one."""

    name: str | None = None
    driver: str | None = None
    driver_opts: TextMap = {}
    ipam: AddressManagement | None = None
    external: bool = False
    internal: bool = False
    enable_ipv4: bool | None = None
    enable_ipv6: bool | None = None
    attachable: bool = False
    labels: TextMap = {}


class Volume(Frozen):
    """One of the top-level ``volumes``."""

    name: str | None = None
    driver: str | None = None
    driver_opts: TextMap = {}
    external: bool = False
    labels: TextMap = {}


class Secret(Frozen):
    """One of the top-level ``secrets``."""

    name: str | None = None
    file: str | None = None
    environment: str | None = None
    external: bool = False
    labels: TextMap = {}
    driver: str | None = None
    driver_opts: TextMap = {}
    template_driver: str | None = None


class Config(Frozen):
    """One of the top-level ``configs``."""

    name: str | None = None
    file: str | None = None
    environment: str | None = None
    content: str | None = None
    external: bool = False
    labels: TextMap = {}
    template_driver: str | None = None


class Document(Frozen):
    """A whole document: everything by the keys its author chose; only services whose profile is active."""

    name: str | None = None
    services: Mapping[str, Service] = {}
    models: Mapping[str, Model] = {}
    networks: Mapping[str, Network] = {}
    volumes: Mapping[str, Volume] = {}
    secrets: Mapping[str, Secret] = {}
    configs: Mapping[str, Config] = {}
    jobs: Mapping[str, Job] = {}
    disabled_services: Mapping[str, Service] = {}
    """Services none of whose profiles was asked for."""
