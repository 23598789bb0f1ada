"""What becomes of the keys of a service."""

from __future__ import annotations

from typing import Final

from composeapp.translate.support import lifecycle, storage
from composeapp.translate.support.terms import Table, approximated, converted, honoured, not_yet, silent

_RESOURCES: Final = "remove it; pods get the cluster's defaults (a LimitRange of the namespace sets them)"
_SECURITY: Final = "remove it; pods run with the cluster's default rights"
_NAME_SERVICE: Final = "remove it; reach the service by the name it has under services"
_METADATA: Final = "remove it; nothing in the cluster reads it"
_HOST_ONLY: Final = "remove it; it is about the Docker host, which a cluster has not"

_VARIABLES: Final[Table] = {
    **honoured("environment", "the container's env"),
    **honoured("models", "variables in the container's env that lead to the models' Services"),
    **converted("env_file", "a cluster cannot read a file of yours"),
}
_NETWORK: Final[Table] = {
    **honoured("ports", "ports of the container and of its Service; published ones of the Service <service>-published"),
    **honoured("expose", "ports of the service's Service"),
    **not_yet("networks network_mode", "remove it; every service reaches every other by its name"),
    **honoured("links", "an alias is a Service of its own that leads to the linked service; without one nothing more"),
    **honoured("container_name", "a Service of that name, beside the service's own"),
    **approximated("hostname", "the pod's hostname, without what follows a dot, and a Service of that name"),
    **not_yet("external_links", "remove it; every service reaches every other by its name"),
    **not_yet("domainname", _NAME_SERVICE),
    **not_yet("extra_hosts dns dns_opt dns_search", "remove it; the cluster's DNS resolves names"),
    **not_yet("mac_address", _HOST_ONLY),
}
_CAPACITY: Final[Table] = {
    **honoured("deploy", "see its own table"),
    **honoured("scale", "as deploy.replicas"),
    **not_yet("gpus", "remove it; to serve a model on a GPU, describe it under the top-level models"),
    **not_yet(
        "cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset", _RESOURCES
    ),
    **not_yet("mem_limit mem_reservation mem_swappiness memswap_limit oom_kill_disable oom_score_adj", _RESOURCES),
    **not_yet("pids_limit blkio_config ulimits", _RESOURCES),
}
_RIGHTS: Final[Table] = {
    **not_yet("privileged cap_add cap_drop security_opt userns_mode credential_spec isolation sysctls", _SECURITY),
    **not_yet("devices device_cgroup_rules cgroup cgroup_parent ipc pid uts runtime", _HOST_ONLY),
    **not_yet("use_api_socket", "remove it; a cluster has no Docker Engine to talk to"),
}
_NOTES: Final[Table] = {
    **not_yet("labels annotations", _METADATA),
    **converted("label_file", "a cluster cannot read a file of yours"),
    **silent("develop", "nothing: it is for the author's own machine"),
    **approximated(
        "logging", "nothing: the cluster collects what containers write; other drivers than files, warned of"
    ),
}
SERVICE: Final[Table] = {
    **lifecycle.PROCESS,
    **_VARIABLES,
    **lifecycle.ORDER,
    **storage.SERVICE,
    **_NETWORK,
    **_CAPACITY,
    **_RIGHTS,
    **_NOTES,
}

DEPLOY: Final[Table] = {
    **lifecycle.DEPLOY,
    **not_yet("endpoint_mode", "remove it; a service has one virtual address"),
    **not_yet("labels", _METADATA),
    **not_yet("placement", "remove it; the scheduler chooses the node"),
    **not_yet("resources", _RESOURCES),
}
EXTENDS: Final[Table] = {
    **honoured("service", "nothing: what that service says has been taken over"),
    **converted("file", "a cluster cannot read another file"),
}
PORT: Final[Table] = {
    **honoured("target protocol", "the port of the container and of its Service"),
    **honoured("name", "the port's name"),
    **honoured("published", "a port of the Service <service>-published"),
    **honoured("host_ip", "a loopback address publishes nothing; any other is ignored, with a warning"),
    **honoured("mode", "ingress is the only one"),
    **honoured("app_protocol", "the port's appProtocol, for gateways; h2c, ws and wss as kubernetes.io/h2c and so on"),
}
BINDING: Final[Table] = honoured("endpoint_var model_var", "the name of a variable in the container's env")
