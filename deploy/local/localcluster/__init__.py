"""
A real Kubernetes cluster on one machine, without Docker.

``local_cluster.LocalCluster`` puts the parts together; ``providers.provider`` hands
out the same interface for kind and for any cluster that a kubeconfig leads to.
"""
