"""APPLY: the only door to the Kubernetes API."""
