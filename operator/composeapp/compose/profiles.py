"""PROFILES: which services take part (Compose specification, "Profiles")."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

EVERY_PROFILE: Final = "*"


def select(values: Mapping[str, Any], profiles: Collection[str]) -> dict[str, Any]:
    """
    Set services and jobs aside none of whose profiles is active; one without profiles always takes part.

    They go to ``disabled_services``, so that whoever refers to one can be told so.
    """
    services = values.get("services", {})
    active = {name: service for name, service in services.items() if _is_active(service, profiles)}
    jobs = {name: job for name, job in values.get("jobs", {}).items() if _is_active(job, profiles)}
    disabled = {name: service for name, service in services.items() if name not in active}
    return {**values, "services": active, "jobs": jobs, "disabled_services": disabled}


def _is_active(workload: Mapping[str, Any], profiles: Collection[str]) -> bool:
    wanted = workload.get("profiles") or ()
    return not wanted or EVERY_PROFILE in profiles or any(profile in profiles for profile in wanted)
