"""
Whether a live object still is as desired: every field we set, and none that we did not.

The API server adds defaults, other managers add labels and fields; neither is drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp import quantities

_MERGE_KEYS: Final = (
    ("containerPort", "protocol"),
    ("port", "protocol"),
    ("mountPath",),
    ("topologyKey", "whenUnsatisfiable"),
    ("ip",),
    ("uid",),
    ("name",),
)
"""By what Kubernetes merges the lists that we write (``x-kubernetes-list-map-keys``), most telling first."""
_DEFAULTS: Final = {"protocol": "TCP"}
_WHOLE_MAPS: Final = {"selector", "nodeSelector"}
"""Maps that belong to their writer as a whole (``x-kubernetes-map-type: atomic``)."""
_QUANTITIES: Final = {"requests", "limits"}


def drifted(desired: Any, live: Any) -> bool:
    """
    Tell whether anything that is desired is missing or different in the live object.

    Items of a list are matched by the key by which Kubernetes merges that list; a list without
    one belongs to its writer as a whole.
    """
    if live is None:
        return bool(desired)  # the API server does not store what is empty
    if isinstance(desired, Mapping):
        return not isinstance(live, Mapping) or any(_field_drifted(key, desired[key], live.get(key)) for key in desired)
    if isinstance(desired, list):
        return not isinstance(live, list) or _list_drifted(desired, live)
    return bool(desired != live)


def must_be_replaced(desired: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """
    Tell whether no update leads from the live object to the desired one.

    A Service that has an address never becomes headless, and a headless one gets no address: the
    first is refused, the second silently ignored, as ``clusterIP`` may not change once set
    (https://kubernetes.io/docs/concepts/services-networking/service/#choosing-your-own-ip-address).
    """
    wanted, there = (item.get("spec", {}).get("clusterIP") for item in (desired, live))
    return bool((wanted == "None") != (there == "None"))


def _field_drifted(key: str, desired: Any, live: Any) -> bool:
    if key in _QUANTITIES and isinstance(desired, Mapping) and isinstance(live, Mapping):
        return any(name not in live or _amount(desired[name]) != _amount(live[name]) for name in desired)
    if key in _WHOLE_MAPS and desired:
        return bool(desired != live)
    return drifted(desired, live)


def _amount(quantity: Any) -> Any:
    try:
        return quantities.amount(str(quantity))
    except ValueError:
        return quantity


def _list_drifted(desired: list[Any], live: list[Any]) -> bool:
    merge_key = _merge_key(desired)
    if not merge_key:
        return len(desired) != len(live) or any(map(drifted, desired, live))
    found = {_identity(item, merge_key): item for item in live if isinstance(item, Mapping)}
    return any(drifted(item, found.get(_identity(item, merge_key))) for item in desired)


def _merge_key(items: list[Any]) -> tuple[str, ...]:
    for keys in _MERGE_KEYS:
        if all(isinstance(item, Mapping) and keys[0] in item for item in items):
            return keys
    return ()


def _identity(item: Mapping[str, Any], merge_key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(key, _DEFAULTS.get(key)) for key in merge_key)
