"""
What runs a service: a Deployment, a DaemonSet or a Job.

Compose has no word for a service that is to end. ``deploy.mode`` decides, else whether another waits for its
end, else its restart policy where nothing else says that it is to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from composeapp.compose.document import Document, Service
from composeapp.problems import Path, Report
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB

COMPLETED: Final = "service_completed_successfully"
HEALTHY: Final = "service_healthy"

_MODES: Final = {"global": DAEMON_SET, "replicated-job": JOB}
_NO_MODES: Final = {"replicated", None}
_CONDITIONS: Final = {"none": "no", "on-failure": "on-failure", "any": "always", None: "always"}
"""Word of ``deploy.restart_policy.condition`` → word of ``restart``."""
_RESTARTS: Final = {"no", "always", "unless-stopped", "on-failure"}
_USUAL_RETRIES: Final = 6
"""Retries of a Job that says nothing (Kubernetes, ``backoffLimit``)."""


@dataclass(frozen=True, slots=True)
class Restart:
    """When a container that has ended is started again. ``retries``: how often, ``None`` without a limit."""

    word: str = "no"
    retries: int | None = None
    is_written: bool = False

    @property
    def may_end(self) -> bool:
        """Whether its author wrote that it may end for good."""
        return self.is_written and self.word in ("no", "on-failure")

    @property
    def backoff_limit(self) -> int:
        """How often a Job tries again."""
        if self.word == "no":
            return 0
        return _USUAL_RETRIES if self.retries is None else self.retries


def kinds(document: Document) -> dict[str, str]:
    """Return the kind of the workload of each service."""
    awaited = {condition: _awaited(document, condition) for condition in (COMPLETED, HEALTHY)}
    return {
        key: _kind(service, ends=key in awaited[COMPLETED], answers=key in awaited[HEALTHY])
        for key, service in document.services.items()
    }


def restart(service: Service) -> Restart:
    """Return the restart policy of a service; ``deploy.restart_policy`` wins, as in Compose."""
    policy = service.deploy.restart_policy if service.deploy else None
    if policy is not None:
        word = _CONDITIONS.get(policy.condition, str(policy.condition))
        return Restart(word, policy.max_attempts or None, is_written=True)
    if service.restart is None:
        return Restart()
    word, colon, retries = service.restart.partition(":")
    if colon and not retries.isdecimal():
        return Restart(service.restart, is_written=True)
    return Restart(word, int(retries or 0) or None, is_written=True)


def judge(document: Document, kinds_of_services: Mapping[str, str], report: Report) -> None:
    """Report modes and restart policies that there are not, and those that have no effect."""
    for key, service in document.services.items():
        path: Path = ("services", key)
        _judge_mode(service, path, report)
        _judge_restart(service, path, kinds_of_services[key], report)
    for key in sorted(_awaited(document, COMPLETED)):
        if kinds_of_services.get(key) == DAEMON_SET:
            message = "a service on every node never completes, but another waits for that"
            report.problem(("services", key, "deploy", "mode"), message, "remove it")


def _awaited(document: Document, condition: str) -> set[str]:
    return {
        name
        for service in document.services.values()
        for name, dependency in service.depends_on.items()
        if dependency.condition == condition
    }


def _kind(service: Service, *, ends: bool, answers: bool) -> str:
    mode = service.deploy.mode if service.deploy else None
    if mode in _MODES:
        return _MODES[mode]
    serves = answers or bool(service.ports or service.expose or service.healthcheck)
    return JOB if ends or (restart(service).may_end and not serves) else DEPLOYMENT


def _judge_mode(service: Service, path: Path, report: Report) -> None:
    mode = service.deploy.mode if service.deploy else None
    if mode not in _MODES.keys() | _NO_MODES:
        hint = "write replicated, global or replicated-job"
        report.problem((*path, "deploy", "mode"), f"a cluster has no mode {mode}", hint)


def _judge_restart(service: Service, path: Path, kind: str, report: Report) -> None:
    policy = restart(service)
    in_deploy = bool(service.deploy and service.deploy.restart_policy)
    place: Path = (*path, "deploy", "restart_policy", "condition") if in_deploy else (*path, "restart")
    if policy.word not in _RESTARTS:
        hint = "write none, on-failure or any" if in_deploy else "write no, always, unless-stopped or on-failure[:N]"
        report.problem(place, f"there is no restart policy {policy.word}", hint)
    elif kind != JOB and policy.may_end:
        message = "Kubernetes restarts it always: the service has ports or a healthcheck, or runs on every node"
        hint = "if it is to run once, say deploy.mode: replicated-job; else write restart: always"
        report.warning(place, message, hint)
