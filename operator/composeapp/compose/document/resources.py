"""``deploy``, limits and devices (Compose specification, "Deploy")."""

from __future__ import annotations

from composeapp.compose.document.base import Duration, Frozen, Names, Size, TextMap


class DeviceRequest(Frozen):
    """Devices that a service wants; ``count`` -1 means all of them."""

    capabilities: Names = ()
    count: int | None = None
    device_ids: Names = ()
    driver: str | None = None
    options: TextMap = {}


class DiscreteResource(Frozen):
    """So many of one kind."""

    kind: str | None = None
    value: int = 0


class GenericResource(Frozen):
    """One of ``generic_resources``."""

    discrete_resource_spec: DiscreteResource | None = None


class Limits(Frozen):
    """At most this; ``cpus`` in processors."""

    cpus: float | None = None
    memory: Size | None = None
    pids: int | None = None


class Reservations(Frozen):
    """At least this."""

    cpus: float | None = None
    memory: Size | None = None
    generic_resources: tuple[GenericResource, ...] = ()
    devices: tuple[DeviceRequest, ...] = ()


class Resources(Frozen):
    """``deploy.resources``."""

    limits: Limits | None = None
    reservations: Reservations | None = None


class Update(Frozen):
    """``deploy.update_config`` and ``deploy.rollback_config``."""

    parallelism: int | None = None
    delay: Duration | None = None
    failure_action: str | None = None
    monitor: Duration | None = None
    max_failure_ratio: float | None = None
    order: str | None = None


class RestartPolicy(Frozen):
    """``deploy.restart_policy``."""

    condition: str | None = None
    delay: Duration | None = None
    max_attempts: int | None = None
    window: Duration | None = None


class Preference(Frozen):
    """One of ``deploy.placement.preferences``."""

    spread: str | None = None


class Placement(Frozen):
    """``deploy.placement``."""

    constraints: Names = ()
    preferences: tuple[Preference, ...] = ()
    max_replicas_per_node: int | None = None


class Deploy(Frozen):
    """How a service runs on a cluster."""

    mode: str | None = None
    endpoint_mode: str | None = None
    replicas: int | None = None
    labels: TextMap = {}
    rollback_config: Update | None = None
    update_config: Update | None = None
    resources: Resources | None = None
    restart_policy: RestartPolicy | None = None
    placement: Placement | None = None


class Ulimit(Frozen):
    """One of ``ulimits``: a single value, or a soft and a hard one."""

    single: int | None = None
    soft: int | None = None
    hard: int | None = None


class ThrottledDevice(Frozen):
    """A rate for one device, in bytes or operations per second."""

    path: str | None = None
    rate: Size = 0


class WeightedDevice(Frozen):
    """A weight for one device."""

    path: str | None = None
    weight: int = 0


class BlkioConfig(Frozen):
    """``blkio_config``."""

    weight: int | None = None
    weight_device: tuple[WeightedDevice, ...] = ()
    device_read_bps: tuple[ThrottledDevice, ...] = ()
    device_read_iops: tuple[ThrottledDevice, ...] = ()
    device_write_bps: tuple[ThrottledDevice, ...] = ()
    device_write_iops: tuple[ThrottledDevice, ...] = ()
