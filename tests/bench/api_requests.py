"""
What one app costs the API server, from its audit log: the operator's requests until the app is ready.

Run it beside the demo's cluster: ``PYTHONPATH=operator:deploy/local:tests python tests/bench/api_requests.py``.
The reference in the same run is what ``kubectl apply`` of the same resource costs.
"""

from __future__ import annotations

import collections
import uuid

import yaml

from localcluster.demo import OPERATOR_NAMESPACE, SAMPLE
from localcluster.providers import provider
from localcluster.tools import tool
from support.audit import AuditLog
from support.kubectl import Kubectl

OPERATOR = f"system:serviceaccount:{OPERATOR_NAMESPACE}:composeapp"


def main() -> None:
    """Print the requests by verb and resource."""
    cluster = provider()
    kubectl = Kubectl(tool("kubectl"), cluster.kubeconfig)
    log = AuditLog(cluster.audit_log)
    namespace = f"bench-{uuid.uuid4().hex[:8]}"
    kubectl("create", "namespace", namespace)
    app = yaml.safe_load(SAMPLE.read_text())
    mark = log.mark()
    kubectl.apply({**app, "metadata": {**app["metadata"], "namespace": namespace}})
    applied = len(log.since(mark, user="admin"))
    kubectl("wait", "composeapp", app["metadata"]["name"], "-n", namespace, "--for=condition=Ready", "--timeout=60s")
    asked = [request for request in log.since(mark, user=OPERATOR) if request.namespace == namespace]
    for (verb, resource), count in sorted(collections.Counter((one.verb, one.resource) for one in asked).items()):
        print(f"{count:3} {verb:6} {resource}")
    print(f"operator {len(asked)}, kubectl apply {applied}: ratio {len(asked) / applied:.1f}")
    kubectl("delete", "namespace", namespace)


if __name__ == "__main__":
    main()
