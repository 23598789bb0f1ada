"""
Where a model's server runs and on which accelerator: ``x-cloud-options`` and the administrator's settings.

The Compose documentation's example is the interface: a list of ``cloud.<option>=<value>``, and
beside these any full node label, ``example.com/pool=blue``. Everything becomes a node selector.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.compose.document import Model
from composeapp.problems import Path, Report
from composeapp.settings import InstanceClass, Resources, Settings, Toleration, Vendor

OPTIONS_KEY: Final = "x-cloud-options"
NOT_YET_KEYS: Final[Mapping[str, str]] = {
    "x-kubernetes": "remove it",
    "x-node-selector": f"remove it; a model may name node labels in {OPTIONS_KEY}",
}
"""Our keys that later versions will know → what to do until then."""

_LONGEST_SUGGESTED: Final = 40
_INSTANCE_TYPE: Final = "instance-type"
_LABELS: Final[Mapping[str, str]] = {
    _INSTANCE_TYPE: "node.kubernetes.io/instance-type",
    "region": "topology.kubernetes.io/region",
    "zone": "topology.kubernetes.io/zone",
    "arch": "kubernetes.io/arch",
}
_NOT_YET: Final = ("capacity", "gpu")
_PREFIX: Final = "cloud."
_CONTROL_PLANE: Final = "node-role.kubernetes.io/"
_VENDOR_TAINTS: Final[Mapping[Vendor, str]] = {"nvidia": "nvidia.com/gpu", "amd": "amd.com/gpu"}

_NAME: Final = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DNS_LABEL: Final = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_LABEL_KEY: Final = re.compile(rf"(?=.{{1,253}}/){_DNS_LABEL}(\.{_DNS_LABEL})*/{_NAME}")
_LABEL_VALUE: Final = re.compile(rf"({_NAME})?")


@dataclass(frozen=True, slots=True)
class Accelerator:
    """The GPUs of one server; a count of 0 is a server on the CPU."""

    vendor: Vendor
    count: int
    resource_name: str
    runtime_class_name: str | None

    def tolerations(self) -> list[dict[str, Any]]:
        """Return what GPU nodes usually keep other pods off with: the vendor's taint, any value."""
        keys = {_VENDOR_TAINTS.get(self.vendor, self.resource_name), self.resource_name}
        return [{"key": key, "operator": "Exists"} for key in sorted(keys)]


@dataclass(frozen=True, slots=True)
class Placement:
    """Which nodes a model's server may run on, and what it takes there."""

    node_selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, Any], ...]
    accelerator: Accelerator | None
    resources: Resources


@dataclass(frozen=True, slots=True)
class _Choice:
    """One readable item of ``x-cloud-options``: the label it asks for, and where it stands."""

    path: Path
    label: str
    value: str


def placement(key: str, model: Model, settings: Settings, report: Report) -> Placement:
    """Decide where a model's server runs; what cannot be read or honoured is a problem by path."""
    refuse_unsupported(("models", key), model.extensions, report)
    asked: dict[str, str] = {}
    chosen: dict[str, str] = {}
    instance_class = InstanceClass()
    for choice in _choices(("models", key, OPTIONS_KEY), model.extensions.get(OPTIONS_KEY, []), report):
        wanted: Mapping[str, str] = {choice.label: choice.value}
        if not _choose(asked, wanted, choice, report):
            continue
        if choice.label == _LABELS[_INSTANCE_TYPE] and choice.value in settings.instance_classes:
            instance_class = settings.instance_classes[choice.value]
            wanted = instance_class.node_selector
        _choose(chosen, wanted, choice, report)
    return _placement(chosen, instance_class, settings)


def refuse_unsupported(path: Path, extensions: Mapping[str, Any], report: Report) -> None:
    """Name the ``x-*`` keys of ours that this version does not know yet; other people's are ignored."""
    for name in sorted(extensions):
        if name in NOT_YET_KEYS:
            report.problem((*path, name), "not supported yet", NOT_YET_KEYS[name])
        elif name != OPTIONS_KEY and difflib.get_close_matches(name[:_LONGEST_SUGGESTED], [OPTIONS_KEY], cutoff=0.85):
            report.warning((*path, name), "ignored, as every x-* key that is not ours", f"did you mean {OPTIONS_KEY}?")


def _placement(node_selector: Mapping[str, str], instance_class: InstanceClass, settings: Settings) -> Placement:
    accelerator = _accelerator(instance_class, settings)
    tolerations = [_toleration(toleration) for toleration in instance_class.tolerations]
    if accelerator:
        tolerations += [own for own in accelerator.tolerations() if own not in tolerations]
    return Placement(
        node_selector=dict(sorted(node_selector.items())),
        tolerations=tuple(tolerations),
        accelerator=accelerator,
        resources=instance_class.resources,
    )


def _accelerator(instance_class: InstanceClass, settings: Settings) -> Accelerator | None:
    vendor = instance_class.vendor or settings.gpu.vendor
    count = settings.gpu.count if instance_class.gpu_count is None else instance_class.gpu_count
    if not count:
        return None
    usual = settings.gpu.runtime_class_name if vendor == settings.gpu.vendor else None
    return Accelerator(
        vendor=vendor,
        count=count,
        resource_name=getattr(settings.gpu.resource_names, vendor),
        runtime_class_name=instance_class.runtime_class_name or usual,
    )


def _toleration(toleration: Toleration) -> dict[str, Any]:
    return toleration.model_dump(by_alias=True, exclude_none=True)


def _choose(chosen: dict[str, str], wanted: Mapping[str, str], choice: _Choice, report: Report) -> bool:
    """Add labels; tell whether none contradicts an earlier one."""
    agreed = True
    for label, value in wanted.items():
        if chosen.setdefault(label, value) != value:
            message = f"asks for {label}={value}, another option for {label}={chosen[label]}: no node is both"
            report.problem(choice.path, message, "keep one of them")
            agreed = False
    return agreed


def _choices(path: Path, options: Any, report: Report) -> Iterator[_Choice]:
    if not isinstance(options, list | tuple):
        report.problem(path, "must be a list of <key>=<value>", 'for example ["cloud.region=us-west-2"]')
        return
    for index, item in enumerate(options):
        choice = _choice((*path, index), item, report)
        if choice:
            yield choice


def _choice(path: Path, item: Any, report: Report) -> _Choice | None:
    key, equals, value = item.partition("=") if isinstance(item, str) else ("", "", "")
    key, value = key.strip(), value.strip()
    if not (key and equals):
        report.problem(path, f"{item!r} is not <key>=<value>", "for example cloud.region=us-west-2")
        return None
    label = _cloud_label(path, key, report) if key.startswith(_PREFIX) else _node_label(path, key, report)
    if label is None:
        return None
    if not _LABEL_VALUE.fullmatch(value) or (not value and key.startswith(_PREFIX)):
        report.problem(path, f"{value!r} cannot be a node label's value", "letters, digits, '-', '_', '.'; at most 63")
        return None
    return _Choice(path, label, value)


def _cloud_label(path: Path, key: str, report: Report) -> str | None:
    option = key.removeprefix(_PREFIX)
    if option in _NOT_YET:
        report.problem(path, f"{key} is not supported yet", "name the node label that stands for it on your cluster")
    elif option not in _LABELS:
        close = difflib.get_close_matches(option, [*_LABELS, *_NOT_YET], n=1)
        known = ", ".join(f"{_PREFIX}{name}" for name in _LABELS)
        report.problem(
            path, f"unknown option {key}", f"did you mean {_PREFIX}{close[0]}?" if close else f"known: {known}"
        )
    return _LABELS.get(option)


def _node_label(path: Path, key: str, report: Report) -> str | None:
    if key.startswith(_CONTROL_PLANE):
        report.problem(
            path, f"{key} selects nodes by their role, such as the control plane's", "use another node label"
        )
        return None
    if not _LABEL_KEY.fullmatch(key):
        hint = "for example cloud.instance-type, or example.com/pool"
        report.problem(path, f"{key} is neither an option that begins with {_PREFIX} nor a full node label", hint)
        return None
    return key
