"""The kinds of Kubernetes objects that make pods."""

from __future__ import annotations

from typing import Final

DEPLOYMENT: Final = "Deployment"
DAEMON_SET: Final = "DaemonSet"
JOB: Final = "Job"
WORKLOAD_KINDS: Final = (DEPLOYMENT, DAEMON_SET, JOB)
