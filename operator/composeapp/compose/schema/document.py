"""The schema's tables, from the top level down to the keys of a service (Compose specification 2026-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.schema import parts
from composeapp.compose.schema.terms import (
    BOOLEAN,
    COMMAND,
    INTEGER,
    LARGEST_NUMBER,
    LIST_OR_MAP,
    OPTIONS,
    STRING,
    STRING_OR_LIST,
    STRING_OR_STRINGS,
    STRINGS,
    TEXT_OR_BOOLEAN,
    TEXT_OR_INTEGER,
    TEXT_OR_NUMBER,
    UNIQUE_LIST_OR_MAP,
    UNIQUE_STRINGS,
    list_of,
    mapping,
    named,
    one_of,
    word,
)
from composeapp.problems import Path


def _all(schema: Mapping[str, Any], names: str) -> dict[str, Mapping[str, Any]]:
    return dict.fromkeys(names.split(), schema)


CONTAINER: Final[Mapping[str, Any]] = {
    **_all(STRING, "image user working_dir hostname domainname runtime platform isolation"),
    **_all(STRING, "cgroup_parent cpuset ipc mac_address network_mode pull_refresh_after"),
    **_all(STRING, "stop_grace_period stop_signal userns_mode uts"),
    **_all(COMMAND, "command entrypoint"),
    **_all(LIST_OR_MAP, "annotations environment labels sysctls"),
    **_all(UNIQUE_STRINGS, "device_cgroup_rules security_opt volumes_from"),
    **_all(STRINGS, "cap_add cap_drop dns_opt"),
    **_all(STRING_OR_STRINGS, "dns dns_search tmpfs"),
    **_all(TEXT_OR_NUMBER, "cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus"),
    **_all(TEXT_OR_NUMBER, "mem_limit memswap_limit pids_limit shm_size"),
    **_all(TEXT_OR_INTEGER, "mem_reservation mem_swappiness"),
    **_all(TEXT_OR_BOOLEAN, "init oom_kill_disable privileged read_only"),
    **_all(parts.FILE_MOUNTS, "configs secrets"),
    "cpu_count": one_of(STRING, {**INTEGER, "minimum": 0}),
    "cpu_percent": one_of(STRING, {**INTEGER, "minimum": 0, "maximum": 100}),
    "oom_score_adj": parts.RANGE_OF_OOM_SCORES,
    "cgroup": word("host", "private"),
    "pid": {"type": ["string", "null"]},
    "umask": parts.UMASK,
    "use_api_socket": BOOLEAN,
    "group_add": list_of(TEXT_OR_NUMBER, unique=True),
    "pull_policy": {
        "type": "string",
        "pattern": "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$",
    },
    "blkio_config": mapping(parts.BLKIO, extensible=False),
    "credential_spec": mapping(parts.CREDENTIAL_SPEC),
    "devices": parts.DEVICES,
    "env_file": parts.ENV_FILE,
    "label_file": parts.LABEL_FILE,
    "extra_hosts": parts.EXTRA_HOSTS,
    "gpus": parts.GPUS,
    "logging": mapping(parts.LOGGING),
    "models": parts.BINDINGS,
    "networks": parts.ATTACHMENTS,
    "storage_opt": {"type": "object"},
    "ulimits": parts.ULIMITS,
    "volumes": parts.MOUNTS,
}
"""What describes a container: a service's, a job's, a ``pre_start`` hook's."""
WORKLOAD: Final[Mapping[str, Any]] = {
    "build": one_of(STRING, mapping(parts.BUILD)),
    "depends_on": parts.DEPENDS_ON,
    "healthcheck": mapping(parts.HEALTHCHECK),
    "ports": parts.PORTS,
    "expose": list_of(TEXT_OR_NUMBER),
    **_all(TEXT_OR_BOOLEAN, "stdin_open tty"),
}
"""What a service and a job have in common beside their container."""
SERVICE: Final[Mapping[str, Any]] = {
    **CONTAINER,
    **WORKLOAD,
    "container_name": {"type": "string", "pattern": "[a-zA-Z0-9][a-zA-Z0-9_.-]+"},
    "deploy": mapping(parts.DEPLOY, nullable=True),
    "develop": mapping(parts.DEVELOP, nullable=True),
    "profiles": STRINGS,
    "restart": STRING,
    "scale": TEXT_OR_INTEGER,
    "attach": TEXT_OR_BOOLEAN,
    "provider": mapping(parts.PROVIDER, "type"),
    "extends": one_of(STRING, mapping(parts.EXTENDS, "service", extensible=False)),
    "links": STRINGS,
    "external_links": UNIQUE_STRINGS,
    "pre_start": list_of(mapping({**CONTAINER, "per_replica": TEXT_OR_BOOLEAN})),
    "post_start": parts.HOOKS,
    "pre_stop": parts.HOOKS,
}
MODEL: Final[Mapping[str, Any]] = {
    "model": STRING,
    "name": STRING,
    "context_size": {**INTEGER, "maximum": LARGEST_NUMBER},
    "runtime_flags": STRINGS,
}

_EXTERNAL: Final = {"type": ["boolean", "string", "object"], "properties": {"name": STRING}}
_STRICT_EXTERNAL: Final = {**_EXTERNAL, "patternProperties": {"^x-": {}}, "additionalProperties": False}
IPAM: Final[Mapping[str, Any]] = {
    "driver": STRING,
    "config": list_of(mapping({**_all(STRING, "subnet ip_range gateway"), "aux_addresses": named(STRING, "^.+$")})),
    "options": named(STRING, "^.+$"),
}
NETWORK: Final[Mapping[str, Any]] = {
    **_all(STRING, "name driver"),
    "driver_opts": OPTIONS,
    "ipam": mapping(IPAM),
    "external": _STRICT_EXTERNAL,
    **_all(TEXT_OR_BOOLEAN, "internal enable_ipv4 enable_ipv6 attachable"),
    "labels": LIST_OR_MAP,
}
VOLUME: Final[Mapping[str, Any]] = {
    **_all(STRING, "name driver"),
    "driver_opts": OPTIONS,
    "external": _STRICT_EXTERNAL,
    "labels": UNIQUE_LIST_OR_MAP,
}
_FILE_OBJECT: Final[Mapping[str, Any]] = {
    **_all(STRING, "name environment file template_driver"),
    "external": _EXTERNAL,
    "labels": UNIQUE_LIST_OR_MAP,
}
SECRET: Final[Mapping[str, Any]] = {**_FILE_OBJECT, "driver": STRING, "driver_opts": OPTIONS}
CONFIG: Final[Mapping[str, Any]] = {**_FILE_OBJECT, "content": STRING}
INCLUDE: Final[Mapping[str, Any]] = {"path": STRING_OR_LIST, "env_file": STRING_OR_LIST, "project_directory": STRING}
JOB: Final[Mapping[str, Any]] = {
    **CONTAINER,
    **WORKLOAD,
    "profiles": UNIQUE_STRINGS,
    "triggers": {**mapping(parts.TRIGGERS), "anyOf": [{"required": ["manual"]}, {"required": ["schedule"]}]},
}
TOP_LEVEL: Final[Mapping[str, Any]] = {
    **_all(STRING, "name version"),
    "include": list_of(one_of(STRING, mapping(INCLUDE, extensible=False))),
    "services": named(mapping(SERVICE)),
    "models": named(mapping(MODEL, "model")),
    "networks": named(mapping(NETWORK, nullable=True)),
    "volumes": named(mapping(VOLUME, nullable=True)),
    "secrets": named(mapping(SECRET)),
    "configs": named(mapping(CONFIG)),
    "jobs": named(mapping(JOB, "triggers")),
}
DOCUMENT: Final = mapping(TOP_LEVEL)

TABLES: Final[Mapping[Path, Mapping[str, Any]]] = {
    (): TOP_LEVEL,
    ("services", "*"): SERVICE,
    ("services", "*", "deploy"): parts.DEPLOY,
    ("services", "*", "ports", "*"): parts.PORT,
    ("services", "*", "models", "*"): parts.BINDING,
    ("models", "*"): MODEL,
}
"""Places of mappings (``*`` is any key or index) that have a verdict per key → the keys they may have."""
