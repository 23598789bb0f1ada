"""When a service counts as healthy: its ``healthcheck`` as startup and readiness probe, never as liveness probe."""

from __future__ import annotations

from typing import Any, Final

from composeapp.compose.document import Service
from composeapp.compose.document.parts import HealthCheck
from composeapp.problems import Path
from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.service.seconds import seconds

_INTERVAL: Final = 30
_TIMEOUT: Final = 30
_RETRIES: Final = 3
_START_INTERVAL: Final = 5
"""Docker's numbers for what a check does not say, in seconds (Dockerfile reference, HEALTHCHECK)."""
_FOR_EVER: Final = 2**31 - 1
"""Most failures that a probe may allow. Docker kills no container for being unhealthy."""


def health(context: Context) -> Parts:
    """
    Translate ``healthcheck``.

    The startup probe asks often, so that dependents need not wait for Docker's 30 seconds, and never gives up.
    The readiness probe then goes on with the author's numbers; both never run at the same time.
    """
    check = context.service.healthcheck
    if check is None or not _is_complete(context, check):
        return Parts()
    probe = {"exec": {"command": _command(check)}, "timeoutSeconds": _whole(check.timeout, _TIMEOUT)}
    interval = _whole(check.interval, _INTERVAL)
    often = min(interval, _whole(check.start_interval, _START_INTERVAL))
    return Parts(
        container={
            "startupProbe": {**probe, "periodSeconds": often, "failureThreshold": _FOR_EVER},
            "readinessProbe": {**probe, "periodSeconds": interval, "failureThreshold": check.retries or _RETRIES},
        }
    )


def is_checked(service: Service) -> bool:
    """Tell whether a service says how to see that it is healthy."""
    check = service.healthcheck
    return check is not None and not _is_off(check) and bool(check.test)


def _is_off(check: HealthCheck) -> bool:
    return check.disable or (bool(check.test) and check.test is not None and check.test[0] == "NONE")


def _is_complete(context: Context, check: HealthCheck) -> bool:
    path: Path = (*context.path, "healthcheck")
    if _is_off(check):
        return False
    if not check.test:
        message = "ignored: it has no test, and Kubernetes does not look at the HEALTHCHECK of an image"
        context.report.warning(path, message, "write the image's test here")
        return False
    if len(check.test) == 1:
        context.report.problem((*path, "test"), "names no command", "write [CMD, PROGRAM, ARGUMENT, …]")
    if check.retries is not None and check.retries < 0:
        context.report.problem((*path, "retries"), "is negative", "write how many failures in a row are too many")
    return True


def _command(check: HealthCheck) -> list[str]:
    """The kubelet expands ``$(NAME)`` in a probe as it does in a container's command."""
    kind, *words = check.test or ()
    command: list[Any] = ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words
    return [manifests.literal(word) for word in command]


def _whole(duration: int | None, usual: int) -> int:
    """Return seconds, at least one; nothing and 0 mean the usual."""
    return max(1, seconds(duration)) if duration else usual
