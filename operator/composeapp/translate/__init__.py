"""TRANSLATE: a Document and the administrator's Settings become a Plan of Kubernetes manifests."""
