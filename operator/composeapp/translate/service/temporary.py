"""What is in memory or must not be written: ``tmpfs``, ``shm_size``, ``read_only``, ``storage_opt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from composeapp import quantities
from composeapp.compose import units
from composeapp.compose.canonical.mounts import clean_target
from composeapp.compose.document.parts import Mount
from composeapp.problems import Path
from composeapp.translate import names
from composeapp.translate.service import mounted
from composeapp.translate.service.mounted import Mounted
from composeapp.translate.service.parts import Context, Parts, combined

_SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108 - the path inside the container
_OPEN: Final = (0o777, 0o1777)
"""Whoever runs in the container may write, as in every such volume of a pod."""
_OCTAL: Final = re.compile("[0-7]{1,6}")
_SAME_ANYWAY: Final = ("rw", "exec", "suid", "dev", "async", "defaults")


def temporary(context: Context) -> Parts:
    """Translate ``tmpfs``, ``shm_size``, ``read_only`` and ``storage_opt``."""
    return combined([mounted.parts(_in_memory(context)), _root(context)])


def mount(context: Context, path: Path, described: Mount) -> Mounted:
    """Translate a mount of the type ``tmpfs``."""
    options = described.tmpfs
    if options and options.mode is not None:
        _judge_mode(context, path, options.mode)
    return _memory(
        context, path, str(described.target), options.size if options else None, read_only=described.read_only
    )


def _in_memory(context: Context) -> Iterator[Mounted]:
    for index, text in enumerate(context.service.tmpfs):
        yield _tmpfs(context, (*context.path, "tmpfs", index), text)
    if context.service.shm_size is not None:
        yield _memory(context, (*context.path, "shm_size"), _SHARED_MEMORY, context.service.shm_size)


def _tmpfs(context: Context, path: Path, text: str) -> Mounted:
    """Read ``TARGET[:OPTION,…]`` with the options of ``mount -t tmpfs``."""
    target, _, rest = text.partition(":")
    given = {name: value for name, _, value in (word.partition("=") for word in rest.split(",") if word)}
    size = _size(context, path, given.get("size"))
    if not _OCTAL.fullmatch(mode := given.get("mode", "1777")):
        context.report.problem(path, f"mode={mode} is no octal number", "write it as 1777")
    else:
        _judge_mode(context, path, int(mode, 8))
    if left_out := sorted(given.keys() - {"size", "mode", "ro", *_SAME_ANYWAY}):
        message = f"mount options are left out: {', '.join(left_out)}"
        context.report.warning(path, message, "whoever runs in the container may write there, and run what is there")
    return _memory(context, path, clean_target(target), size, read_only="ro" in given)


def _size(context: Context, path: Path, text: str | None) -> int | None:
    try:
        return None if text is None else units.size(text)
    except ValueError as error:
        context.report.problem(path, str(error), "write the size as 64m")
        return None


def _judge_mode(context: Context, path: Path, mode: int) -> None:
    if mode not in _OPEN:
        message = f"mode {mode:o} is left out: whoever runs in the container may write there"
        context.report.warning(path, message, "remove it")


def _memory(context: Context, path: Path, target: str, size: int | None, *, read_only: bool = False) -> Mounted:
    if size and size < 0:
        context.report.problem(path, f"a size of {size} cannot be", "write the size as 64m")
    limit = quantities.of_bytes(size) if size else context.settings.volumes.temporary_size
    source = {"emptyDir": {"medium": "Memory", "sizeLimit": limit}}
    return Mounted(path, names.pod_volume_name("memory", target), source, target, read_only=read_only)


def _root(context: Context) -> Parts:
    security: dict[str, Any] = {"readOnlyRootFilesystem": True} if context.service.read_only else {}
    limits: dict[str, Any] = {}
    for name, value in sorted(context.service.storage_opt.items()):
        if name == "size":
            size = _size(context, (*context.path, "storage_opt", name), value)
            limits = {"ephemeral-storage": quantities.of_bytes(size)} if size else {}
        else:
            context.report.warning((*context.path, "storage_opt", name), "means nothing to a cluster", "remove it")
    return Parts(container={"securityContext": security, "resources": {"limits": limits} if limits else {}})
