"""What stands at the top level beside the services."""

from __future__ import annotations

from typing import Final

from oracle.emitter import Plain
from oracle.grammar_values import (
    anything,
    boolean,
    either,
    labels,
    list_of,
    mapping_of,
    name,
    options,
    path,
    plain_integer,
    record,
    text,
    words,
)

model: Final = record(
    {
        "model": words(("ai/smollm2", "hf.co/org/m:Q4", "${U:-ai/x}", "x:${A}", "")),
        "name": name,
        "context_size": plain_integer,
        "runtime_flags": list_of(text),
        "x-cloud-options": anything,
    },
    ("model",),
)
network: Final = record(
    {
        "name": name,
        "driver": words(("bridge", "overlay")),
        "driver_opts": options,
        "ipam": record({"driver": name, "config": list_of(record({"subnet": words(("10.0.0.0/8",)), "ip_range": words(("10.1.0.0/16",)), "gateway": words(("10.0.0.1",)), "aux_addresses": mapping_of(("h",), words(("10.0.0.5",)))}), 2), "options": mapping_of(("k",), text)}),
        "internal": boolean,
        "attachable": boolean,
        "enable_ipv4": boolean,
        "enable_ipv6": boolean,
        "labels": labels,
    }
)  # fmt: skip
volume: Final = record({"name": name, "driver": words(("local", "nfs")), "driver_opts": options, "labels": labels})
external: Final = either(
    record(
        {"external": words((Plain("true"), "true", Plain("yes"), "${B}"), (Plain("1"),)), "name": name}, ("external",)
    ),
    record({"external": record({"name": name})}, ("external",)),
)
config: Final = either(
    record({"file": path, "name": name, "labels": labels}, ("file",)),
    record({"environment": words(("A", "U")), "name": name}, ("environment",)),
    record({"content": text, "template_driver": words(("golang",))}, ("content",)),
)
secret: Final = either(
    record({"file": path, "name": name, "labels": labels}, ("file",)),
    record({"environment": words(("A", "U")), "template_driver": name}, ("environment",)),
)
job_triggers: Final = record(
    {
        "manual": boolean,
        "schedule": list_of(
            either(
                words(("0 * * * *", "@daily")),
                record(
                    {
                        "cron": words(("* * * * *",)),
                        "timezone": words(("UTC",)),
                        "concurrency": words(("forbid", "queue")),
                        "missed_fires": words(("one", "skip")),
                    },
                    ("cron",),
                ),
            ),
            2,
        ),
    },
    ("manual",),
)
