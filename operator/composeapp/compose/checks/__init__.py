"""
CHECK: rules that need more than one field, in Compose's words where it has them.

Three tables hold them all, each rule a function: :data:`PLACES` is judged when everything is merged and
before anything is filled in (compose-go, ``validation/``), :data:`SERVICE_RULES` and :data:`RULES` on the
Document (compose-go, ``loader/validate.go``). What Kubernetes cannot do is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.checks import agreement, cycles, entries, jobs, own, references
from composeapp.compose.checks.entries import EntryRule
from composeapp.compose.checks.judged import Judged, Suggestions
from composeapp.compose.document import Document
from composeapp.compose.paths import places
from composeapp.problems import Path, Report

__all__ = ["PLACES", "RULES", "SERVICE_RULES", "check", "check_merged"]

PLACES: Final[Mapping[Path, EntryRule]] = {
    ("volumes", "*"): entries.nothing_beside_external,
    ("configs", "*"): entries.one_source("file", "environment", "content"),
    ("secrets", "*"): entries.secret_source,
    ("services", "*", "ports", "*"): entries.host_address,
    ("services", "*", "develop", "watch", "*", "path"): entries.not_blank,
    ("services", "*", "deploy", "resources", "reservations", "devices", "*"): entries.count_or_names,
    ("services", "*", "gpus", "*"): entries.count_or_names,
    ("services", "*", "volumes", "*"): entries.has_target("volume"),
    ("services", "*", "devices", "*"): entries.has_target("device"),
    ("jobs", "*", "volumes", "*"): entries.has_target("volume"),
}
"""Place in the merged document → what must hold there, whether a profile activates it or not."""

SERVICE_RULES: Final[tuple[Callable[[Judged], None], ...]] = (
    agreement.something_to_run,
    agreement.one_dockerfile,
    references.build_contexts,
    agreement.built_platform,
    agreement.network_mode_or_networks,
    references.networks,
    agreement.health_test_kind,
    references.dependencies,
    references.shared_network,
    references.volumes,
    references.build_secrets,
    references.configs,
    references.models,
    references.secrets,
    agreement.replicas,
    agreement.resources,
    agreement.one_container_per_name,
    agreement.watch_targets,
    agreement.mount_targets,
    own.image_reference,
)
"""What must hold for every active service, in the order in which compose-go asks."""

RULES: Final[tuple[Callable[[Document, Report], None], ...]] = (
    jobs.dependencies,
    cycles.check,
    own.models,
    own.container_names,
)
"""What must hold for the document as a whole."""


def check_merged(merged: Mapping[str, Any], report: Report) -> None:
    """Report what entries say wrong: canonical and merged, but not filled in, and with every profile's services."""
    for pattern, rule in PLACES.items():
        for path, value in places(merged, pattern):
            rule(value, path, report)
    jobs.unlike_services(merged, report)


def check(document: Document, images: Mapping[str, str], report: Report) -> None:
    """
    Report what the fields of a filled-in document say together.

    ``images`` (service → reference, ``spec.images``) stand in for an ``image`` or a ``build``.
    """
    suggestions = Suggestions()
    for name, service in document.services.items():
        judged = Judged(name, service, document, images, suggestions, report)
        for service_rule in SERVICE_RULES:
            service_rule(judged)
    for rule in RULES:
        rule(document, report)
