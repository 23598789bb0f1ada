"""The mappings inside a service: ports, mounts, hooks, checks (Compose specification, "Services")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from composeapp.compose.document.base import Duration, FileMode, Frozen, Names, Size, TextMap, Variables
from composeapp.compose.document.resources import Ulimit


class Binding(Frozen):
    """How a service wants to hear of one model (``services.<name>.models``)."""

    endpoint_var: str | None = None
    model_var: str | None = None


class Port(Frozen):
    """One container port, and where the author published it."""

    target: int
    published: str | None = None
    protocol: Literal["tcp", "udp", "sctp"] = "tcp"
    host_ip: str | None = None
    mode: str = "ingress"
    name: str | None = None
    app_protocol: str | None = None


class BindOptions(Frozen):
    """``bind`` of a mount."""

    propagation: str | None = None
    create_host_path: bool = True
    recursive: str | None = None
    selinux: str | None = None


class VolumeOptions(Frozen):
    """``volume`` of a mount."""

    labels: TextMap = {}
    nocopy: bool = False
    subpath: str | None = None


class TmpfsOptions(Frozen):
    """``tmpfs`` of a mount; ``mode`` are permission bits."""

    size: Size | None = None
    mode: int | None = None


class ImageOptions(Frozen):
    """``image`` of a mount."""

    subpath: str | None = None


class Mount(Frozen):
    """One of a service's ``volumes``; without ``source`` an anonymous volume."""

    type: str
    source: str | None = None
    target: str | None = None
    read_only: bool = False
    consistency: str | None = None
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None


class FileMount(Frozen):
    """A config or a secret in a service's file system."""

    source: str | None = None
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: FileMode | None = None


class Dependency(Frozen):
    """One of ``depends_on``."""

    condition: str = "service_started"
    restart: bool = False
    required: bool = True


class HealthCheck(Frozen):
    """``healthcheck``; ``test`` begins with ``CMD``, ``CMD-SHELL`` or ``NONE``."""

    disable: bool = False
    test: Names | None = None
    interval: Duration | None = None
    timeout: Duration | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    retries: int | None = None


class Attachment(Frozen):
    """How a service takes part in one network."""

    aliases: Names = ()
    interface_name: str | None = None
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    link_local_ips: Names = ()
    mac_address: str | None = None
    driver_opts: TextMap = {}
    priority: int | None = None
    gw_priority: int | None = None
    use_service_name_alias: bool | None = None


class Build(Frozen):
    """How an image is built (Compose Build specification)."""

    context: str | None = None
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    entitlements: Names = ()
    args: Variables = {}
    ssh: Variables = {}
    labels: TextMap = {}
    cache_from: Names = ()
    cache_to: Names = ()
    no_cache: bool = False
    no_cache_filter: Names = ()
    additional_contexts: TextMap = {}
    network: str | None = None
    provenance: str | None = None
    sbom: str | None = None
    pull: bool = False
    target: str | None = None
    shm_size: Size | None = None
    extra_hosts: Mapping[str, Names] = {}
    isolation: str | None = None
    privileged: bool = False
    secrets: tuple[FileMount, ...] = ()
    tags: Names = ()
    ulimits: Mapping[str, Ulimit] = {}
    platforms: Names = ()


class Hook(Frozen):
    """A command of ``post_start`` or ``pre_stop``."""

    command: Names | None = None
    user: str | None = None
    privileged: bool = False
    working_dir: str | None = None
    environment: Variables = {}


class Watch(Frozen):
    """One of ``develop.watch``."""

    path: str
    action: str
    target: str | None = None
    exec: Hook | None = None
    include: Names = ()
    ignore: Names = ()
    initial_sync: bool = False


class Develop(Frozen):
    """``develop``: only for the author's own machine."""

    watch: tuple[Watch, ...] = ()


class Provider(Frozen):
    """A service that something other than a container provides."""

    type: str
    options: Mapping[str, Names] = {}


class EnvFile(Frozen):
    """One of ``env_file``."""

    path: str
    required: bool = True
    format: str | None = None


class Logging(Frozen):
    """``logging``."""

    driver: str | None = None
    options: TextMap = {}


class DeviceMapping(Frozen):
    """A device of the host in the container."""

    source: str
    target: str | None = None
    permissions: str | None = None


class CredentialSpec(Frozen):
    """Credentials of a Windows container."""

    config: str | None = None
    file: str | None = None
    registry: str | None = None
