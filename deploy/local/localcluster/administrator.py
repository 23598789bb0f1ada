"""What the administrator of the local cluster decides: the operator's settings, as the chart takes them."""

from __future__ import annotations

from typing import Any, Final

LLAMA_SERVER_IMAGE: Final = "composeapp.local/llama-server:debian"
OPERATOR_REPOSITORY: Final = "composeapp.local/operator"
OPERATOR_TAG: Final = "dev"

_SMALL_MACHINE: Final = ["--threads", "1", "--poll", "0"]
"""Tiny models on two cores: more threads only fight each other."""


def settings(registry: str) -> dict[str, Any]:
    """
    Return the ``settings`` of a cluster whose registry (``HOST:PORT``) stands in for Docker Hub.

    No GPU hardware is here, so the CPU build of llama.cpp serves as the NVIDIA one too.
    """
    return {
        "images": {
            "llamaServer": {"cpu": LLAMA_SERVER_IMAGE, "nvidia": LLAMA_SERVER_IMAGE},
            "puller": f"{OPERATOR_REPOSITORY}:{OPERATOR_TAG}",
        },
        "gpu": {"runtimeClassName": "nvidia", "readOnlyRootFilesystem": True},
        "modelServer": {
            "gpuHostMemory": "128Mi",
            "cpuMemory": "128Mi",
            "promptCacheMebibytes": 64,
            "extraFlags": _SMALL_MACHINE,
        },
        "registryMirrors": {"docker.io": {"endpoint": f"http://{registry}"}},
    }


def chart_values(registry: str) -> dict[str, Any]:
    """Return Helm values that install the operator from the image loaded into the cluster."""
    decided = settings(registry)
    decided["images"].pop("puller")  # the chart derives it from puller.image
    image = {"repository": OPERATOR_REPOSITORY, "tag": OPERATOR_TAG}
    return {"image": image, "puller": {"image": image}, "settings": decided}
