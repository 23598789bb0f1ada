"""Which image a service's container runs, for which platform, and when it is fetched."""

from __future__ import annotations

from typing import Any, Final

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts

_POLICIES: Final = {None: manifests.IMAGE_PULL_POLICY, "missing": "IfNotPresent", "always": "Always", "never": "Never"}
_BUILD: Final = "build"
_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm"}
"""Docker's other names → Kubernetes'."""
_KNOWN: Final = {"amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", *_ARCHITECTURES}
_LINUX: Final = "linux"


def image(context: Context) -> Parts:
    """Translate ``image``, ``build``, ``pull_policy`` and ``platform``."""
    _judge_policy(context)
    return Parts(container=image_fields(context), pod={"nodeSelector": _nodes(context)})


def image_fields(context: Context) -> dict[str, Any]:
    """Return the fields that name the service's image in a container."""
    reference = context.app.images.get(context.key, context.service.image)
    return {"image": reference, "imagePullPolicy": _POLICIES.get(context.service.pull_policy, "Always")}


def _judge_policy(context: Context) -> None:
    written, path = context.service.pull_policy, (*context.path, "pull_policy")
    if written == _BUILD:
        if context.key not in context.app.images:
            hint = f"build and push it, then name it in images.{context.key}; or remove pull_policy"
            context.report.problem(path, "an image cannot be built in a cluster", hint)
    elif written not in _POLICIES:
        message = f"{written}: the image is fetched for every new container, as Kubernetes knows no age of an image"
        context.report.warning(path, message, "write always or missing")


def _nodes(context: Context) -> dict[str, str]:
    """Select nodes by the labels that every kubelet gives its own; a variant (``v7``) has none."""
    written = context.service.platform
    if not written:
        return {}
    words = written.split("/")
    system, *rest = [_LINUX, *words] if words[0] in _KNOWN else words
    if system != _LINUX or (rest and rest[0] not in _KNOWN):
        message = f"{written} is no platform that this product makes pods for"
        context.report.problem((*context.path, "platform"), message, "write one such as linux/amd64")
        return {}
    architecture = {"kubernetes.io/arch": _ARCHITECTURES.get(rest[0], rest[0])} if rest else {}
    return {"kubernetes.io/os": system, **architecture}
