"""
The administrator's decisions: one YAML file, checked here, frozen afterwards.

The chart renders its ``settings`` value into a ConfigMap; ``render`` and ``check`` take
the same file with ``--settings``. Keys are camelCase as everywhere in Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Vendor = Literal["nvidia", "amd", "intel"]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class ServerImages(_Setting):
    """The llama.cpp server image for each accelerator: published build tags, never a moving one."""

    cpu: str = "ghcr.io/ggml-org/llama.cpp:server-b10068"
    nvidia: str = "ghcr.io/ggml-org/llama.cpp:server-cuda-b10068"
    amd: str = "ghcr.io/ggml-org/llama.cpp:server-rocm-b10068"
    intel: str = "ghcr.io/ggml-org/llama.cpp:server-intel-b10068"


class Images(_Setting):
    """Images that the operator puts into pods."""

    llama_server: ServerImages = ServerImages()
    puller: str = "composeapp:0.1.0"
    """Runs ``composeapp pull``. Its tag follows the puller, not the operator: an upgrade changes no pod."""


class Gpu(_Setting):
    """What a model gets if neither its author nor its instance class says more."""

    vendor: Vendor = "nvidia"
    count: Annotated[int, Field(ge=0)] = 1
    runtime_class_name: str | None = None
    read_only_root_filesystem: bool = False
    """Off: the NVIDIA container hooks write into the container's root."""


class ModelServer(_Setting):
    """How llama.cpp servers run."""

    default_context_size: Annotated[int, Field(gt=0)] = 4096
    """Tokens, for a model without ``context_size``."""
    prompt_cache_mebibytes: Annotated[int, Field(ge=0)] = 2048
    gpu_host_memory: str = "2Gi"
    """Memory request beside the prompt cache; weights and KV cache are in the GPU's own memory."""
    cpu_memory: str = "4Gi"
    startup_timeout_seconds: Annotated[int, Field(gt=0)] = 1800
    extra_flags: tuple[str, ...] = ()
    """Passed to every server before the author's ``runtime_flags``."""


class InstanceClass(_Setting):
    """What ``cloud.instance-type=<name>`` stands for, where it is no real instance type."""

    node_selector: Mapping[str, str] = Field(default_factory=dict)
    tolerations: tuple[Mapping[str, Any], ...] = ()
    gpu_count: Annotated[int, Field(ge=0)] | None = None
    vendor: Vendor | None = None
    resources: Mapping[str, Any] = Field(default_factory=dict)


class RegistryMirror(_Setting):
    """Where to fetch what a reference says is in another registry."""

    endpoint: str
    """Base URL such as ``https://mirror.example.com`` or ``http://10.0.0.5:5000``; the repository path is kept."""


class Settings(_Setting):
    """Everything the administrator may decide, with safe defaults."""

    images: Images = Images()
    gpu: Gpu = Gpu()
    model_server: ModelServer = ModelServer()
    instance_classes: Mapping[str, InstanceClass] = Field(default_factory=dict)
    registry_mirrors: Mapping[str, RegistryMirror] = Field(default_factory=dict)
    """Registry host (``docker.io``, ``registry.example.com:5000``) → its mirror."""
    plain_http_registries: tuple[str, ...] = ()
    published_service_type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    watch_namespaces: tuple[str, ...] = ()
    """Empty: every namespace."""
