"""Mappings that several keys of a service share: mounts, hooks, devices, limits."""

from __future__ import annotations

from typing import Final

from composeapp.compose.schema.terms import (
    BOOLEAN,
    COMMAND,
    INTEGER,
    LARGEST_NUMBER,
    LIST_OR_MAP,
    NUMBER,
    OPTIONS,
    STRING,
    STRING_OR_LIST,
    STRINGS,
    TEXT_OR_BOOLEAN,
    TEXT_OR_INTEGER,
    TEXT_OR_NUMBER,
    UNIQUE_LIST_OR_MAP,
    UNIQUE_STRINGS,
    any_key,
    every_key,
    list_of,
    mapping,
    named,
    one_of,
    word,
)

EXTRA_HOSTS: Final = one_of(
    {
        "type": "object",
        "patternProperties": {".+": one_of(STRING, STRINGS)},
        "additionalProperties": False,
    },
    UNIQUE_STRINGS,
)
FILE_MOUNT: Final = {"source": STRING, "target": STRING, "uid": STRING, "gid": STRING, "mode": TEXT_OR_NUMBER}
FILE_MOUNTS: Final = list_of(one_of(STRING, mapping(FILE_MOUNT)))
"""``configs`` and ``secrets`` of a service."""

ULIMIT: Final = {"soft": TEXT_OR_INTEGER, "hard": TEXT_OR_INTEGER}
ULIMITS: Final = every_key(one_of(TEXT_OR_INTEGER, mapping(ULIMIT, "soft", "hard")))

HOOK: Final = {
    "command": COMMAND,
    "user": STRING,
    "privileged": TEXT_OR_BOOLEAN,
    "working_dir": STRING,
    "environment": UNIQUE_LIST_OR_MAP,
}
HOOKS: Final = list_of(mapping(HOOK, "command"))

WATCH: Final = {
    "path": STRING,
    "action": word("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
    "target": STRING,
    "exec": mapping(HOOK, "command"),
    "include": STRING_OR_LIST,
    "ignore": STRING_OR_LIST,
    "initial_sync": BOOLEAN,
}
DEVELOP: Final = {"watch": list_of(mapping(WATCH, "path", "action"))}

DEVICE: Final = {
    "capabilities": UNIQUE_STRINGS,
    "count": TEXT_OR_INTEGER,
    "device_ids": UNIQUE_STRINGS,
    "driver": STRING,
    "options": UNIQUE_LIST_OR_MAP,
}
"""A request for devices: ``gpus`` and ``deploy.resources.reservations.devices``."""
GPUS: Final = one_of(word("all"), list_of(mapping(DEVICE)))
DEVICE_MAPPING: Final = {"source": STRING, "target": STRING, "permissions": STRING}
DEVICES: Final = list_of(one_of(STRING, mapping(DEVICE_MAPPING, "source")))

LOGGING: Final = {"driver": STRING, "options": any_key({"type": ["string", "number", "null"]})}
CREDENTIAL_SPEC: Final = {"config": STRING, "file": STRING, "registry": STRING}

_LIMIT: Final = list_of(mapping({"path": STRING, "rate": TEXT_OR_INTEGER}, extensible=False))
BLKIO: Final = {
    "weight": TEXT_OR_INTEGER,
    "weight_device": list_of(mapping({"path": STRING, "weight": TEXT_OR_INTEGER}, extensible=False)),
    **dict.fromkeys(("device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops"), _LIMIT),
}

BIND: Final = {
    "propagation": STRING,
    "create_host_path": TEXT_OR_BOOLEAN,
    "recursive": word("enabled", "disabled", "writable", "readonly"),
    "selinux": word("z", "Z"),
}
VOLUME_OPTIONS: Final = {"labels": LIST_OR_MAP, "nocopy": TEXT_OR_BOOLEAN, "subpath": STRING}
TMPFS_OPTIONS: Final = {"size": one_of({"type": "integer", "minimum": 0}, STRING), "mode": TEXT_OR_NUMBER}
IMAGE_OPTIONS: Final = {"subpath": STRING}
MOUNT: Final = {
    "type": word("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    "source": STRING,
    "target": STRING,
    "read_only": TEXT_OR_BOOLEAN,
    "consistency": STRING,
    "bind": mapping(BIND),
    "volume": mapping(VOLUME_OPTIONS),
    "tmpfs": mapping(TMPFS_OPTIONS),
    "image": mapping(IMAGE_OPTIONS),
}
MOUNTS: Final = list_of(one_of(STRING, mapping(MOUNT, "type")))

PORT: Final = {
    "name": STRING,
    "mode": STRING,
    "host_ip": STRING,
    "target": TEXT_OR_INTEGER,
    "published": TEXT_OR_INTEGER,
    "protocol": STRING,
    "app_protocol": STRING,
}
PORTS: Final = list_of(one_of(NUMBER, STRING, mapping(PORT)))

ATTACHMENT: Final = {
    "aliases": STRINGS,
    "interface_name": STRING,
    "ipv4_address": STRING,
    "ipv6_address": STRING,
    "link_local_ips": STRINGS,
    "mac_address": STRING,
    "driver_opts": OPTIONS,
    "priority": NUMBER,
    "gw_priority": NUMBER,
    "use_service_name_alias": TEXT_OR_BOOLEAN,
}
"""How a service takes part in one network."""
ATTACHMENTS: Final = one_of(UNIQUE_STRINGS, named(one_of(mapping(ATTACHMENT), {"type": "null"})))

BINDING: Final = {"endpoint_var": STRING, "model_var": STRING}
BINDINGS: Final = one_of(UNIQUE_STRINGS, every_key(one_of(mapping(BINDING), {"type": "null"})))

DEPENDENCY: Final = {
    "condition": word("service_started", "service_healthy", "service_completed_successfully"),
    "restart": TEXT_OR_BOOLEAN,
    "required": BOOLEAN,
}
DEPENDS_ON: Final = one_of(UNIQUE_STRINGS, named(mapping(DEPENDENCY, "condition")))

HEALTHCHECK: Final = {
    "disable": TEXT_OR_BOOLEAN,
    "interval": STRING,
    "retries": TEXT_OR_NUMBER,
    "test": one_of(STRING, STRINGS),
    "timeout": STRING,
    "start_period": STRING,
    "start_interval": STRING,
}

ENV_FILE_ENTRY: Final = {"path": STRING, "format": STRING, "required": TEXT_OR_BOOLEAN}
ENV_FILE: Final = one_of(STRING, list_of(one_of(STRING, mapping(ENV_FILE_ENTRY, "path", extensible=False))))
LABEL_FILE: Final = one_of(STRING, STRINGS)

_SCALAR: Final = {"type": ["string", "number", "boolean"]}
PROVIDER: Final = {"type": STRING, "options": any_key(one_of(_SCALAR, list_of(_SCALAR)))}
EXTENDS: Final = {"service": STRING, "file": STRING}

BUILD: Final = {
    **dict.fromkeys(("context", "dockerfile", "dockerfile_inline", "network", "target", "isolation"), STRING),
    **dict.fromkeys(("entitlements", "cache_from", "cache_to", "tags", "platforms"), STRINGS),
    **dict.fromkeys(("args", "labels", "additional_contexts"), LIST_OR_MAP),
    "ssh": UNIQUE_LIST_OR_MAP,
    **dict.fromkeys(("no_cache", "pull", "privileged", "provenance", "sbom"), TEXT_OR_BOOLEAN),
    "no_cache_filter": STRING_OR_LIST,
    "shm_size": TEXT_OR_INTEGER,
    "extra_hosts": EXTRA_HOSTS,
    "secrets": FILE_MOUNTS,
    "ulimits": ULIMITS,
}

_UPDATE: Final = {
    "parallelism": TEXT_OR_INTEGER,
    "delay": STRING,
    "failure_action": STRING,
    "monitor": STRING,
    "max_failure_ratio": TEXT_OR_NUMBER,
    "order": word("start-first", "stop-first"),
}
LIMITS: Final = {"cpus": TEXT_OR_NUMBER, "memory": STRING, "pids": TEXT_OR_INTEGER}
GENERIC: Final = {"discrete_resource_spec": mapping({"kind": STRING, "value": TEXT_OR_NUMBER})}
RESERVATIONS: Final = {
    "cpus": TEXT_OR_NUMBER,
    "memory": STRING,
    "generic_resources": list_of(mapping(GENERIC)),
    "devices": list_of(mapping(DEVICE, "capabilities")),
}
RESTART_POLICY: Final = {"condition": STRING, "delay": STRING, "max_attempts": TEXT_OR_INTEGER, "window": STRING}
PLACEMENT: Final = {
    "constraints": STRINGS,
    "preferences": list_of(mapping({"spread": STRING})),
    "max_replicas_per_node": TEXT_OR_INTEGER,
}
DEPLOY: Final = {
    "mode": STRING,
    "endpoint_mode": STRING,
    "replicas": {**TEXT_OR_INTEGER, "maximum": LARGEST_NUMBER},
    "labels": LIST_OR_MAP,
    "rollback_config": mapping(_UPDATE),
    "update_config": mapping(_UPDATE),
    "resources": mapping({"limits": mapping(LIMITS), "reservations": mapping(RESERVATIONS)}),
    "restart_policy": mapping(RESTART_POLICY),
    "placement": mapping(PLACEMENT),
}
SCHEDULE: Final = {
    "cron": STRING,
    "timezone": STRING,
    "concurrency": word("forbid", "queue"),
    "missed_fires": word("one", "skip"),
}
TRIGGERS: Final = {"manual": TEXT_OR_BOOLEAN, "schedule": list_of(one_of(STRING, mapping(SCHEDULE, "cron")))}
UMASK: Final = {"type": ["integer", "string", "null"], "minimum": 0, "maximum": 2**32 - 1}
RANGE_OF_OOM_SCORES: Final = one_of(STRING, {**INTEGER, "minimum": -1000, "maximum": 1000})
