"""A look at an app for the tests of its status, and the containers that it sees."""

from __future__ import annotations

from composeapp.status.app import Verdict, app_status
from composeapp.status.rows import Observed
from support.cluster_objects import RESOURCE

NOW = "2026-01-02T00:00:00Z"
SINCE = {"startedAt": "2026-01-01T00:00:05Z"}
SCHEDULER = "0/5 nodes are available: 5 node(s) didn't match Pod's node affinity/selector."
HINT = "(if that lasts, kubectl describe pod llm-r1 shows why)"
BACK_OFF = 'Back-off pulling image "x:1": ErrImagePull: not found'


def container(name: str, *, ready: bool = False, restarts: int = 0, **more) -> dict:
    """Return a container's status; ``more`` is state, lastState, started."""
    return {"name": name, "ready": ready, "restartCount": restarts, **more}


def ended(code: int, message: str = "", reason: str = "Error") -> dict:
    """Return the state of a container that ended."""
    return {"terminated": {"exitCode": code, "reason": reason, "message": message}}


CRASHING = container(
    "llama-server",
    restarts=4,
    state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
    lastState=ended(1, "error: invalid argument: --no-such-flag"),
)
PULLED = container("pull", ready=True, state=ended(0, reason="Completed"))


def look(live: list[dict], pods: list[dict] = (), *, resource=RESOURCE, **verdict) -> dict:
    """Return the status for a good document whose plan is what is there."""
    observed = Observed(tuple(live), (), tuple(pods))
    return app_status(resource, Verdict(**{"manifests": tuple(live), **verdict}), observed, now=NOW)


def conditions(status: dict) -> dict[str, tuple[str, str]]:
    """Return status and reason of every condition."""
    return {item["type"]: (item["status"], item["reason"]) for item in status["conditions"]}
