"""
New volumes get what the image has at their place, with its owners and rights, as Docker does it.

An init container with the service's own image copies; only there are the files. It needs ``/bin/sh`` and ``cp``
of the image. Where it has none, the author says ``nocopy``, with which Docker copies nothing either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from composeapp.translate import manifests, names
from composeapp.translate.service.image import image_fields
from composeapp.translate.service.mounted import Mounted
from composeapp.translate.service.parts import Context, Parts

_VOLUMES: Final = "/composeapp-volumes"
_SCRIPT: Final = """\
set -eu
while [ $# -gt 0 ]; do
  from=$1 volume=$2
  shift 2
  [ -d "$from" ] || continue
  mkdir -p "$volume/data"
  if [ -e "$volume/.copying" ] || [ -z "$(ls -A "$volume/data")" ]; then
    touch "$volume/.copying"
    cp -a "$from/." "$volume/data/"
    rm -f "$volume/.copying"
  fi
done
"""
"""
Pairs of a folder of the image and a volume, whose files are in its folder ``data``.

The mark beside it tells a copy that was cut off from files that somebody wrote. Without such a folder in the
image the kubelet makes ``data``, with the rights that the volume has for the pod's group.
"""
_RIGHTS: Final = {
    "runAsUser": 0,
    "runAsGroup": 0,
    "runAsNonRoot": False,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"]},
}
"""Root, to give files away, and nothing else that root may do."""


def parts(context: Context, all_mounted: Iterable[Mounted]) -> Parts:
    """Return the init container that fills what is new; nothing to fill, no container."""
    seeded = sorted((mounted for mounted in all_mounted if mounted.is_seeded), key=lambda mounted: mounted.target)
    if not context.settings.volumes.seed:
        _warn(context, seeded)
        return Parts()
    return Parts(pod={"initContainers": [_container(context, seeded)]}) if seeded else Parts()


def _warn(context: Context, unfilled: Iterable[Mounted]) -> None:
    for mounted in unfilled:
        message = f"the volume at {mounted.target} begins empty and belongs to root: nothing is copied from the image"
        hint = "if the image runs as another user, set x-kubernetes.fsGroup of the service to that user's group"
        context.report.warning(mounted.path, message, hint)


def _container(context: Context, seeded: list[Mounted]) -> dict[str, Any]:
    pairs = [word for mounted in seeded for word in (mounted.target, f"{_VOLUMES}/{mounted.name}")]
    volumes = dict.fromkeys(mounted.name for mounted in seeded)
    return {
        "name": names.SEED_CONTAINER,
        **image_fields(context),
        "command": ["/bin/sh", "-c", manifests.literal(_SCRIPT), names.SEED_CONTAINER],
        "args": [manifests.literal(word) for word in pairs],
        "volumeMounts": [{"name": name, "mountPath": f"{_VOLUMES}/{name}"} for name in volumes],
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": dict(_RIGHTS),
    }
