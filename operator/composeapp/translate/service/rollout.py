"""How many pods a service has, and how they are replaced: ``scale`` and ``deploy.replicas``."""

from __future__ import annotations

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.service.volumes import needs_the_old_pod_gone


def rollout(context: Context) -> Parts:
    """Translate ``deploy.replicas`` and ``scale``."""
    strategy = {"type": "Recreate"} if needs_the_old_pod_gone(context) else dict(manifests.ROLLING_UPDATE)
    return Parts(workload={"replicas": context.service.replicas, "strategy": strategy})
