"""A service, key by key, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from oracle import grammar_deploy
from oracle import grammar_parts as parts
from oracle.choices import Choices, chance, some
from oracle.emitter import Plain
from oracle.grammar_values import (
    Rule,
    anything,
    boolean,
    command,
    duration,
    either,
    integer,
    labels,
    list_of,
    mapping_of,
    name,
    number,
    number_or_size,
    pairs,
    path,
    size,
    strict_boolean,
    text,
    text_or_list,
    words,
)  # fmt: skip


@dataclass(frozen=True)
class Defined:
    """What a document defines, for services to refer to."""

    services: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    configs: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


CONTAINER: Final[dict[str, Rule]] = {
    "command": command,
    "entrypoint": command,
    "environment": parts.environment,
    "labels": labels,
    "annotations": labels,
    "blkio_config": parts.blkio,
    "cap_add": list_of(words(("NET_ADMIN", "ALL", "sys_time"))),
    "cap_drop": list_of(words(("ALL", "MKNOD"))),
    "cgroup": words(("host", "private"), ("x",)),
    "cgroup_parent": text,
    "cpu_count": integer,
    "cpu_percent": words((Plain("50"), Plain("0"), "${U:-5}", "50", Plain("100")), (Plain("101"), Plain("1.5"))),
    "cpu_shares": integer,
    "cpu_quota": integer,
    "cpu_period": integer,
    "cpu_rt_period": either(integer, words(("95000",))),
    "cpu_rt_runtime": either(integer, words(("95000",))),
    "cpus": number,
    "cpuset": words(("0-2", "1")),
    "credential_spec": words(({"file": "a.json"}, {"registry": "k"}, {"config": "c"})),
    "device_cgroup_rules": list_of(words(("c 1:3 mr", "a 7:* rmw"))),
    "devices": list_of(
        either(
            words(("/dev/a", "/dev/a:/dev/b", "/dev/a:/dev/b:r", "vendor.com/gpu=all"), ("a:b:c:d",)),
            words(({"source": "/dev/x", "target": "/dev/y", "permissions": "rw"}, {"source": "/dev/x", "target": "/z"}), ({"source": "/dev/x"},)),
        )
    ),
    "dns": text_or_list(words(("8.8.8.8", "1.1.1.1"))),
    "dns_opt": list_of(words(("use-vc", "ndots:2"))),
    "dns_search": text_or_list(words(("example.com", "."))),
    "domainname": name,
    "env_file": parts.env_file,
    "label_file": text_or_list(words(("a.labels", "b.labels"))),
    "extra_hosts": parts.extra_hosts,
    "gpus": grammar_deploy.gpus,
    "group_add": list_of(words(("adm", "1000", Plain("1000"), Plain("12")))),
    "hostname": name,
    "init": boolean,
    "ipc": words(("host", "shareable", "private")),
    "isolation": name,
    "logging": words(({"driver": "json-file", "options": {"max-size": "10m", "max-file": Plain("3"), "n": Plain("~")}}, {"driver": "none"}, {})),
    "mem_limit": number_or_size,
    "mem_reservation": either(size, words((Plain("1048576"),))),
    "mem_swappiness": integer,
    "memswap_limit": parts.swap,
    "oom_kill_disable": boolean,
    "oom_score_adj": words((Plain("-500"), Plain("0"), Plain("1000"), "10"), (Plain("1001"), "x")),
    "pid": words(("host", Plain("~"))),
    "pids_limit": integer,
    "platform": words(("linux/amd64", "linux/arm64/v8")),
    "privileged": boolean,
    "pull_policy": words(("always", "never", "build", "missing", "if_not_present", "daily", "weekly", "every_12h", "refresh", "every_1d2h"), ("sometimes", "every_x")),
    "pull_refresh_after": words(("1h", "24h")),
    "read_only": boolean,
    "runtime": name,
    "security_opt": list_of(words(("no-new-privileges:true", "seccomp=unconfined"))),
    "shm_size": number_or_size,
    "stop_grace_period": duration,
    "stop_signal": words(("SIGTERM", "SIGUSR1")),
    "storage_opt": parts.storage_options,
    "sysctls": pairs(("net.core.somaxconn", "net.ipv4.tcp_syncookies")),
    "tmpfs": text_or_list(words(("/run", "/tmp:size=64m", "/x"))),  # noqa: S108 - a value
    "ulimits": parts.ulimits,
    "umask": words((Plain("0o22"), Plain("18"), "0022", "022", Plain("022"), Plain("~")), ("x", Plain("-1"), "9")),
    "use_api_socket": strict_boolean,
    "user": words(("1000", "1000:1000", "root")),
    "userns_mode": words(("host",)),
    "uts": words(("host",)),
    "working_dir": path,
}  # fmt: skip
"""What a service, a job and a ``pre_start`` hook have in common."""

WORKLOAD: Final[dict[str, Rule]] = {
    "healthcheck": parts.healthcheck,
    "ports": list_of(parts.port),
    "expose": list_of(parts.expose),
    "stdin_open": boolean,
    "tty": boolean,
}

SERVICE: Final[dict[str, Rule]] = {
    "attach": boolean,
    "deploy": grammar_deploy.deploy,
    "develop": parts.develop,
    "external_links": list_of(words(("redis", "db:alias"))),
    "post_start": list_of(parts.hook, 2),
    "pre_stop": list_of(parts.hook, 2),
    "restart": words(("always", "no", "on-failure:3", "unless-stopped")),
    "scale": integer,
    "container_name": words(("web", "My.name-1", "${A}"), ("x", "")),
    "x-own": anything,
    "pre_start": lambda choices: [container(choices, Defined(), 3)],
}

COMMON: Final = (
    "environment",
    "command",
    "ports",
    "volumes",
    "depends_on",
    "models",
    "deploy",
    "build",
    "healthcheck",
    "networks",
)
"""Chosen more often than the others."""


def service(choices: Choices, defined: Defined, most: int = 7) -> dict[str, Any]:
    """Return one service, nearly always with an image or a build."""
    rules = {**CONTAINER, **WORKLOAD, **SERVICE, **_referring(defined)}
    common = [key for key in COMMON if key in rules]
    keys = list(dict.fromkeys([*some(choices, common, 3), *some(choices, list(rules), most)]))
    built = {key: rules[key](choices) for key in keys}
    if not chance(choices, 98):
        return built
    if chance(choices, 10):
        return {**built, "provider": parts.provider(choices)}
    return {
        "image": words(("nginx", "a/b:1.0", "x@sha256:" + "0" * 64, "img:${A}", "${U:-y}"), ("", Plain("1")))(choices),
        **built,
    }


def container(choices: Choices, defined: Defined, most: int) -> dict[str, Any]:
    """Return a container that is no service."""
    rules = {**CONTAINER, "volumes": list_of(parts.mount(defined.volumes))}
    return {"image": "img", **{key: rules[key](choices) for key in some(choices, list(rules), most)}}


def consistent(built: dict[str, Any]) -> dict[str, Any]:
    """Leave out what Compose does not allow together."""
    without: set[str] = set()
    for present, other in _EXCLUSIVE:
        if present in built and present not in without:
            without.update(other)
    return {key: value for key, value in built.items() if key not in without}


_EXCLUSIVE: Final[Sequence[tuple[str, tuple[str, ...]]]] = (
    ("network_mode", ("networks",)),
    ("scale", ("deploy", "container_name")),
    ("deploy", ("cpus", "mem_limit", "mem_reservation", "pids_limit", "container_name")),
    ("build", ("platform",)),
    ("volumes", ("tmpfs",)),
)


def _referring(defined: Defined) -> dict[str, Rule]:
    rules: dict[str, Rule] = {
        "volumes": list_of(parts.mount(defined.volumes), 2),
        "build": parts.build(defined.secrets),
        "network_mode": words(
            ("host", "none", "bridge", *(f"service:{other}" for other in defined.services)), ("service:zz",)
        ),
    }
    names = words(("nope",)) if not defined.networks else words(defined.networks, ("nope",))
    if defined.networks:
        attached = either(parts.attachment, words((Plain("~"), Plain(""))))
        rules["networks"] = either(list_of(names), mapping_of(defined.networks, attached))
    if defined.configs:
        rules["configs"] = list_of(parts.file_mount(defined.configs), 2)
    if defined.secrets:
        rules["secrets"] = list_of(parts.file_mount(defined.secrets), 2)
    if defined.models:
        binding = either(words((Plain("~"), Plain(""))), _binding)
        rules["models"] = either(list_of(words(defined.models, ("nope",))), mapping_of(defined.models, binding))
    if defined.services:
        rules |= _on_services(defined.services)
    return rules


def _on_services(services: list[str]) -> dict[str, Rule]:
    dependency = _dependency
    return {
        "depends_on": either(list_of(words(services, ("zz",))), mapping_of(services, dependency)),
        "links": list_of(words((*services, f"{services[0]}:alias"), ("zz",))),
        "volumes_from": list_of(words((services[0], f"{services[0]}:ro", "container:other"), ("zz",))),
        "ipc": words((f"service:{services[0]}",)),
        "pid": words((f"service:{services[0]}",)),
        "extends": either(words(services), lambda choices: {"service": choices.one(services)}),
    }


def _binding(choices: Choices) -> dict[str, Any]:
    return {key: words(("LLM_URL", "M", "${A}"))(choices) for key in some(choices, ("endpoint_var", "model_var"))}


def _dependency(choices: Choices) -> dict[str, Any]:
    built: dict[str, Any] = {
        "condition": words(("service_started", "service_healthy", "service_completed_successfully"), ("x",))(choices)
    }
    if chance(choices, 30):
        built["restart"] = boolean(choices)
    return {**built, "required": strict_boolean(choices)} if chance(choices, 30) else built
