"""
The administrator's decisions: one YAML file, checked here, frozen afterwards.

The chart renders its ``settings`` value into a ConfigMap; ``render`` and ``check`` take
the same file with ``--settings``. Keys are camelCase as everywhere in Kubernetes. The
docstring of a field is its description in the chart's ``values.schema.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from composeapp import quantities
from composeapp.puller.reference import registry_name

Vendor: TypeAlias = Literal["nvidia", "amd", "intel"]

Quantity: TypeAlias = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
    AfterValidator(quantities.canonical),
    WithJsonSchema({"type": ["string", "number"]}),
]
"""A Kubernetes quantity; YAML reads ``cpu: 2`` as a number."""

RegistryName: TypeAlias = Annotated[str, AfterValidator(registry_name)]
"""A registry as model references name it: any other would never be met."""


class _Setting(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class ServerImages(_Setting):
    """The llama.cpp server image for each accelerator: published build tags, never a moving one."""

    cpu: str = "ghcr.io/ggml-org/llama.cpp:server-b10068"
    """For models without a GPU."""
    nvidia: str = "ghcr.io/ggml-org/llama.cpp:server-cuda-b10068"
    """For NVIDIA GPUs (CUDA)."""
    amd: str = "ghcr.io/ggml-org/llama.cpp:server-rocm-b10068"
    """For AMD GPUs (ROCm)."""
    intel: str = "ghcr.io/ggml-org/llama.cpp:server-intel-b10068"
    """For Intel GPUs (SYCL)."""


class Images(_Setting):
    """Images that the operator puts into pods."""

    llama_server: ServerImages = ServerImages()
    """The llama.cpp server, by accelerator."""
    puller: str = "composeapp:0.1.0"
    """Runs ``composeapp pull``. Its tag follows the puller, not the operator: an upgrade changes no pod."""


class GpuResourceNames(_Setting):
    """What the vendors' device plugins call one GPU; for example ``nvidia.com/mig-1g.5gb`` for a MIG slice."""

    nvidia: str = "nvidia.com/gpu"
    """Extended resource of an NVIDIA GPU."""
    amd: str = "amd.com/gpu"
    """Extended resource of an AMD GPU."""
    intel: str = "gpu.intel.com/xe"
    """Extended resource of an Intel GPU (``gpu.intel.com/i915`` with the older kernel driver)."""


class Gpu(_Setting):
    """What a model gets if neither its author nor its instance class says more."""

    vendor: Vendor = "nvidia"
    """Whose GPUs the cluster has."""
    count: Annotated[int, Field(ge=0)] = 1
    """GPUs for each model server; 0 runs models on the CPU."""
    resource_names: GpuResourceNames = GpuResourceNames()
    """Extended resources that stand for a GPU."""
    runtime_class_name: str | None = None
    """RuntimeClass of GPU pods of this vendor, such as ``nvidia``; none leaves the node's default runtime."""
    supplemental_groups: tuple[int, ...] = ()
    """Group ids that may open the GPU's device files (AMD and Intel: the nodes' ``video`` and ``render``)."""
    read_only_root_filesystem: bool = False
    """Off: the NVIDIA container hooks write into the container's root."""


class ModelServer(_Setting):
    """How llama.cpp servers run."""

    default_context_size: Annotated[int, Field(gt=0)] = 4096
    """Tokens, for a model without ``context_size``."""
    prompt_cache_mebibytes: Annotated[int, Field(ge=0)] = 2048
    """Host memory for prompts seen before, in MiB; part of the memory request."""
    gpu_host_memory: Quantity = "2Gi"
    """Memory request with a GPU, beside the prompt cache; weights and KV cache are in the GPU's own memory."""
    cpu_memory: Quantity = "4Gi"
    """Memory request without a GPU, beside the prompt cache: weights and KV cache."""
    cpu_request: Quantity = "100m"
    """CPU request of every model server."""
    startup_timeout_seconds: Annotated[int, Field(gt=0)] = 1800
    """How long a server may take to load its weights before it is started anew."""
    progress_deadline_seconds: Annotated[int, Field(gt=0)] = 7200
    """How long fetching and loading may take together before Kubernetes calls the roll-out stuck."""
    termination_grace_period_seconds: Annotated[int, Field(gt=0)] = 30
    """How long a server that was told to stop may finish its answers."""
    extra_flags: tuple[str, ...] = ()
    """Passed to every server before the author's ``runtime_flags``."""


class Toleration(_Setting):
    """A toleration of the pod, as in the Kubernetes API."""

    key: str | None = None
    """The taint's key; without it every taint."""
    operator: Literal["Exists", "Equal"] = "Equal"
    """``Exists`` accepts any value of the taint."""
    value: str | None = None
    """The taint's value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """The taint's effect; without it every effect."""
    toleration_seconds: int | None = None
    """With ``NoExecute``: how long the pod may stay."""


class Resources(_Setting):
    """Requests and limits of a model server's container, beside its GPUs."""

    requests: Mapping[str, Quantity] = Field(default_factory=dict)
    """Resource name (``cpu``, ``memory``, ``ephemeral-storage``) → amount; replaces the usual request."""
    limits: Mapping[str, Quantity] = Field(default_factory=dict)
    """Resource name → the most the container may use; not below its request."""

    @model_validator(mode="after")
    def _limits_hold_requests(self) -> Self:
        for name, limit in self.limits.items():
            request = self.requests.get(name)
            if request and quantities.amount(request) > quantities.amount(limit):
                raise ValueError(f"the request for {name}, {request}, is above its limit, {limit}")
        return self


class InstanceClass(_Setting):
    """What ``cloud.instance-type=<name>`` stands for, where it is no real instance type."""

    node_selector: Mapping[str, str] = Field(default_factory=dict)
    """Labels that the node must have."""
    tolerations: tuple[Toleration, ...] = ()
    """Tolerations, beside the one for the GPU's own taint."""
    gpu_count: Annotated[int, Field(ge=0)] | None = None
    """GPUs for each model server; 0 is a CPU class; without it ``gpu.count``."""
    vendor: Vendor | None = None
    """Whose GPUs these nodes have; without it ``gpu.vendor``."""
    runtime_class_name: str | None = None
    """RuntimeClass of the pods; without it ``gpu.runtimeClassName`` if the vendor is the same."""
    resources: Resources = Resources()
    """CPU, memory and ephemeral storage of the server's container."""


class RegistryMirror(_Setting):
    """Where to fetch what a reference says is in another registry."""

    endpoint: Annotated[str, Field(pattern=r"^https?://[^/?#@\s]+(/[^?#\s]*)?$")]
    """Base URL such as ``https://mirror.example.com`` or ``http://10.0.0.5:5000``; the repository path is kept."""


AccessMode: TypeAlias = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]


class Volumes(_Setting):
    """What stands behind the volumes of Compose documents, and what of the cluster they may reach."""

    size: Quantity = "10Gi"
    """What a volume asks for that says no ``x-kubernetes.size``."""
    storage_class_name: str | None = None
    """StorageClass of a volume that names none; none is the cluster's default."""
    access_modes: Annotated[tuple[AccessMode, ...], Field(min_length=1)] = ("ReadWriteOnce",)
    """Access modes of a volume that says none; with ``ReadWriteMany`` pods that share it may run on several nodes."""
    drivers: Mapping[str, str] = Field(default_factory=dict)
    """Volume driver that authors may name → the StorageClass that stands for it."""
    seed: bool = True
    """
    Whether new volumes are filled from the image, as Docker does: by an init container that runs the service's
    image as root, with no more rights than to copy files. Pod Security ``restricted`` refuses it.
    """
    temporary_size: Quantity = "1Gi"
    """Most that a tmpfs without a size holds; it is memory of the node."""
    host_paths: tuple[Annotated[str, Field(pattern="^/")], ...] = ()
    """Folders of the nodes that authors may mount, with all below them; most namespaces' Pod Security refuses it."""
    nfs_servers: tuple[str, ...] = ()
    """NFS servers whose exports authors may mount."""


class Settings(_Setting):
    """Everything the administrator may decide, with safe defaults."""

    images: Images = Images()
    """Which images pods run."""
    gpu: Gpu = Gpu()
    """The GPU that a model gets by default."""
    model_server: ModelServer = ModelServer()
    """What every model's server gets."""
    instance_classes: Mapping[str, InstanceClass] = Field(default_factory=dict)
    """Names that authors may use in ``cloud.instance-type=<name>`` → what each stands for."""
    registry_mirrors: Mapping[RegistryName, RegistryMirror] = Field(default_factory=dict)
    """Registry host (``docker.io``, ``registry.example.com:5000``) → its mirror."""
    plain_http_registries: tuple[RegistryName, ...] = ()
    """Registry hosts that are asked over plain HTTP."""
    published_service_type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Type of the Service that carries a Compose service's published ports."""
    volumes: Volumes = Volumes()
    """What stands behind the volumes of Compose documents."""
    watch_namespaces: tuple[str, ...] = ()
    """Namespaces that the operator looks after; empty: every namespace."""
