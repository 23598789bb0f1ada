"""What a service keeps its files in: ``volumes`` and ``volumes_from``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from composeapp.compose import docker_host
from composeapp.compose.document.parts import Mount
from composeapp.problems import Path
from composeapp.translate import names
from composeapp.translate.service import mounted, seed, temporary
from composeapp.translate.service.mounted import Mounted
from composeapp.translate.service.parts import Context, Parts, combined
from composeapp.translate.storage import host_paths
from composeapp.translate.storage.mounts import CONTAINER, MOST, mounts_of

_PROPAGATION: Final[Mapping[str, str | None]] = {
    "rprivate": None,
    "private": None,
    "rslave": "HostToContainer",
    "slave": "HostToContainer",
}
"""Docker's word → Kubernetes'. ``shared`` would let the pod mount things on the node, which needs a privileged one."""


def volumes(context: Context) -> Parts:
    """Translate ``volumes`` and ``volumes_from``."""
    if len(mounts_of(context.document, context.key)) > MOST:
        context.report.problem(context.path, f"mounts more than {MOST} things", "share fewer volumes, or larger ones")
        return Parts()
    _judge_containers(context)
    _judge_every_node(context)
    found = list(mounts(context))
    return combined([mounted.parts(found), seed.parts(context, found), _placement(context)])


def mounts(context: Context) -> Iterator[Mounted]:
    """Yield what becomes of each mount; what is wrong with one is reported."""
    for path, mount in mounts_of(context.document, context.key):
        if _target_is_good(context, path, mount) and (found := _KINDS[mount.type](context, path, mount)):
            yield found


def needs_the_old_pod_gone(context: Context) -> bool:
    """
    Tell whether a new pod must wait until the old one is gone.

    Two databases on one folder destroy it, and a volume that only one node can mount may never reach the new pod's.
    """
    backings = context.storage.volumes
    return any(
        (backing := backings.get(mount.source or "")) and backing.is_kept and (backing.one_node or not mount.read_only)
        for _, mount in mounts_of(context.document, context.key)
        if mount.type == "volume"
    )


def _judge_containers(context: Context) -> None:
    for index, text in enumerate(context.service.volumes_from):
        path: Path = (*context.path, "volumes_from", index)
        name = text.partition(":")[0]
        if text.startswith(CONTAINER):
            message = f"{text.removeprefix(CONTAINER)} is a container outside of this document"
            context.report.problem(path, message, "name a service, or declare what it shares as an external volume")
        elif name not in context.document.services:
            context.report.problem(path, f"{name} takes no part, so it has no volumes", "activate its profile")


def _judge_every_node(context: Context) -> None:
    deploy = context.service.deploy
    for path, mount in mounts_of(context.document, context.key) if deploy and deploy.mode == "global" else ():
        backing = context.storage.volumes.get(mount.source or "")
        if mount.type == "volume" and backing and backing.one_node:
            message = f"the service runs on every node, but only one can mount {mount.source}"
            hint = f"set x-kubernetes.accessModes of the volume {mount.source} to [ReadWriteMany]"
            context.report.problem(path, message, hint)


def _target_is_good(context: Context, path: Path, mount: Mount) -> bool:
    target = mount.target or ""
    if not target.startswith("/") or target == "/" or ":" in target:
        message = f"nothing can be mounted at {target or 'no target'}"
        context.report.problem(path, message, "write an absolute path below / without ':' as target")
        return False
    return True


def _volume(context: Context, path: Path, mount: Mount) -> Mounted | None:
    if not mount.source:
        return _anonymous(context, path, mount)
    inside = mount.volume.subpath if mount.volume else None
    if inside and (inside.startswith("/") or ".." in inside.split("/")):
        context.report.problem(path, f"subpath {inside} leads out of the volume", "write a relative path without '..'")
        return None
    backing = context.storage.volumes.get(mount.source)
    if backing is None:  # which has been reported where it is declared
        return None
    return Mounted(
        path,
        names.pod_volume_name("volume", mount.source),
        backing.source,
        str(mount.target),
        sub_path="/".join(part for part in (backing.folder, inside) if part),
        read_only=mount.read_only,
        is_seeded=backing.is_seeded and not inside and not (mount.volume and mount.volume.nocopy),
        is_kept=backing.is_kept,
    )


def _anonymous(context: Context, path: Path, mount: Mount) -> Mounted | None:
    """Show what the image has there, as Docker does: without a mount, or copied where the file system is read-only."""
    target = str(mount.target)
    if path[2] == "volumes_from":
        message = f"the volume at {target} has no name by which two pods could share it"
        context.report.problem(path, message, "declare it under the top-level volumes and mount it by its name")
        return None
    hint = "to keep them, declare a volume and mount it by its name"
    context.report.warning(path, f"the files in {target} go with the pod: the volume has no name", hint)
    if not context.service.read_only:
        return None
    name = names.pod_volume_name("anonymous", target)
    return Mounted(path, name, {"emptyDir": {}}, target, sub_path="data", is_seeded=True)


def _bind(context: Context, path: Path, mount: Mount) -> Mounted | None:
    source, target = mount.source or "", str(mount.target)
    if docker_host.is_socket(mount):  # which has been reported as such
        return None
    if source in host_paths.MEANINGLESS:
        hint = "remove it; if local time matters, set the variable TZ, such as TZ: Europe/Berlin"
        context.report.warning(path, f"{source} is left out: a node's time zone says nothing about the author's", hint)
        return None
    found = host_paths.host_path(source, path, context.settings, context.report)
    if found is None:
        return None
    name = names.pod_volume_name("host", source)
    return Mounted(path, name, found, target, read_only=mount.read_only, options=_options(context, path, mount))


def _options(context: Context, path: Path, mount: Mount) -> dict[str, Any]:
    word = (mount.bind.propagation if mount.bind else None) or "rprivate"
    if word not in _PROPAGATION:
        context.report.problem(path, f"propagation {word} would change the node's own mounts", "write rslave")
    return {"mountPropagation": _PROPAGATION.get(word)}


def _refused(context: Context, path: Path, mount: Mount) -> None:
    message, hint = _IMPOSSIBLE[mount.type]
    context.report.problem(path, message, hint)


_IMPOSSIBLE: Final = {
    "image": (
        "an image cannot be mounted: clusters do that by default only from Kubernetes 1.35 on",
        "copy its files into the service's image: COPY --from=IMAGE /from /to",
    ),
    "npipe": ("a named pipe of Windows cannot be mounted", "remove it"),
    "cluster": ("volumes of Docker Swarm do not exist here", "write type: volume"),
}
_KINDS: Final[Mapping[str, Callable[[Context, Path, Mount], Mounted | None]]] = {
    "volume": _volume,
    "bind": _bind,
    "tmpfs": temporary.mount,
    "image": _refused,
    "npipe": _refused,
    "cluster": _refused,
}


def _placement(context: Context) -> Parts:
    """Keep services together that mount what only one node can mount."""
    group = context.storage.placed_with.get(context.key)
    if not group:
        return Parts()
    together = {
        "labelSelector": {"matchLabels": {names.PLACED_WITH_LABEL: group, names.PART_OF_LABEL: context.app.name}},
        "topologyKey": "kubernetes.io/hostname",
    }
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [together]}}
    return Parts(pod={"affinity": affinity}, pod_labels={names.PLACED_WITH_LABEL: group})
