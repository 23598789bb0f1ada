"""Every table of verdicts, by its place in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from composeapp.problems import Path
from composeapp.translate.support import lifecycle, service, storage, top_level
from composeapp.translate.support.terms import Table

TABLES: Final[Mapping[Path, Table]] = {
    (): top_level.TOP_LEVEL,
    ("models", "*"): top_level.MODEL,
    ("volumes", "*"): storage.VOLUME,
    ("configs", "*"): storage.CONFIG,
    ("secrets", "*"): storage.SECRET,
    ("services", "*"): service.SERVICE,
    ("services", "*", "depends_on", "*"): lifecycle.DEPENDENCY,
    ("services", "*", "deploy"): service.DEPLOY,
    ("services", "*", "deploy", "restart_policy"): lifecycle.RESTART_POLICY,
    ("services", "*", "deploy", "update_config"): lifecycle.UPDATE,
    ("services", "*", "extends"): service.EXTENDS,
    ("services", "*", "healthcheck"): lifecycle.HEALTHCHECK,
    ("services", "*", "logging"): lifecycle.LOGGING,
    ("services", "*", "models", "*"): service.BINDING,
    ("services", "*", "post_start", "*"): lifecycle.HOOK,
    ("services", "*", "pre_stop", "*"): lifecycle.HOOK,
    ("services", "*", "ports", "*"): service.PORT,
    ("services", "*", "volumes", "*"): storage.MOUNT,
    ("services", "*", "volumes", "*", "bind"): storage.BIND,
    ("services", "*", "volumes", "*", "volume"): storage.VOLUME_OPTIONS,
    ("services", "*", "volumes", "*", "tmpfs"): storage.TMPFS_OPTIONS,
    ("services", "*", "configs", "*"): storage.FILE_MOUNT,
    ("services", "*", "secrets", "*"): storage.FILE_MOUNT,
}
"""
The place of a mapping (``*`` is any key or index) → the keys it may have.

A mapping inside a key that is honoured or approximated has a table of its own, but those of ``WHOLE``; inside
the others there is nothing to say.
"""

WHOLE: Final[frozenset[Path]] = frozenset(
    {
        ("services", "*", "build"),
        ("services", "*", "develop"),
        *((kind, "*", "external") for kind in ("volumes", "configs", "secrets")),
    }
)
"""Mappings of which the one verdict on their key says everything."""
