"""
What the services of a document mount: volumes, configs and secrets, each as Kubernetes has it.

Made once for the whole document, as volumes may be shared; how one service mounts them is said by its aspects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from composeapp.compose.document import Document, Service
from composeapp.compose.document.parts import FileMount
from composeapp.plan import App
from composeapp.problems import Path, Report
from composeapp.settings import Settings
from composeapp.translate.storage import files
from composeapp.translate.storage.backing import Backing, FileSource, Storage
from composeapp.translate.storage.claims import Declared
from composeapp.translate.storage.mounts import mounts_of
from composeapp.translate.storage.neighbours import placed_with
from composeapp.translate.storage.volumes import backed

__all__ = ["Backing", "FileSource", "Storage", "storage"]


def storage(document: Document, app: App, settings: Settings, report: Report) -> Storage:
    """Return what stands behind everything that an active service mounts; the rest is told to its author."""
    users = _volume_users(document)
    volumes = {
        key: volume
        for key in sorted(users)
        if (volume := backed(Declared(key, document.volumes[key], users[key], app, settings, report)))
    }
    configs = {
        key: config
        for key in _mounted(document, "configs")
        if (config := files.config(key, document.configs[key], app, report))
    }
    secrets = {
        key: file
        for key in _mounted(document, "secrets")
        if (file := files.secret(key, document.secrets[key], app, report))
    }
    _judge_unused(document, report)
    backings = {key: pair[0] for key, pair in volumes.items()}
    return Storage(
        volumes=backings,
        placed_with=placed_with(document, _of_one_node(backings, users)),
        configs={key: pair[0] for key, pair in configs.items()},
        secrets=secrets,
        manifests=tuple(made for _, made in (*volumes.values(), *configs.values()) if made),
    )


def _volume_users(document: Document) -> dict[str, set[str]]:
    users: dict[str, set[str]] = {}
    for key in document.services:
        for _, mount in mounts_of(document, key):
            if mount.type == "volume" and mount.source:
                users.setdefault(mount.source, set()).add(key)
    return users


def _of_one_node(volumes: Mapping[str, Backing], users: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Two volumes of the document may be one claim."""
    found: dict[str, set[str]] = {}
    for key, backing in volumes.items():
        if backing.one_node:
            found.setdefault(str(backing.source), set()).update(users[key])
    return found


def _mounted(document: Document, kind: str) -> list[str]:
    return sorted({str(mount.source) for service in document.services.values() for mount in getattr(service, kind)})


def _of_build(service: Service) -> tuple[FileMount, ...]:
    return service.build.secrets if service.build else ()


def _judge_unused(document: Document, report: Report) -> None:
    """As in Compose, what nobody mounts is not made; inactive services may well mount it."""
    everyone = [*document.services.values(), *document.disabled_services.values()]
    used = {
        "volumes": {mount.source for service in everyone for mount in service.volumes},
        "configs": {mount.source for service in everyone for mount in service.configs},
        "secrets": {mount.source for service in everyone for mount in (*service.secrets, *_of_build(service))},
    }
    for kind, sources in used.items():
        for key in sorted(getattr(document, kind).keys() - sources):
            place: Path = (kind, key)
            report.warning(place, "no service mounts it, so it is not made", f"list it under a service's {kind}")
