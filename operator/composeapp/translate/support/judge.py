"""Hold a document against the tables: every key that Compose knows and this product cannot honour is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composeapp.compose import docker_host
from composeapp.compose.document import Document
from composeapp.compose.parse import Judge
from composeapp.compose.paths import places
from composeapp.problems import Path, Report
from composeapp.translate.support.tables import TABLES
from composeapp.translate.support.terms import Support


def judge(images: Mapping[str, str]) -> Judge:
    """Refuse what Compose understands and this product does not do; ``images`` stand in for what is built."""

    def judged(values: Mapping[str, Any], document: Document, report: Report) -> None:
        services = {key: value for key, value in values.get("services", {}).items() if key in document.services}
        active = {**values, "services": services}
        check(active, report)
        check_images(active, images, report)
        report.problems.extend(docker_host.find(document))
        report.warnings.extend(docker_host.find_warnings(document))

    return judged


def check(raw: Any, report: Report) -> None:
    """Report every key that Compose knows and this product does not honour (yet)."""
    for pattern, table in TABLES.items():
        for path, mapping in places(raw, pattern):
            for key in mapping if isinstance(mapping, Mapping) else ():
                if support := table.get(key):
                    _tell(support, (*path, key), report)


def _tell(support: Support, path: Path, report: Report) -> None:
    if support.verdict == "ignored":
        report.warning(path, support.becomes, support.advice)
    elif support.verdict in ("convert", "refused", "not yet"):
        report.problem(path, support.becomes, support.advice)


def check_images(raw: Mapping[str, Any], images: Mapping[str, str], report: Report) -> None:
    """Report services whose image would have to be built; ``images`` (service → reference) may name one."""
    for path, service in places(raw, ("services", "*")):
        if "build" not in service:
            continue
        name = str(path[-1])
        image = images.get(name) or service.get("image")
        if image:
            report.warning((*path, "build"), f"nothing is built in a cluster; {image} is run as it is")
        else:
            report.problem(
                (*path, "build"),
                "an image cannot be built in a cluster",
                f"build and push it, then name it in images.{name}",
            )
