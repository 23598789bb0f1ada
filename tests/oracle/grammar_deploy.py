"""``deploy`` and requests for devices."""

from __future__ import annotations

from typing import Final

from oracle.emitter import Plain
from oracle.grammar_values import (
    duration,
    either,
    integer,
    labels,
    list_of,
    name,
    number,
    pairs,
    record,
    size,
    words,
)

_devices_fields: Final = {
    "capabilities": list_of(words(("gpu", "tpu", "compute"))),
    "count": words((Plain("1"), Plain("2"), "all", "2", "${N}"), ("some", Plain("1.5"), "")),
    "driver": words(("nvidia", "cdi")),
    "options": pairs(("virtualization", "x")),
}
_by_ids: Final = {
    **{key: rule for key, rule in _devices_fields.items() if key != "count"},
    "device_ids": list_of(words(("0", "GPU-1", "1"))),
}
device_request: Final = either(record(_devices_fields, ("capabilities",)), record(_by_ids, ("capabilities",)))
gpus: Final = either(
    words(("all",), ("none", Plain("1"))), list_of(either(record(_devices_fields), record(_by_ids)), 2)
)
_update: Final = record(
    {
        "parallelism": integer,
        "delay": duration,
        "failure_action": words(("pause", "rollback")),
        "monitor": duration,
        "max_failure_ratio": number,
        "order": words(("start-first", "stop-first"), ("x",)),
    }
)
_generic: Final = list_of(record({"discrete_resource_spec": record({"kind": name, "value": integer})}), 2)
_limits: Final = record({"cpus": number, "memory": size, "pids": integer})
_reservations: Final = record(
    {"cpus": number, "memory": size, "generic_resources": _generic, "devices": list_of(device_request, 2)}
)
deploy: Final = record(
    {
        "mode": words(("replicated", "global")),
        "endpoint_mode": words(("vip", "dnsrr")),
        "replicas": integer,
        "labels": labels,
        "rollback_config": _update,
        "update_config": _update,
        "resources": record({"limits": _limits, "reservations": _reservations}),
        "restart_policy": record(
            {
                "condition": words(("any", "on-failure", "none")),
                "delay": duration,
                "max_attempts": integer,
                "window": duration,
            }
        ),
        "placement": record(
            {
                "constraints": list_of(words(("node.role==manager", "node.labels.a==b"))),
                "preferences": list_of(record({"spread": name}), 2),
                "max_replicas_per_node": integer,
            }
        ),
    }
)
