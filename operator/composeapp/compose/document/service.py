"""A service, key by key (Compose specification, "Services top-level element")."""

from __future__ import annotations

from collections.abc import Mapping

from composeapp.compose.document.base import Duration, Frozen, Names, Size, TextMap, Variables
from composeapp.compose.document.parts import (
    Attachment,
    Binding,
    Build,
    CredentialSpec,
    Dependency,
    Develop,
    DeviceMapping,
    EnvFile,
    FileMount,
    HealthCheck,
    Hook,
    Logging,
    Mount,
    Port,
    Provider,
)
from composeapp.compose.document.resources import BlkioConfig, Deploy, DeviceRequest, Ulimit


class Container(Frozen):
    """
    What describes a container.

    ``command`` and ``entrypoint``: ``None`` leaves the image's own, an empty tuple clears it.
    """

    annotations: TextMap = {}
    blkio_config: BlkioConfig | None = None
    cap_add: Names = ()
    cap_drop: Names = ()
    cgroup: str | None = None
    cgroup_parent: str | None = None
    command: Names | None = None
    configs: tuple[FileMount, ...] = ()
    cpu_count: int | None = None
    cpu_percent: float | None = None
    cpu_period: int | None = None
    cpu_quota: int | None = None
    cpu_rt_period: int | None = None
    cpu_rt_runtime: int | None = None
    cpu_shares: int | None = None
    cpus: float | None = None
    cpuset: str | None = None
    credential_spec: CredentialSpec | None = None
    device_cgroup_rules: Names = ()
    devices: tuple[DeviceMapping, ...] = ()
    dns: Names = ()
    dns_opt: Names = ()
    dns_search: Names = ()
    domainname: str | None = None
    entrypoint: Names | None = None
    env_file: tuple[EnvFile, ...] = ()
    environment: Variables = {}
    extra_hosts: Mapping[str, Names] = {}
    gpus: tuple[DeviceRequest, ...] = ()
    group_add: Names = ()
    hostname: str | None = None
    image: str | None = None
    init: bool | None = None
    ipc: str | None = None
    isolation: str | None = None
    label_file: Names = ()
    labels: TextMap = {}
    logging: Logging | None = None
    mac_address: str | None = None
    mem_limit: Size | None = None
    mem_reservation: Size | None = None
    mem_swappiness: Size | None = None
    memswap_limit: Size | None = None
    models: Mapping[str, Binding] = {}
    network_mode: str | None = None
    networks: Mapping[str, Attachment | None] = {}
    oom_kill_disable: bool = False
    oom_score_adj: int | None = None
    pid: str | None = None
    pids_limit: int | None = None
    platform: str | None = None
    privileged: bool = False
    pull_policy: str | None = None
    pull_refresh_after: str | None = None
    read_only: bool = False
    runtime: str | None = None
    secrets: tuple[FileMount, ...] = ()
    security_opt: Names = ()
    shm_size: Size | None = None
    stop_grace_period: Duration | None = None
    stop_signal: str | None = None
    storage_opt: TextMap = {}
    sysctls: TextMap = {}
    tmpfs: Names = ()
    ulimits: Mapping[str, Ulimit] = {}
    umask: int | None = None
    use_api_socket: bool = False
    user: str | None = None
    userns_mode: str | None = None
    uts: str | None = None
    volumes: tuple[Mount, ...] = ()
    volumes_from: Names = ()
    working_dir: str | None = None


class PreStartHook(Container):
    """A container that runs before the service."""

    per_replica: bool = False


class Workload(Container):
    """What a service and a job have in common."""

    build: Build | None = None
    depends_on: Mapping[str, Dependency] = {}
    expose: Names = ()
    healthcheck: HealthCheck | None = None
    ports: tuple[Port, ...] = ()
    profiles: Names = ()
    stdin_open: bool = False
    tty: bool = False


class Service(Workload):
    """One service."""

    attach: bool | None = None
    container_name: str | None = None
    deploy: Deploy | None = None
    develop: Develop | None = None
    external_links: Names = ()
    links: Names = ()
    post_start: tuple[Hook, ...] = ()
    pre_start: tuple[PreStartHook, ...] = ()
    pre_stop: tuple[Hook, ...] = ()
    provider: Provider | None = None
    restart: str | None = None
    scale: int | None = None

    @property
    def replicas(self) -> int:
        """How many containers run: ``scale``, else ``deploy.replicas``, else one."""
        if self.scale is not None:
            return self.scale
        return self.deploy.replicas if self.deploy and self.deploy.replicas is not None else 1


class Schedule(Frozen):
    """When a job runs."""

    cron: str
    timezone: str | None = None
    concurrency: str | None = None
    missed_fires: str | None = None


class Triggers(Frozen):
    """What makes a job run."""

    manual: bool = False
    schedule: tuple[Schedule, ...] = ()


class Job(Workload):
    """One of the top-level ``jobs``."""

    triggers: Triggers
