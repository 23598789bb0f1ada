"""
CANONICAL: short syntax → long syntax, on values whose types the schema has already checked.

The tables show it: each key that has a short form or a text that means a number, and what writes it out.
Nothing is filled in here: documents are merged afterwards (:mod:`composeapp.compose.defaults` comes last).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.canonical import lists, values
from composeapp.compose.canonical.context import LongForm, each, fields, nullable, or_text
from composeapp.compose.project_name import normalized
from composeapp.problems import Path, Report

__all__ = ["canonical"]


def _all(form: LongForm, names: str) -> dict[str, LongForm]:
    return dict.fromkeys(names.split(), form)


_UPDATE: Final = fields(
    {
        **_all(values.duration, "delay monitor"),
        "parallelism": values.whole_number,
        "max_failure_ratio": values.number,
    }
)
_AMOUNTS: Final = {"cpus": values.number, "memory": values.size_in_bytes, "pids": values.whole_number}
_GENERIC: Final = fields({"discrete_resource_spec": fields({"value": values.whole_number})})
_RESOURCES: Final = fields(
    {
        "limits": fields(_AMOUNTS),
        "reservations": fields(
            {**_AMOUNTS, "devices": lists.device_requests, "generic_resources": each(_GENERIC)},
        ),
    }
)
_RESTART: Final = fields({**_all(values.duration, "delay window"), "max_attempts": values.whole_number})
DEPLOY: Final[Mapping[str, LongForm]] = {
    "replicas": values.whole_number,
    "labels": values.text_map,
    **_all(_UPDATE, "update_config rollback_config"),
    "resources": _RESOURCES,
    "restart_policy": _RESTART,
    "placement": fields({"max_replicas_per_node": values.whole_number}),
}
BUILD: Final[Mapping[str, LongForm]] = {
    "args": values.environment,
    "ssh": values.ssh_keys,
    "labels": values.text_map,
    "additional_contexts": values.contexts,
    **_all(values.text, "provenance sbom"),
    **_all(values.boolean, "no_cache pull privileged"),
    "no_cache_filter": values.texts,
    "shm_size": values.size_in_bytes,
    "extra_hosts": values.extra_hosts,
    "secrets": each(lists.file_mount),
    "ulimits": each(lists.ulimit),
}
_HOOK: Final = fields(
    {"command": values.command, "privileged": values.boolean, "environment": values.environment},
)
_WATCH: Final = fields({"exec": _HOOK, **_all(values.texts, "include ignore")})
_HEALTHCHECK: Final = fields(
    {
        "test": values.health_test,
        "disable": values.boolean,
        "retries": values.whole_number,
        **_all(values.duration, "interval timeout start_period start_interval"),
    }
)
_ATTACHMENT: Final = fields(
    {
        "driver_opts": values.text_map,
        **_all(values.whole_number, "priority gw_priority"),
        "use_service_name_alias": values.boolean,
    }
)
_RATES: Final = each(fields({"rate": values.size_in_bytes}))
_BLKIO: Final = fields(
    {
        "weight": values.whole_number,
        "weight_device": each(fields({"weight": values.whole_number})),
        **_all(_RATES, "device_read_bps device_read_iops device_write_bps device_write_iops"),
    }
)
CONTAINER: Final[Mapping[str, LongForm]] = {
    **_all(values.command, "command entrypoint"),
    "environment": values.environment,
    **_all(values.text_map, "annotations labels sysctls storage_opt"),
    **_all(values.texts, "dns_search tmpfs label_file group_add"),
    "dns": values.used_texts,
    "extra_hosts": values.extra_hosts,
    "env_file": lists.env_files,
    "models": lists.bindings,
    "networks": lambda value, path, report: each(nullable(_ATTACHMENT))(
        values.names_to_map(None)(value, path, report), path, report
    ),
    "volumes": each(lists.mount),
    "devices": each(lists.device),
    **_all(each(lists.file_mount), "configs secrets"),
    "ulimits": each(lists.ulimit),
    "gpus": lists.device_requests,
    "logging": fields({"options": values.text_map}),
    "blkio_config": _BLKIO,
    **_all(values.whole_number, "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares"),
    **_all(values.whole_number, "oom_score_adj pids_limit"),
    "umask": nullable(values.umask),
    **_all(values.number, "cpus cpu_percent"),
    **_all(values.size_in_bytes, "mem_limit mem_reservation mem_swappiness memswap_limit shm_size"),
    **_all(values.boolean, "init oom_kill_disable privileged read_only"),
    "stop_grace_period": values.duration,
}
"""Key of a container → what writes out its long form."""
WORKLOAD: Final[Mapping[str, LongForm]] = {
    **CONTAINER,
    "build": or_text("context", fields(BUILD)),
    "depends_on": lists.dependencies,
    "expose": lists.expose,
    "healthcheck": _HEALTHCHECK,
    "ports": lists.ports,
    **_all(values.boolean, "stdin_open tty"),
}
SERVICE: Final[Mapping[str, LongForm]] = {
    **WORKLOAD,
    "attach": values.boolean,
    "deploy": nullable(fields(DEPLOY)),
    "develop": nullable(fields({"watch": each(_WATCH)})),
    "extends": or_text("service", fields({})),
    **_all(each(_HOOK), "post_start pre_stop"),
    "pre_start": each(fields({**CONTAINER, "per_replica": values.boolean})),
    "provider": fields({"options": values.multiple_options}),
    "scale": values.whole_number,
}
"""Key of a service → what writes out its long form."""
_TRIGGERS: Final = fields({"manual": values.boolean, "schedule": each(or_text("cron", fields({})))})
DOCUMENT: Final[Mapping[str, LongForm]] = {
    "name": lambda value, _, report: _project_name(value, report),
    "services": each(fields(SERVICE)),
    "jobs": each(fields({**WORKLOAD, "triggers": _TRIGGERS})),
    "models": lists.models,
    "networks": each(
        lists.entry(
            {
                "ipam": fields({}),
                **_all(values.boolean, "internal enable_ipv4 enable_ipv6 attachable"),
            }
        )
    ),
    **_all(each(lists.entry({})), "volumes secrets configs"),
    "include": each(or_text("path", fields(_all(values.texts, "path env_file")))),
}
"""Top-level key → what writes out its long form."""


def canonical(raw: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """
    Return the document in long form, with Compose's own keys at every level.

    What cannot be written out is reported, and something harmless stands for it, so that the rest is looked at.
    """
    path: Path = ()
    written: dict[str, Any] = fields(DOCUMENT)(raw, path, report)
    return written


def _project_name(name: str, report: Report) -> str:
    """Compose lowers and strips a project's name silently."""
    usable = normalized(name)
    if usable != name:
        report.warning(("name",), f"the project's name is read as '{usable}', as Compose does")
    return usable
