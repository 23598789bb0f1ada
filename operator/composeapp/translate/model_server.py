"""One model becomes a llama.cpp server: a Deployment and the Service that its URL names."""

from __future__ import annotations

import math
from typing import Any, Final

from composeapp import quantities
from composeapp.compose.document import Model
from composeapp.plan import App, Manifest
from composeapp.problems import Report
from composeapp.puller.errors import InvalidReferenceError
from composeapp.puller.reference import resolve
from composeapp.settings import Settings
from composeapp.translate import llama_flags, manifests, names, scheduling
from composeapp.translate.scheduling import Placement
from composeapp.translate.variables import environment
from composeapp.workload_kinds import DEPLOYMENT

_FOLDER: Final = "/models"
_FILE: Final = f"{_FOLDER}/model.gguf"
_TEMPORARY: Final = "/tmp"  # noqa: S108 - the path inside the container, where an emptyDir is mounted
_ALL_LAYERS: Final = "999"
_USER: Final = 65532
"""Nobody in particular, as in distroless images."""
_PULL_REQUESTS: Final = {"cpu": "100m", "memory": "64Mi"}
_STARTUP_PERIOD_SECONDS: Final = 2
_HEALTH: Final = {"httpGet": {"path": "/health", "port": names.HTTP_PORT}}


def model_server(key: str, model: Model, app: App, settings: Settings, report: Report) -> list[Manifest]:
    """Return the objects that serve one model."""
    placement = scheduling.placement(key, model, settings, report)
    pod = {
        **_pod(app, placement, settings),
        "initContainers": [_pull_container(key, model, settings, report)],
        "containers": [_server_container(key, model, placement, settings, report)],
        "volumes": [{"name": names.MODELS_VOLUME, "emptyDir": {}}, {"name": names.TEMPORARY_VOLUME, "emptyDir": {}}],
    }
    name = names.model_name(app.name, key)
    return [
        manifests.workload(
            app,
            DEPLOYMENT,
            name,
            component=names.MODEL_COMPONENT,
            key=key,
            spec=_roll_out(placement, settings),
            pod=pod,
            annotations={names.MODEL_ANNOTATION: model.model},
        ),
        manifests.service(app, name, component=names.MODEL_COMPONENT, key=key, spec=_service()),
    ]


def _service() -> dict[str, Any]:
    port = {"name": names.HTTP_PORT, "port": names.MODEL_SERVICE_PORT, "protocol": "TCP", "targetPort": names.HTTP_PORT}
    return {"type": "ClusterIP", "ports": [port]}


def _roll_out(placement: Placement, settings: Settings) -> dict[str, Any]:
    """With a GPU the old server goes first: a second one would wait for a second GPU."""
    strategy = {"type": "Recreate"} if placement.accelerator else manifests.ROLLING_UPDATE
    return {
        "replicas": 1,
        "strategy": strategy,
        "progressDeadlineSeconds": settings.model_server.progress_deadline_seconds,
    }


def _pod(app: App, placement: Placement, settings: Settings) -> dict[str, Any]:
    accelerator = placement.accelerator
    groups = settings.gpu.supplemental_groups if accelerator else ()
    return {
        **manifests.pod_basics(app),
        **manifests.without_empty(
            [
                ("runtimeClassName", accelerator.runtime_class_name if accelerator else None),
                ("nodeSelector", dict(placement.node_selector)),
                ("tolerations", [dict(toleration) for toleration in placement.tolerations]),
            ]
        ),
        "terminationGracePeriodSeconds": settings.model_server.termination_grace_period_seconds,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            **manifests.without_empty([("supplementalGroups", list(groups))]),
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def _pull_container(key: str, model: Model, settings: Settings, report: Report) -> dict[str, Any]:
    """Fetch the weights before the server starts: the server's own download hides progress and checks no digest."""
    return {
        "name": names.PULL_CONTAINER,
        "image": settings.images.puller,
        "imagePullPolicy": manifests.IMAGE_PULL_POLICY,
        "command": ["composeapp", "pull"],
        "args": [manifests.literal(argument) for argument in _pull_arguments(key, model, settings, report)],
        "resources": {"requests": dict(_PULL_REQUESTS)},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": _confined(read_only=True),
        "volumeMounts": _mounts(),
    }


def _pull_arguments(key: str, model: Model, settings: Settings, report: Report) -> list[str]:
    """Say only what this model's registry needs: another registry's mirror changes no pod of this model."""
    arguments = [model.model, "--into", _FOLDER]
    try:
        registry = resolve(model.model).registry
    except InvalidReferenceError as error:
        report.problem(("models", key, "model"), str(error))
        return arguments
    mirror = settings.registry_mirrors.get(registry)
    if mirror:
        arguments += ["--mirror", f"{registry}={mirror.endpoint}"]
    if registry in settings.plain_http_registries:
        arguments += ["--plain-http", registry]
    return arguments


def _server_container(
    key: str, model: Model, placement: Placement, settings: Settings, report: Report
) -> dict[str, Any]:
    accelerator = placement.accelerator
    arguments = _server_arguments(key, model, placement, settings, report)
    return {
        "name": names.MODEL_CONTAINER,
        "image": getattr(settings.images.llama_server, accelerator.vendor if accelerator else "cpu"),
        "imagePullPolicy": manifests.IMAGE_PULL_POLICY,
        "args": [manifests.literal(argument) for argument in arguments],
        "env": environment({"HOME": _TEMPORARY}),
        "ports": [{"name": names.HTTP_PORT, "containerPort": names.MODEL_SERVER_PORT, "protocol": "TCP"}],
        "resources": _resources(placement, settings),
        "startupProbe": _startup_probe(settings),
        "readinessProbe": {**_HEALTH, "periodSeconds": 5, "timeoutSeconds": 5},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": _confined(read_only=accelerator is None or settings.gpu.read_only_root_filesystem),
        "volumeMounts": _mounts(read_only_models=True),
    }


def _server_arguments(key: str, model: Model, placement: Placement, settings: Settings, report: Report) -> list[str]:
    """Ours, the administrator's, the author's: llama-server lets the last one win."""
    context = model.context_size if model.context_size and model.context_size > 0 else None
    return [
        *("--host", "0.0.0.0", "--port", str(names.MODEL_SERVER_PORT)),  # noqa: S104 - the pod's own address
        *("--model", _FILE, "--alias", model.model, "--metrics"),
        *("--ctx-size", str(context or settings.model_server.default_context_size)),
        *("--cache-ram", str(settings.model_server.prompt_cache_mebibytes)),
        *(("--n-gpu-layers", _ALL_LAYERS) if placement.accelerator else ()),
        *settings.model_server.extra_flags,
        *llama_flags.runtime_arguments(key, model, report),
    ]


def _startup_probe(settings: Settings) -> dict[str, Any]:
    """The server answers 503 while it loads; there is no liveness probe that could kill it in the middle of it."""
    failures = math.ceil(settings.model_server.startup_timeout_seconds / _STARTUP_PERIOD_SECONDS)
    return {**_HEALTH, "periodSeconds": _STARTUP_PERIOD_SECONDS, "timeoutSeconds": 5, "failureThreshold": failures}


def _resources(placement: Placement, settings: Settings) -> dict[str, Any]:
    limits = dict(placement.resources.limits)
    requests = {
        name: min(usual, limits.get(name, usual), key=quantities.amount)
        for name, usual in _usual_requests(placement, settings).items()
    }
    requests |= placement.resources.requests
    if placement.accelerator:
        gpus = {placement.accelerator.resource_name: str(placement.accelerator.count)}
        requests, limits = requests | gpus, limits | gpus
    return manifests.without_empty(
        [("requests", dict(sorted(requests.items()))), ("limits", dict(sorted(limits.items())))]
    )


def _usual_requests(placement: Placement, settings: Settings) -> dict[str, str]:
    """With a GPU the weights and the KV cache are in its own memory, without one they are in ours."""
    server = settings.model_server
    memory = server.gpu_host_memory if placement.accelerator else server.cpu_memory
    return {"cpu": server.cpu_request, "memory": quantities.plus_mebibytes(memory, server.prompt_cache_mebibytes)}


def _confined(*, read_only: bool) -> dict[str, Any]:
    """Return what Pod Security ``restricted`` asks of a container, and more where the image allows it."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": read_only,
        "capabilities": {"drop": ["ALL"]},
    }


def _mounts(*, read_only_models: bool = False) -> list[dict[str, Any]]:
    models: dict[str, Any] = {"name": names.MODELS_VOLUME, "mountPath": _FOLDER}
    if read_only_models:
        models["readOnly"] = True
    return [models, {"name": names.TEMPORARY_VOLUME, "mountPath": _TEMPORARY}]
