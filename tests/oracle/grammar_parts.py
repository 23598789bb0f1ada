"""The mappings inside a service: ports, mounts, deploy, build and the like, in their short and long forms."""

from __future__ import annotations

from typing import Final

from oracle.emitter import Plain
from oracle.grammar_values import (
    Rule,
    boolean,
    command,
    duration,
    either,
    integer,
    labels,
    list_of,
    mapping_of,
    name,
    number_or_size,
    options,
    pairs,
    path,
    port_number,
    record,
    scalar,
    size,
    strict_boolean,
    target,
    text,
    text_or_list,
    variable_names,
    words,
)

environment: Final = pairs(variable_names)
port_text: Final = words(
    ("80", "8080:80", "127.0.0.1:8080:80", "80/udp", "8080:80/tcp", "3000-3002", "3000-3002:80-82", "0.0.0.0::83",
     "127.0.0.1:5000-5001:5000-5001", "${P}:80", "[::1]:80:80", "9000-9001:80", "443:443/UDP", "::1:80:80",
     "8080:${P}", "1-3", "65535", "80:80/sctp", "0:80"),
    ("eighty:80", "80:99999", "80:80/icmp", "80-81:8000-8002", "", "a:b:c:d", "256.0.0.1:80:80", "-1", "80:", "82-80"),
)  # fmt: skip
port: Final = either(
    port_text,
    words((Plain("80"), Plain("8080:80"), Plain("443"), Plain("22:22"), Plain("0x50")), (Plain("1.5"), Plain("80.0"))),
    record(
        {
            "target": port_number,
            "published": either(port_number, words(("1000-1001", "8000", "${P}", ""))),
            "protocol": words(("tcp", "udp", "sctp", "TCP"), ("icmp", "")),
            "host_ip": words(("127.0.0.1", "0.0.0.0", "::1", "${U:-1.2.3.4}"), ("x", "1.2.3", "")),  # noqa: S104 - a value
            "mode": words(("host", "ingress", "")),
            "name": name,
            "app_protocol": words(("http", "grpc")),
        },
        ("target",),
    ),
)
expose: Final = either(words(("80", "80-82", "90/udp", "${P}")), words((Plain("80"), Plain("81"))), words(("abc",)))

_bind: Final = record(
    {
        "propagation": words(("rprivate", "shared", "")),
        "create_host_path": boolean,
        "recursive": words(("enabled", "readonly"), ("x",)),
        "selinux": words(("z", "Z"), ("x",)),
    }
)
_volume_options: Final = record({"labels": labels, "nocopy": boolean, "subpath": path})
_tmpfs: Final = record(
    {
        "size": either(size, words((Plain("0"), Plain("1024")))),
        "mode": words((Plain("0755"), Plain("493"), Plain("0o755"), "0755", "1777")),
    }
)


def mount(volumes: list[str]) -> Rule:
    """One of ``volumes``; named ones are among those that the document defines."""
    named = volumes or ["/src"]
    kept = words(("volume",)) if volumes else words(("bind",))
    return either(
        words(
            ("/data", "./a:/a", "./a:/b:ro", "~/h:/h:rw", "/abs:/c:z", "/abs:/d:ro,Z", "..:/e", "${U:-./v}:/v", "./a:/a:nocopy",
             "C:\\x:/win", "/only/", "./s:/t:rshared", "/x:/y:cached"),
            ("", ":", "a:b:c:d", "nope:/n", "/a:relative", "x"),
        ),
        lambda choices: f"{choices.one(named)}:/m{choices.count(0, 3)}{choices.one(('', ':ro', ':rw', ':nocopy', ':volume-nocopy'))}",
        record({"type": kept, "source": words(named), "target": target, "read_only": boolean, "volume": _volume_options}, ("type", "source", "target")),
        record({"type": words(("volume",)), "target": target, "volume": _volume_options}, ("type", "target")),
        record({"type": words(("bind",)), "source": path, "target": target, "read_only": boolean, "consistency": words(("cached", "x")), "bind": _bind}, ("type", "source", "target")),
        record({"type": words(("tmpfs",)), "target": target, "tmpfs": _tmpfs}, ("type", "target")),
        record({"type": words(("image", "npipe", "cluster"), ("disk",)), "source": name, "target": target, "image": record({"subpath": path})}, ("type", "source", "target")),
    )  # fmt: skip


def file_mount(defined: list[str]) -> Rule:
    """One of ``configs`` or ``secrets``."""
    mode = words((Plain("0440"), Plain("0o440"), Plain("288"), "0440", "440", "${U:-0400}"), ("x", Plain("1.5")))
    fields = {
        "source": words(defined),
        "target": target,
        "uid": words(("1000", "0")),
        "gid": words(("1000", "x")),
        "mode": mode,
    }
    return either(words(defined), record(fields, ("source",)))


healthcheck: Final = record(
    {
        "test": either(
            words(("curl -f localhost", "NONE", "a | b", "")),
            words((["CMD", "true"], ["CMD-SHELL", "a && b"], ["NONE"], []), (["curl", "x"],)),
        ),
        "interval": duration,
        "timeout": duration,
        "start_period": duration,
        "start_interval": duration,
        "retries": either(integer, words((Plain("3"), Plain("5")))),
        "disable": boolean,
    }
)
_ulimit: Final = either(integer, record({"soft": integer, "hard": integer}, ("soft", "hard")))
ulimits: Final = mapping_of(("nofile", "nproc", "core"), _ulimit)
extra_hosts: Final = either(
    mapping_of(
        ("host.a", "b"),
        either(words(("1.2.3.4", "::1", "host-gateway", "${U:-1.1.1.1}")), list_of(words(("1.2.3.4", "5.6.7.8")), 2)),
    ),
    list_of(
        words(("a:1.2.3.4", "a=1.2.3.5", "b:::1", "b=[::1]", "c:host-gateway", "a:9.9.9.9"), ("broken", "=", "a=")), 4
    ),
)


def build(secrets: list[str]) -> Rule:
    """``build``, short and long."""
    fields: dict[str, Rule] = {
        "context": words((".", "./dir", "https://example.com/r.git#main", "${U:-.}")),
        "dockerfile": words(("Dockerfile", "x/Dockerfile.dev")),
        "args": environment,
        "ssh": either(words((["default"], ["k=./key"], {"default": Plain("~")}, {"k": "./p"}))),
        "labels": labels,
        "cache_from": list_of(text),
        "cache_to": list_of(text),
        "no_cache": boolean,
        "no_cache_filter": text_or_list(name),
        "additional_contexts": words((["a=./b"], {"a": "./b"}, {"c": "docker-image://x"})),
        "network": words(("host", "none")),
        "provenance": words(("mode=max", Plain("true"), Plain("false"), "true")),
        "sbom": words((Plain("true"), "generator=x")),
        "pull": boolean,
        "target": name,
        "shm_size": either(size, words((Plain("1024"),))),
        "extra_hosts": extra_hosts,
        "isolation": words(("default",)),
        "privileged": boolean,
        "tags": list_of(text),
        "ulimits": ulimits,
        "platforms": list_of(words(("linux/amd64", "linux/arm64"))),
        "entitlements": list_of(words(("network.host",))),
    }
    if secrets:
        fields["secrets"] = list_of(file_mount(secrets), 2)
    inline: dict[str, Rule] = {
        "context": fields["context"],
        "dockerfile_inline": words(("FROM x\nRUN y\n",)),
        "target": name,
    }
    return either(
        words((".", "./dir", "${U:-ctx}")), record(fields, ("context",), 6), record(inline, ("dockerfile_inline",))
    )


hook: Final = record(
    {"command": command, "user": name, "privileged": boolean, "working_dir": path, "environment": environment},
    ("command",),
)
develop: Final = record(
    {
        "watch": list_of(
            either(
                record({"path": words(("./src", "a"), ("",)), "action": words(("sync", "sync+restart", "sync+exec")), "target": target, "exec": hook, "include": text_or_list(text), "ignore": text_or_list(text), "initial_sync": strict_boolean}, ("path", "action", "target")),
                record({"path": words(("./src",)), "action": words(("rebuild", "restart"), ("x",)), "ignore": text_or_list(text)}, ("path", "action")),
            ),
            2,
        )
    }
)  # fmt: skip
blkio: Final = record(
    {
        "weight": integer,
        "weight_device": list_of(record({"path": path, "weight": integer}), 2),
        **{
            f"device_{way}_{unit}": list_of(record({"path": path, "rate": either(size, words((Plain("1024"),)))}), 2)
            for way in ("read", "write")
            for unit in ("bps", "iops")
        },
    }
)
env_file: Final = either(
    words((".env", "a/b.env")),
    list_of(
        either(
            words((".env", "c.env")), record({"path": path, "required": boolean, "format": words(("raw",))}, ("path",))
        )
    ),
)
provider: Final = record(
    {
        "type": words(("model", "awesomecloud")),
        "options": mapping_of(
            ("model", "k"),
            either(text, words((Plain("1"), Plain("true"), Plain("1.50"))), list_of(words(("a", "b", Plain("2"))))),
        ),
    },
    ("type",),
)
attachment: Final = record(
    {
        "aliases": list_of(name),
        "ipv4_address": words(("10.0.0.2",)),
        "ipv6_address": words(("fd00::2",)),
        "link_local_ips": list_of(words(("169.254.1.1",))),
        "mac_address": words(("02:42:ac:11:00:02",)),
        "interface_name": name,
        "driver_opts": options,
        "priority": words((Plain("1"), Plain("100"), Plain("1.0"))),
        "gw_priority": words((Plain("1"), Plain("0"))),
        "use_service_name_alias": boolean,
    }
)
storage_options: Final = mapping_of(("size", "k"), scalar)
swap: Final = either(number_or_size, words((Plain("-1"), "-1")))
