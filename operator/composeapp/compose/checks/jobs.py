"""What jobs depend on, and what they are called (compose-go, ``loader/validate.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composeapp.compose.checks.judged import INVALID
from composeapp.compose.document import Document
from composeapp.problems import Report


def unlike_services(merged: Mapping[str, Any], report: Report) -> None:
    """A name leads to one thing, also when a profile activates either later."""
    for name in sorted((merged.get("jobs") or {}).keys() & (merged.get("services") or {}).keys()):
        words = f'"{name}" is declared both as a service and a job: service and job names must be unique'
        report.problem(("jobs", name), words + INVALID, "rename one of them")


def dependencies(document: Document, report: Report) -> None:
    """A job depends on services and on other jobs."""
    for name, job in document.jobs.items():
        for depended, dependency in job.depends_on.items():
            optional = not dependency.required and depended in document.disabled_services
            if not optional and depended not in document.jobs and depended not in document.services:
                words = f'job "{name}" depends on undefined service or job "{depended}"{INVALID}'
                report.problem(("jobs", name, "depends_on", depended), words)
