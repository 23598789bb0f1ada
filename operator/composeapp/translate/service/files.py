"""Files that a document brings along: ``configs`` and ``secrets`` of a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from composeapp.compose.canonical.mounts import clean_target
from composeapp.compose.document.parts import FileMount
from composeapp.problems import Path
from composeapp.translate import names
from composeapp.translate.service import mounted
from composeapp.translate.service.mounted import Mounted
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.storage import FileSource

_FOLDERS: Final = {"configs": "/", "secrets": "/run/secrets/"}
"""Where a relative target begins."""
_KINDS: Final = {"configs": "config", "secrets": "secret"}
_MODE: Final = 0o444
"""Docker's own (Compose specification, "Secrets")."""
_READ_BY_ALL: Final = 0o004
_PERMISSIONS: Final = 0o777


def files(context: Context) -> Parts:
    """Translate ``configs`` and ``secrets``: each is one file, mounted over what the image has there."""
    configs = _mounted(context, "configs", context.service.configs, context.storage.configs)
    secrets = _mounted(context, "secrets", context.service.secrets, context.storage.secrets)
    return mounted.parts([*configs, *secrets])


def private_files(context: Context) -> Iterator[tuple[Path, FileMount]]:
    """Yield the files that not everyone in the container may read."""
    for kind in _FOLDERS:
        for index, mount in enumerate(getattr(context.service, kind)):
            if not _mode(mount) & _READ_BY_ALL:
                yield (*context.path, kind, index), mount


def _mounted(
    context: Context, kind: str, mounts: Iterable[FileMount], sources: Mapping[str, FileSource]
) -> Iterator[Mounted]:
    for index, mount in enumerate(mounts):
        source = sources.get(str(mount.source))
        if source is None:  # which has been reported where it is declared
            continue
        mode = _mode(mount)
        kind_of_volume = _KINDS[kind] if mode == _MODE else f"{_KINDS[kind]}{mode:04o}"
        yield Mounted(
            (*context.path, kind, index),
            names.pod_volume_name(kind_of_volume, str(mount.source)),
            source.volume(mode),
            _target(kind, mount),
            sub_path=source.key,
            read_only=True,
        )


def _target(kind: str, mount: FileMount) -> str:
    target = mount.target or str(mount.source)
    return clean_target(target if target.startswith("/") else _FOLDERS[kind] + target)


def _mode(mount: FileMount) -> int:
    return _MODE if mount.mode is None else mount.mode & _PERMISSIONS
