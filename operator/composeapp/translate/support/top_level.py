"""What becomes of the keys at the top of a document, and of those of the things that it declares."""

from __future__ import annotations

from typing import Final

from composeapp.translate.support.terms import Table, converted, honoured, ignored, not_yet

TOP_LEVEL: Final[Table] = {
    **honoured("name", "nothing: the ComposeApp's own name is the project's"),
    **honoured("services", "a Deployment and a Service for each"),
    **honoured("models", "a llama.cpp server for each: a Deployment and a Service"),
    **ignored(
        "version",
        "the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
    ),
    **converted("include", "a cluster cannot read another file"),
    **honoured(
        "volumes",
        "a PersistentVolumeClaim for each that a service mounts, of which x-kubernetes may say size, storageClassName"
        " and accessModes; it stays when the app is deleted, unless spec.volumesOnDelete is Delete",
    ),
    **not_yet("networks", "remove it; every service reaches every other by its name"),
    **honoured("configs", "a ConfigMap for each that a service mounts"),
    **honoured("secrets", "nothing is made: a Secret that is there"),
    **not_yet("jobs", "remove it; run it as a Kubernetes Job of your own"),
}
MODEL: Final[Table] = {
    **honoured("model", "what the server's init container pulls; the value of the variable <MODEL>_MODEL"),
    **honoured("context_size", "the server's --ctx-size"),
    **honoured("runtime_flags", "arguments of the server, after our own"),
    **honoured("name", "nothing, as in Compose, which shows it while it works"),
}
