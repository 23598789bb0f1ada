"""Documents that break one rule across fields each, and those that come close and are accepted."""

from __future__ import annotations

from typing import Any, NamedTuple


class Mistake(NamedTuple):
    """A document, and the place and the words of its one problem; Compose's words, but for ``differs``."""

    text: str
    path: tuple[str | int, ...]
    words: str
    differs: bool = False
    """Compose names the wrong thing, or no place in a list; we do."""


def _service(keys: str, rest: str = "") -> str:
    return f"services:\n  app: {{image: x, {keys}}}\n{rest}"


_APP: tuple[Any, ...] = ("services", "app")
_INVALID = ": invalid compose project"
_OFF = "  off: {image: y, profiles: [p]}\n"
_JOB = "jobs:\n  job: {image: x, triggers: {manual: true}}\n"
_BUILD = "services:\n  app: {build: {%s}}\n"
_PLAIN = "services:\n  app: {image: x}\n"

MISTAKES = {
    "undefined network": Mistake(_service("networks: [n]"), (*_APP, "networks", "n"),
        f'service "app" refers to undefined network n{_INVALID}'),
    "undefined volume": Mistake(_service("volumes: ['data:/d']"), (*_APP, "volumes", 0),
        f'service "app" refers to undefined volume data{_INVALID}'),
    "undefined secret": Mistake(_service("secrets: [s]"), (*_APP, "secrets", 0),
        f'service "app" refers to undefined secret s{_INVALID}'),
    "secret without a name": Mistake(_service("secrets: [{target: t}]"), (*_APP, "secrets", 0),
        f'service "app" refers to undefined secret {_INVALID}'),
    "undefined config": Mistake(_service("configs: [c]"), (*_APP, "configs", 0),
        f'service "app" refers to undefined config c{_INVALID}'),
    "undefined model": Mistake(_service("models: [m]"), (*_APP, "models", "m"),
        f'service "app" refers to undefined model m{_INVALID}'),
    "undefined build secret": Mistake(_BUILD % "secrets: [s]", (*_APP, "build", "secrets", 0),
        f'service "app" refers to undefined build secret s{_INVALID}'),
    "nothing to run": Mistake("services:\n  app: {restart: always}\n", _APP,
        f'service "app" has neither an image nor a build context specified{_INVALID}'),
    "two Dockerfiles": Mistake(_BUILD % "dockerfile: D, dockerfile_inline: FROM x", (*_APP, "build"),
        f'service "app" declares mutualy exclusive dockerfile and dockerfile_inline{_INVALID}'),
    "unknown build context": Mistake(_BUILD % "additional_contexts: {base: 'service:zz'}",
        (*_APP, "build", "additional_contexts", "base"),
        'service "app" declares unknown service "zz" as additional contexts base'),
    "build context that is not built": Mistake(
        _BUILD % "additional_contexts: {base: 'service:off'}" + _OFF, (*_APP, "build", "additional_contexts", "base"),
        'service "app" declares non-buildable service "off" as additional contexts base'),
    "platform that is not built": Mistake(
        "services:\n  app: {platform: linux/amd64, build: {platforms: [linux/arm64]}}\n", (*_APP, "build", "platforms"),
        f'service.build.platforms MUST include service.platform "linux/amd64"{_INVALID}'),
    "network mode and networks": Mistake(_service("network_mode: host, networks: [n]", "networks: {n: }\n"),
        (*_APP, "network_mode"), f"service app declares mutually exclusive `network_mode` and `networks`{_INVALID}"),
    "kind of health test": Mistake(_service("healthcheck: {test: [curl, x]}"), (*_APP, "healthcheck", "test"),
        'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"'),
    "undefined dependency": Mistake(_service("depends_on: [zz]"), (*_APP, "depends_on", "zz"),
        f'service "app" depends on undefined service "zz"{_INVALID}'),
    "optional but undefined dependency": Mistake(
        _service("depends_on: {zz: {condition: service_started, required: false}}"), (*_APP, "depends_on", "zz"),
        f'service "app" depends on undefined service "zz"{_INVALID}'),
    "dependency without its profile": Mistake(_service("depends_on: [off]", _OFF), (*_APP, "depends_on", "off"),
        f'service "app" depends on undefined service "off"{_INVALID}'),
    "dependency on a job": Mistake(_service("depends_on: [job]", _JOB), (*_APP, "depends_on", "job"),
        f'service "app" cannot depend on job "job": services can only depend on other services{_INVALID}'),
    "link to nothing": Mistake(_service("links: ['zz:db']"), (*_APP, "links", 0),
        f'service "app" depends on undefined service "zz"{_INVALID}'),
    "volumes from nothing": Mistake(_service("volumes_from: ['zz:ro', 'container:c']"), (*_APP, "volumes_from", 0),
        f'service "app" depends on undefined service "zz"{_INVALID}'),
    "processes of nothing": Mistake(_service("pid: 'service:zz'"), (*_APP, "pid"),
        f'service "app" depends on undefined service "zz"{_INVALID}'),
    "network of a service without its profile": Mistake(
        _service("depends_on: {off: {condition: service_started, required: false}}, network_mode: 'service:off'", _OFF),
        (*_APP, "network_mode"), "service \"off\" not found for network_mode 'service:off'"),
    "two numbers of replicas": Mistake(_service("scale: 2, deploy: {replicas: 3}"), (*_APP, "scale"),
        f"services.app: can't set distinct values on 'scale' and 'deploy.replicas'{_INVALID}"),
    "negative scale": Mistake(_service("scale: -2"), (*_APP, "scale"),
        "services.app.scale: must be greater than or equal to 0"),
    "negative replicas": Mistake(_service("deploy: {replicas: -1}"), (*_APP, "deploy", "replicas"),
        "services.app.deploy.replicas: must be greater than or equal to 0"),
    "devices reserved by number and name": Mistake(_service(
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1, device_ids: ['0']}]}}}"),
        (*_APP, "deploy", "resources", "reservations", "devices", 0), "services.app.deploy.resources.reservations"
        '.devices[0]: "count" and "device_ids" attributes are exclusive', differs=True),
    "limits that leave processors out": Mistake(_service("cpus: 1, deploy: {resources: {limits: {memory: 1g}}}"),
        (*_APP, "cpus"),
        f"services.app: can't set distinct values on 'cpus' and 'deploy.resources.limits.cpus'{_INVALID}"),
    "two amounts of memory": Mistake(_service("mem_limit: 1g, deploy: {resources: {limits: {memory: 1025m}}}"),
        (*_APP, "mem_limit"),
        f"services.app: can't set distinct values on 'mem_limit' and 'deploy.resources.limits.memory'{_INVALID}"),
    "two reservations": Mistake(_service("mem_reservation: 1g, deploy: {resources: {reservations: {memory: 2g}}}"),
        (*_APP, "mem_reservation"), "services.app: can't set distinct values on 'mem_reservation' "
        f"and 'deploy.resources.reservations.memory'{_INVALID}"),
    "two numbers of processes": Mistake(_service("pids_limit: 9, deploy: {resources: {limits: {pids: 8}}}"),
        (*_APP, "pids_limit"),
        f"services.app: can't set distinct values on 'pids_limit' and 'deploy.resources.limits.pids'{_INVALID}"),
    "a name for two containers": Mistake(_service("scale: 2, container_name: web"), (*_APP, "container_name"),
        f"services.app: can't set container_name and scale as container name must be unique{_INVALID}", differs=True),
    "copy to nowhere": Mistake(_service("develop: {watch: [{action: sync, path: .}]}"), (*_APP, "develop", "watch", 0),
        f"services.app.develop.watch: target is required for non-rebuild actions{_INVALID}"),
    "watching nothing": Mistake(_service("develop: {watch: [{action: rebuild, path: ''}]}"),
        (*_APP, "develop", "watch", 0, "path"), "services.app.develop.watch[0].path: value can't be blank",
        differs=True),
    "same target twice": Mistake(_service("tmpfs: [/a, '/a:size=1m']"), (*_APP, "tmpfs", 1),
        "services.app.tmpfs[1]: target /a already mounted as services.app.tmpfs[0]"),
    "target of a tmpfs": Mistake(_service("tmpfs: [/a], volumes: ['/a']"), (*_APP, "volumes", 0),
        "services.app.volumes[0]: target /a already mounted as services.app.tmpfs[0]"),
    "mount without target": Mistake(_service("volumes: [{type: tmpfs}]"), (*_APP, "volumes", 0),
        "service volume services.app.volumes.[0] is missing a mount target"),
    "device without target": Mistake(_service("devices: [{source: /dev/x}]"), (*_APP, "devices", 0),
        "service device services.app.devices.[0] is missing a mount target"),
    "port at an address with a zone": Mistake(_service("ports: [{target: 80, host_ip: 'fe80::1%eth0'}]"),
        (*_APP, "ports", 0, "host_ip"), "services.app.ports[0]: invalid ip address: fe80::1%eth0", differs=True),
    "devices counted and named": Mistake(_service("gpus: [{count: 1, device_ids: ['0']}]"), (*_APP, "gpus", 0),
        'services.app.gpus[0]: "count" and "device_ids" attributes are exclusive', differs=True),
    "secret without source": Mistake(_PLAIN + "secrets: {s: {}}\n", ("secrets", "s"),
        "secrets.s: one of file|environment must be set"),
    "secret that is not external": Mistake(_PLAIN + "secrets: {s: {external: false}}\n", ("secrets", "s"),
        f'secret "s" must declare either `file` or `environment`{_INVALID}'),
    "secret of a driver": Mistake(_PLAIN + "secrets: {s: {driver: d}}\n", ("secrets", "s"),
        f'secret "s" must declare either `file` or `environment`{_INVALID}'),
    "secret of two sources": Mistake(_PLAIN + "secrets: {s: {file: a, environment: B}}\n", ("secrets", "s"),
        "secrets.s: file|environment attributes are mutually exclusive"),
    "config without source": Mistake(_PLAIN + "configs: {c: {}}\n", ("configs", "c"),
        "configs.c: one of file|environment|content must be set"),
    "config of two sources": Mistake(_PLAIN + "configs: {c: {content: a, environment: B}}\n", ("configs", "c"),
        "configs.c: file|environment|content attributes are mutually exclusive"),
    "described but external": Mistake(_PLAIN + "volumes: {v: {external: true, driver: local}}\n",
        ("volumes", "v", "driver"), 'volumes.v: conflicting parameters "external" and "driver" specified'),
    "circle": Mistake("services:\n  app: {image: x, depends_on: [b]}\n  b: {image: x, links: [app]}\n",
        ("services", "b", "depends_on", "app"), "dependency cycle detected: app -> b -> app"),
    "circle of one": Mistake(_service("depends_on: [app]"), (*_APP, "depends_on", "app"),
        "dependency cycle detected: app -> app"),
    "job called like a service": Mistake(_PLAIN + _JOB.replace("job:", "app:"), ("jobs", "app"),
        f'"app" is declared both as a service and a job: service and job names must be unique{_INVALID}'),
    "job that waits for nothing": Mistake(_PLAIN + _JOB.replace("image: x", "image: x, depends_on: [zz]"),
        ("jobs", "job", "depends_on", "zz"), f'job "job" depends on undefined service or job "zz"{_INVALID}'),
}  # fmt: skip
"""Each breaks exactly one rule."""

ACCEPTED = {
    "the default network": _service("networks: [default]"),
    "an empty list of networks": _service("networks: {}, network_mode: none"),
    "an optional dependency without its profile": _service(
        "depends_on: {off: {condition: service_started, required: false}}", _OFF
    ),
    "a service without its profile that is wrong": _PLAIN
    + "  off: {image: y, profiles: [p], depends_on: [zz], deploy: {replicas: -1}}\n",
    "a provider": "services:\n  app: {provider: {type: model, options: {model: ai/m}}}\n",
    "equal processors": _service("cpus: 0.5, deploy: {resources: {limits: {cpus: '0.50'}}}"),
    "processors only reserved": _service("cpus: 2, deploy: {resources: {reservations: {cpus: '1'}}}"),
    "equal replicas": _service("scale: 2, deploy: {replicas: 2}"),
    "a config that is not external": _PLAIN + "configs: {c: {external: false}}\n",
    "an external volume with a name": _PLAIN + "volumes: {v: {external: true, name: q, x-own: 1}}\n",
    "an external network that is described": _PLAIN + "networks: {n: {external: true, driver: bridge}}\n",
    "a config whose variable has a value": _PLAIN + "configs: {c: {environment: GIVEN}}\n",
    "a job that waits for a job": _PLAIN + _JOB + _JOB[6:].replace("job: {", "more: {depends_on: [job, app], "),
    "processes of another service": _service("pid: 'service:b'", "  b: {image: x}\n"),
}  # fmt: skip
"""None breaks a rule."""

VARIABLES = {"GIVEN": "a value"}
