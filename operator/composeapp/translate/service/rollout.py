"""How many pods a service has, and how they are replaced: ``scale``, and ``deploy`` but for its resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.document.resources import Update
from composeapp.problems import Path
from composeapp.translate import manifests
from composeapp.translate.service.kind import restart
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.service.seconds import seconds
from composeapp.translate.service.volumes import needs_the_old_pod_gone
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB

_USUAL_DEADLINE: Final = 600
"""Seconds without progress after which a Deployment says that it is stuck (Kubernetes' own)."""
_ALL: Final = "100%"
_STOP_FIRST: Final = "stop-first"
_SUFFERED: Final = [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
"""That a node was drained is no failure of the program."""


def rollout(context: Context) -> Parts:
    """Translate ``scale``, and of ``deploy`` ``mode``, ``replicas``, ``update_config`` and ``restart_policy``."""
    deploy = context.service.deploy
    if deploy and deploy.update_config:
        _judge_update(context, deploy.update_config)
    return _KINDS[context.kind](context)


def _deployment(context: Context) -> Parts:
    wait = _settled_after(context)
    spec = {"replicas": context.service.replicas, "strategy": _strategy(context), "minReadySeconds": wait or None}
    # Kubernetes refuses a deadline that the waiting alone would exceed.
    deadline = {"progressDeadlineSeconds": _USUAL_DEADLINE + wait} if wait else {}
    return Parts(workload=manifests.without_empty([*spec.items(), *deadline.items()]))


def _strategy(context: Context) -> dict[str, Any]:
    if needs_the_old_pod_gone(context):
        return {"type": "Recreate"}
    update = _update(context)
    if update is None:
        return dict(manifests.ROLLING_UPDATE)
    return {"type": "RollingUpdate", "rollingUpdate": _step(update, update.order or _STOP_FIRST)}


def _daemon_set(context: Context) -> Parts:
    """On a node the old pod goes first, unless the author says otherwise."""
    if context.service.scale is not None or (context.service.deploy and context.service.deploy.replicas is not None):
        message = "how many there are is ignored: the service runs on every node"
        context.report.warning((*context.path, "deploy", "mode"), message, "remove scale and deploy.replicas")
    update = _update(context) or Update()
    order = _STOP_FIRST if needs_the_old_pod_gone(context) else update.order or _STOP_FIRST
    strategy = {"type": "RollingUpdate", "rollingUpdate": _step(update, order)}
    return Parts(
        workload=manifests.without_empty(
            [("updateStrategy", strategy), ("minReadySeconds", _settled_after(context) or None)]
        )
    )


def _job(context: Context) -> Parts:
    """Each attempt is a pod of its own, so that the words of one that failed can be read; they never overlap."""
    count = context.service.replicas
    spec = {
        "completions": count,
        "parallelism": count,
        "backoffLimit": restart(context.service).backoff_limit,
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": {"rules": _SUFFERED},
    }
    return Parts(workload=spec, pod={"restartPolicy": "Never"})


def _step(update: Update, order: str) -> dict[str, Any]:
    """So many at once; none (0) means all."""
    count: int | str = (1 if update.parallelism is None else update.parallelism) or _ALL
    if order == _STOP_FIRST:
        return {"maxSurge": 0, "maxUnavailable": count}
    return {"maxSurge": count, "maxUnavailable": 0}


def _settled_after(context: Context) -> int:
    """Return for how many seconds a new pod must stay ready before the next one is replaced."""
    update = _update(context)
    return max(seconds(update.delay or 0), seconds(update.monitor or 0)) if update else 0


def _update(context: Context) -> Update | None:
    return context.service.deploy.update_config if context.service.deploy else None


def _judge_update(context: Context, update: Update) -> None:
    path: Path = (*context.path, "deploy", "update_config")
    if update.parallelism is not None and update.parallelism < 0:
        context.report.problem((*path, "parallelism"), "is negative", "write 0 for all at once, or a number")
    if update.failure_action not in (None, "pause"):
        message = f"{update.failure_action} means nothing here: an update that fails stops, and the old pods stay"
        context.report.warning((*path, "failure_action"), message, "write pause")


_KINDS: Final[Mapping[str, Callable[[Context], Parts]]] = {
    DEPLOYMENT: _deployment,
    DAEMON_SET: _daemon_set,
    JOB: _job,
}
