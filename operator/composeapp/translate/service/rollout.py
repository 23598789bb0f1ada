"""How many pods a service has, and how they are replaced: ``scale`` and ``deploy.replicas``."""

from __future__ import annotations

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts


def rollout(context: Context) -> Parts:
    """Translate ``deploy.replicas`` and ``scale``."""
    return Parts(workload={"replicas": context.service.replicas, "strategy": dict(manifests.ROLLING_UPDATE)})
