"""A handful of constructors for the objects we make: plain dicts, in the order a person would write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from composeapp.plan import App, Manifest
from composeapp.translate import names
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB

_API_VERSIONS: Final = {DEPLOYMENT: "apps/v1", DAEMON_SET: "apps/v1", JOB: "batch/v1"}

IMAGE_PULL_POLICY: Final = "IfNotPresent"
ROLLING_UPDATE: Final[Mapping[str, Any]] = {
    "type": "RollingUpdate",
    "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
}
"""
The new pod first, so that no request finds nobody.

Written out, because a ``rollingUpdate`` that the API server defaults is owned by nobody: a later
apply of ``Recreate`` would not remove it and be refused.
"""


def literal(text: str) -> str:
    """
    Protect a text from the kubelet's ``$(NAME)`` expansion.

    It also turns ``$$`` into ``$`` wherever it stands, so every ``$`` is doubled
    (Kubernetes, ``third_party/forked/golang/expansion/expand.go``).
    """
    return text.replace("$", "$$")


def workload(
    app: App,
    kind: str,
    name: str,
    *,
    component: str,
    key: str,
    spec: Mapping[str, Any],
    pod: Mapping[str, Any],
    annotations: Mapping[str, str] | None = None,
    pod_labels: Mapping[str, str] | None = None,
    pod_annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """
    Return what makes the pods of one Compose key; ``spec`` is what it says beside selector and template.

    ``pod_labels`` cannot replace those that select the pods. A Job has no selector: Kubernetes gives it one.
    """
    own = names.labels(app.name, component, key)
    template = without_empty([("labels", {**(pod_labels or {}), **own}), ("annotations", dict(pod_annotations or {}))])
    selector = {} if kind == JOB else {"selector": {"matchLabels": names.selector(app.name, component, key)}}
    return {
        "apiVersion": _API_VERSIONS[kind],
        "kind": kind,
        "metadata": metadata(app, name, component, key, annotations or {}),
        "spec": {**spec, **selector, "template": {"metadata": template, "spec": dict(pod)}},
    }


def service(app: App, name: str, *, component: str, key: str, spec: Mapping[str, Any]) -> Manifest:
    """Return a Service that selects the pods of one Compose key; ``spec`` is what it says beside the selector."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app, name, component, key, {}),
        "spec": {**spec, "selector": names.selector(app.name, component, key)},
    }


def pod_basics(app: App) -> dict[str, Any]:
    """Return what every pod of ours says: no credentials, no variables of neighbouring Services."""
    basics: dict[str, Any] = {"automountServiceAccountToken": False, "enableServiceLinks": False}
    if app.image_pull_secrets:
        basics["imagePullSecrets"] = [{"name": name} for name in app.image_pull_secrets]
    return basics


def without_empty(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Build a mapping from the fields that say something: the API server does not store the others."""
    return {name: value for name, value in fields if value not in (None, "", [], {}, ())}


def metadata(app: App, name: str, component: str, key: str, annotations: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of an object made for one Compose key."""
    return {
        "name": name,
        "namespace": app.namespace,
        "labels": names.labels(app.name, component, key),
        "annotations": {names.KEY_ANNOTATION: key, **annotations},
    }
