"""
Keys of one service that say the same thing twice agree, and some exclude each other.

Source: compose-go, ``loader/validate.go``.
"""

from __future__ import annotations

from typing import Final

from composeapp.compose.checks.judged import INVALID, Judged
from composeapp.compose.document.resources import Deploy, Resources

_NO_RESOURCES: Final = Resources()


def something_to_run(judged: Judged) -> None:
    """There is an image, a way to build one, or a provider; ``spec.images`` may name the image."""
    service = judged.service
    if service.build is None and not service.image and service.provider is None and not judged.images.get(judged.name):
        words = f'service "{judged.name}" has neither an image nor a build context specified{INVALID}'
        judged.problem((), words, "write its image, or name it in images")


def one_dockerfile(judged: Judged) -> None:
    """A Dockerfile is a file or a text."""
    build = judged.service.build
    if build and build.dockerfile and build.dockerfile_inline:
        words = f'service "{judged.name}" declares mutualy exclusive dockerfile and dockerfile_inline{INVALID}'
        judged.problem(("build",), words, "keep one of them")


def built_platform(judged: Judged) -> None:
    """What runs was built."""
    platform = judged.service.platform
    platforms = judged.service.build.platforms if judged.service.build else ()
    if platform and platforms and platform not in platforms:
        words = f'service.build.platforms MUST include service.platform "{platform}"{INVALID}'
        judged.problem(("build", "platforms"), words, f"add {platform}")


def network_mode_or_networks(judged: Judged) -> None:
    """A service that shares a network has none of its own."""
    if judged.service.network_mode and judged.service.networks:
        words = f"service {judged.name} declares mutually exclusive `network_mode` and `networks`{INVALID}"
        judged.problem(("network_mode",), words, "keep one of them")


def health_test_kind(judged: Judged) -> None:
    """A test in words says first what they are."""
    test = judged.service.healthcheck.test if judged.service.healthcheck else None
    if test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        words = 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"'
        judged.problem(("healthcheck", "test"), words, f"write [CMD, {test[0]}, …]")


def replicas(judged: Judged) -> None:
    """``scale`` and ``deploy.replicas`` are one number, which is not negative."""
    scale = judged.service.scale
    declared = judged.service.deploy.replicas if judged.service.deploy else None
    if scale is not None and declared not in (None, scale):
        _distinct(judged, "scale", "deploy.replicas")
    for place, count in ((("scale",), scale), (("deploy", "replicas"), declared)):
        if count is not None and count < 0:
            words = f"services.{judged.name}.{'.'.join(place)}: must be greater than or equal to 0"
            judged.problem_that_says_where(place, words)


def resources(judged: Judged) -> None:
    """
    A limit on the service is the one under ``deploy.resources``.

    As in Compose, limits there that leave one out count as another value.
    """
    service, deploy = judged.service, judged.service.deploy or Deploy()
    limits = (deploy.resources or _NO_RESOURCES).limits
    reservations = (deploy.resources or _NO_RESOURCES).reservations
    pairs = (
        ("cpus", service.cpus, "limits.cpus", limits and (limits.cpus or 0)),
        ("mem_limit", service.mem_limit, "limits.memory", limits and (limits.memory or 0)),
        (
            "mem_reservation",
            service.mem_reservation,
            "reservations.memory",
            reservations and (reservations.memory or 0),
        ),
        ("pids_limit", service.pids_limit, "limits.pids", limits and (limits.pids or 0)),
    )
    for key, value, other_key, other in pairs:
        if value and other is not None and other != value:
            _distinct(judged, key, f"deploy.resources.{other_key}")


def _distinct(judged: Judged, key: str, other: str) -> None:
    words = f"services.{judged.name}: can't set distinct values on '{key}' and '{other}'{INVALID}"
    judged.problem_that_says_where((key,), words, f"remove {key}, or write the same value in both")


def one_container_per_name(judged: Judged) -> None:
    """A container's name is unique."""
    if judged.service.replicas > 1 and judged.service.container_name:
        key = "scale" if judged.service.scale is not None else "deploy.replicas"
        words = f"services.{judged.name}: can't set container_name and {key} as container name must be unique{INVALID}"
        judged.problem_that_says_where(("container_name",), words, "remove container_name")


def watch_targets(judged: Judged) -> None:
    """What is copied is copied somewhere."""
    for index, watch in enumerate(judged.service.develop.watch if judged.service.develop else ()):
        if not watch.target and watch.action not in ("rebuild", "restart"):
            words = f"services.{judged.name}.develop.watch: target is required for non-rebuild actions{INVALID}"
            judged.problem_that_says_where(("develop", "watch", index), words)


def mount_targets(judged: Judged) -> None:
    """One thing is mounted at one place."""
    targets = [(("tmpfs", index), text.partition(":")[0]) for index, text in enumerate(judged.service.tmpfs)]
    targets += [(("volumes", index), mount.target or "") for index, mount in enumerate(judged.service.volumes)]
    mounted: dict[str, str] = {}
    for place, target in targets:
        where = f"services.{judged.name}.{place[0]}[{place[1]}]"
        if target in mounted:
            judged.problem_that_says_where(place, f"{where}: target {target} already mounted as {mounted[target]}")
        mounted.setdefault(target, where)
