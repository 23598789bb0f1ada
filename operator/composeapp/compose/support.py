"""
SUPPORT: one table per mapping of the language. Each key that Compose knows is handled, or not yet, or ignored.

A key that is missing here is unknown to Compose too and refused by :mod:`composeapp.compose.schema`.
Keys: Compose specification, and compose-go 2.16 for those newer than the specification's pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from composeapp.compose import docker_host
from composeapp.compose.document import Document
from composeapp.compose.paths import places
from composeapp.problems import Path, Report


@dataclass(frozen=True, slots=True)
class Support:
    """What becomes of one key, and what its author can do about it."""

    verdict: Literal["handled", "not yet", "ignored"]
    advice: str = ""


Table: TypeAlias = Mapping[str, Support]


def _later(keys: str, advice: str) -> dict[str, Support]:
    return dict.fromkeys(keys.split(), Support("not yet", advice))


def _handled(keys: str) -> dict[str, Support]:
    return dict.fromkeys(keys.split(), Support("handled"))


TOP_LEVEL: Final[Table] = {
    **_handled("name services models"),
    "version": Support(
        "ignored",
        "the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
    ),
    **_later("include", "write the included services and models into this document"),
    **_later("volumes", "remove it; pods keep no data yet"),
    **_later("networks", "remove it; every service reaches every other by its name"),
    **_later("configs secrets", "remove it; put the files into the image, or pass the values in environment"),
    **_later("jobs", "remove it; run it as a Kubernetes Job of your own"),
}

_RESOURCES: Final = "remove it; pods get the cluster's defaults (a LimitRange of the namespace sets them)"
_SECURITY: Final = "remove it; pods run with the cluster's default rights"
_NAME_SERVICE: Final = "remove it; reach the service by the name it has under services"
_ALWAYS_RESTARTED: Final = "remove it; Kubernetes restarts a container that ends"
_SHUTDOWN: Final = "remove it; containers get SIGTERM and 30 seconds"
_METADATA: Final = "remove it; nothing in the cluster reads it"
_HOST_ONLY: Final = "remove it; it is about the Docker host, which a cluster has not"
_TERMINAL: Final = "remove it; pods have no terminal"
_NO_DATA: Final = "remove it; pods keep no data yet"
_VARIABLES: Final = "write the variables into environment"

SERVICE: Final[Table] = {
    **_handled("image build command entrypoint environment ports expose deploy models extends profiles"),
    **_later("env_file", _VARIABLES),
    **_later("configs secrets", "remove it; put the files into the image, or pass the values in environment"),
    **_later("volumes volumes_from tmpfs", _NO_DATA),
    **_later("depends_on", "remove it; let the application retry until what it needs answers"),
    **_later("links external_links", "remove it; every service reaches every other by its name"),
    **_later("healthcheck", "remove it; a service counts as ready when its container runs"),
    **_later("restart", _ALWAYS_RESTARTED),
    **_later("post_start pre_start pre_stop", "remove it; do it in the container's entrypoint"),
    **_later("stop_grace_period stop_signal", _SHUTDOWN),
    **_later("init", "remove it, or start the program through an init such as tini in the image"),
    **_later("scale", "write deploy.replicas"),
    **_later("provider", "describe the model under the top-level models and bind it in the service's models"),
    **_later("networks network_mode", "remove it; every service reaches every other by its name"),
    **_later("container_name hostname domainname", _NAME_SERVICE),
    **_later("extra_hosts dns dns_opt dns_search", "remove it; the cluster's DNS resolves names"),
    **_later("mac_address", _HOST_ONLY),
    **_later("working_dir user group_add umask", "remove it, or set it in the image"),
    **_later("tty stdin_open attach", _TERMINAL),
    **_later("platform", "remove it; the image's own platforms decide"),
    **_later("pull_policy pull_refresh_after", "remove it; Kubernetes pulls what the node lacks, and :latest always"),
    **_later("read_only", "remove it; the container's file system is writable"),
    **_later("labels label_file annotations", _METADATA),
    **_later("develop logging", _HOST_ONLY),
    **_later("gpus", "remove it; to serve a model on a GPU, describe it under the top-level models"),
    **_later(
        "cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset", _RESOURCES
    ),
    **_later("mem_limit mem_reservation mem_swappiness memswap_limit oom_kill_disable oom_score_adj", _RESOURCES),
    **_later("pids_limit blkio_config storage_opt shm_size ulimits", _RESOURCES),
    **_later("privileged cap_add cap_drop security_opt userns_mode credential_spec isolation sysctls", _SECURITY),
    **_later("devices device_cgroup_rules cgroup cgroup_parent ipc pid uts runtime", _HOST_ONLY),
    **_later("use_api_socket", "remove it; a cluster has no Docker Engine to talk to"),
}

DEPLOY: Final[Table] = {
    **_handled("replicas"),
    **_later("mode", "remove it; a service has deploy.replicas replicas"),
    **_later("endpoint_mode", "remove it; a service has one virtual address"),
    **_later("labels", _METADATA),
    **_later("placement", "remove it; the scheduler chooses the node"),
    **_later("resources", _RESOURCES),
    **_later("restart_policy", _ALWAYS_RESTARTED),
    **_later("update_config rollback_config", "remove it; pods are replaced one after the other"),
}
PORT: Final[Table] = {
    **_handled("target published protocol host_ip mode name"),
    **_later("app_protocol", "remove it; nothing in the cluster reads it"),
}
BINDING: Final[Table] = _handled("endpoint_var model_var")
MODEL: Final[Table] = _handled("model name context_size runtime_flags")

TABLES: Final[Mapping[Path, Table]] = {
    (): TOP_LEVEL,
    ("services", "*"): SERVICE,
    ("services", "*", "deploy"): DEPLOY,
    ("services", "*", "ports", "*"): PORT,
    ("services", "*", "models", "*"): BINDING,
    ("models", "*"): MODEL,
}
"""The place of a mapping in the document (``*`` is any key or index) → the keys it may have."""


def judge(images: Mapping[str, str]) -> Callable[[Mapping[str, Any], Document, Report], None]:
    """Refuse what Compose understands and this product does not do; ``images`` stand in for what is built."""

    def judged(values: Mapping[str, Any], document: Document, report: Report) -> None:
        check(values, report)
        check_images(values, images, report)
        report.problems.extend(docker_host.find(document))
        report.warnings.extend(docker_host.find_warnings(document))

    return judged


def check(raw: Any, report: Report) -> None:
    """Report every key that Compose knows and this product does not handle (yet)."""
    for pattern, table in TABLES.items():
        for path, mapping in places(raw, pattern):
            for key in mapping if isinstance(mapping, Mapping) else ():
                support = table.get(key)
                if support is not None and support.verdict != "handled":
                    _report(support, (*path, key), report)


def _report(support: Support, path: Path, report: Report) -> None:
    if support.verdict == "ignored":
        report.warning(path, support.advice)
    else:
        report.problem(path, "not supported yet", support.advice)


def check_images(raw: Mapping[str, Any], images: Mapping[str, str], report: Report) -> None:
    """Report services whose image would have to be built; ``images`` (service → reference) may name one."""
    for path, service in places(raw, ("services", "*")):
        if "build" not in service:
            continue
        name = str(path[-1])
        image = images.get(name) or service.get("image")
        if image:
            report.warning((*path, "build"), f"nothing is built in a cluster; {image} is run as it is")
        else:
            report.problem(
                (*path, "build"),
                "an image cannot be built in a cluster",
                f"build and push it, then name it in images.{name}",
            )
