"""
What becomes of the top-level ``volumes``.

Mostly a claim. With the driver ``local``, ``driver_opts`` are those of ``mount``: a memory file system, an NFS
export, a folder of the host (https://docs.docker.com/reference/cli/docker/volume/create/#driver-specific-options).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeAlias

from composeapp import quantities
from composeapp.compose import units
from composeapp.plan import Manifest
from composeapp.translate.storage import claims
from composeapp.translate.storage.backing import Backing
from composeapp.translate.storage.claims import Declared
from composeapp.translate.storage.host_paths import host_path

Made: TypeAlias = tuple[Backing, Manifest | None]

_LOCAL: Final = ("", "local")
_SIZE: Final = "size"


def backed(declared: Declared) -> Made | None:
    """Return what stands behind a volume, and the object to make for it; ``None`` if it has a problem."""
    if declared.volume.external:
        found = claims.existing(declared)
        return (found, None) if found else None
    if (declared.volume.driver or "") not in _LOCAL:
        return _of_driver(declared)
    kind = declared.volume.driver_opts.get("type")
    if kind is None:
        return _claim(declared, declared.settings.volumes.storage_class_name)
    if _has_strange_options(declared, ("type", "o", "device")):
        return None
    make = _LOCAL_TYPES.get(kind)
    if make is None:
        known = ", ".join(sorted(_LOCAL_TYPES))
        declared.problem(("driver_opts", "type"), f"a volume of type {kind} cannot be mounted", f"known are {known}")
        return None
    found = make(declared)
    return (found, None) if found else None


def _of_driver(declared: Declared) -> Made | None:
    driver = str(declared.volume.driver)
    storage_class = declared.settings.volumes.drivers.get(driver)
    if storage_class is None:
        hint = "remove it, or let the administrator name a StorageClass for it in settings.volumes.drivers"
        declared.problem(("driver",), f"a cluster has no volume driver {driver}", hint)
        return None
    return _claim(declared, storage_class)


def _claim(declared: Declared, storage_class: str | None) -> Made | None:
    return None if _has_strange_options(declared, (_SIZE,)) else claims.own(declared, storage_class)


def _has_strange_options(declared: Declared, known: Collection[str]) -> bool:
    strange = sorted(declared.volume.driver_opts.keys() - set(known))
    for name in strange:
        declared.problem(("driver_opts", name), "means nothing to a cluster", "remove it")
    return bool(strange)


def _memory(declared: Declared) -> Backing | None:
    if len(declared.users) > 1:
        message = f"{' and '.join(sorted(declared.users))} share it, but memory belongs to one pod"
        declared.problem(("driver_opts", "type"), message, "remove the type, to keep the files in a claim")
        return None
    size = _mount_options(declared).get(_SIZE)
    try:
        limit = quantities.of_bytes(units.size(size)) if size else declared.settings.volumes.temporary_size
    except ValueError as error:
        declared.problem(("driver_opts", "o"), str(error), "write size as 64m")
        return None
    return Backing({"emptyDir": {"medium": "Memory", "sizeLimit": limit}})


def _nfs(declared: Declared) -> Backing | None:
    options, device = _mount_options(declared), declared.volume.driver_opts.get("device", "")
    host, _, folder = device.rpartition(":")
    server = options.get("addr") or host
    if not server or not folder.startswith("/"):
        hint = "write o: addr=SERVER and device: :/FOLDER"
        declared.problem(("driver_opts",), "does not name an NFS server and its folder", hint)
        return None
    if server not in declared.settings.volumes.nfs_servers:
        hint = "let the administrator name it in settings.volumes.nfsServers"
        declared.problem(("driver_opts",), f"the NFS server {server} is not allowed", hint)
        return None
    if ignored := sorted(options.keys() - {"addr", "rw", "ro"}):
        place = (*declared.path, "driver_opts", "o")
        hint = "to have them, let the administrator make a volume, and name its claim as external"
        declared.report.warning(place, f"mount options are left out: {', '.join(ignored)}", hint)
    read_only = {"readOnly": True} if "ro" in options else {}
    return Backing({"nfs": {"server": server, "path": folder, **read_only}}, is_kept="ro" not in options)


def _folder(declared: Declared) -> Backing | None:
    device = declared.volume.driver_opts.get("device", "")
    place = (*declared.path, "driver_opts", "device")
    found = host_path(device, place, declared.settings, declared.report)
    return Backing(found, is_kept=True) if found else None


_LOCAL_TYPES: Final[Mapping[str, Callable[[Declared], Backing | None]]] = {
    "tmpfs": _memory,
    "nfs": _nfs,
    "nfs4": _nfs,
    "none": _folder,
    "bind": _folder,
}


def _mount_options(declared: Declared) -> dict[str, str]:
    """Read ``o`` as ``mount -o`` does: ``addr=10.0.0.1,rw``."""
    words = filter(None, declared.volume.driver_opts.get("o", "").split(","))
    return {name: value for name, _, value in (word.strip().partition("=") for word in words)}
