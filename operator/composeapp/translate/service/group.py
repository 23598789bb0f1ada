"""The group that owns a pod's volumes, so that a user other than root can write to them and read private files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from composeapp.translate.service.files import private_files
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.storage.mounts import mounts_of

_NUMBERS: Final = re.compile(r"(?P<user>\d{1,9})(:(?P<group>\d{1,9}))?")


def group(context: Context) -> Parts:
    """Translate ``x-kubernetes.fsGroup``, the numbers in ``user``, and whose private configs and secrets shall be."""
    chosen = context.own["fsGroup"] if "fsGroup" in context.own else next(_needed(context), 0)
    if not chosen:
        return Parts()
    # Without the policy every start would walk through all files of a volume.
    return Parts(pod={"securityContext": {"fsGroup": chosen, "fsGroupChangePolicy": "OnRootMismatch"}})


def _needed(context: Context) -> Iterator[int]:
    """Yield groups that would do; the first is the best. Root needs none."""
    private = list(private_files(context))
    numbers = _NUMBERS.fullmatch(context.service.user or "")
    if numbers:
        if private or _writes(context):
            yield int(numbers["group"] or numbers["user"])
        return
    for path, mount in private:
        owner = mount.gid or mount.uid or ""
        if owner.isdecimal():
            yield int(owner)
        elif context.service.user is None:
            message = "only root may read it, whatever user the image has"
            context.report.warning(path, message, "give it the gid of that user's group, or leave mode out")


def _writes(context: Context) -> bool:
    backings = context.storage.volumes
    return any(
        mount.type == "volume"
        and not mount.read_only
        and (backing := backings.get(mount.source or "")) is not None
        and backing.is_kept
        for _, mount in mounts_of(context.document, context.key)
    )
