"""Every Kubernetes name, label, annotation and port of this product; no other module composes one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Final

GROUP: Final = "composeapp.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"
KIND: Final = "ComposeApp"
PLURAL: Final = "composeapps"

FIELD_MANAGER: Final = "composeapp-operator"
STATUS_FIELD_MANAGER: Final = "composeapp-operator-status"

MANAGED_BY: Final = "composeapp"
NAME_LABEL: Final = "app.kubernetes.io/name"
PART_OF_LABEL: Final = "app.kubernetes.io/part-of"
MANAGED_BY_LABEL: Final = "app.kubernetes.io/managed-by"
COMPONENT_LABEL: Final = "app.kubernetes.io/component"
APP_UID_LABEL: Final = f"{GROUP}/app-uid"
"""Stamped by APPLY on objects and pod templates: maps an event to its ComposeApp."""

KEY_ANNOTATION: Final = f"{GROUP}/key"
"""The Compose key (of a model or service) that an object was made for, as its author wrote it."""
MODEL_ANNOTATION: Final = f"{GROUP}/model"
"""The model reference that a model's Deployment serves, as its author wrote it."""
DESIRED_HASH_ANNOTATION: Final = f"{GROUP}/desired-hash"
RESTARTED_WITH_ANNOTATION: Final = f"{GROUP}/restarted-with"
"""On pods: a hash of the pod templates of the services with which they are restarted (``depends_on.restart``)."""
ON_DELETE_ANNOTATION: Final = f"{GROUP}/on-delete"
"""What becomes of an object when its ComposeApp is deleted; ``Retain`` (on claims) leaves it where it is."""
RETAIN: Final = "Retain"
PLACED_WITH_LABEL: Final = f"{GROUP}/placed-with"
"""On pods that have to run on one node, as they mount what only one node can mount."""

MODEL_COMPONENT: Final = "model"
SERVICE_COMPONENT: Final = "service"
VOLUME_COMPONENT: Final = "volume"
CONFIG_COMPONENT: Final = "config"

MODEL_SERVICE_PORT: Final = 80
MODEL_SERVER_PORT: Final = 8080
PULL_CONTAINER: Final = "pull"
MODEL_CONTAINER: Final = "llama-server"
HTTP_PORT: Final = "http"
MODELS_VOLUME: Final = "models"
TEMPORARY_VOLUME: Final = "tmp"
SEED_CONTAINER: Final = "copy-image-files"
"""Fills new volumes with what a service's image has at their place."""

APP_NAME_LENGTH: Final = 40
"""Longest ``metadata.name`` of a ComposeApp: the names of its objects begin with it."""
OBJECT_NAME_LENGTH: Final = 253
"""Longest name of most objects (a DNS subdomain, RFC 1123)."""
LABEL_LENGTH: Final = 63
"""Longest DNS label (RFC 1123), so the longest Service name."""
PORT_NAME_LENGTH: Final = 15
"""Longest name of a port (RFC 6335)."""

_SERVICE_NAME: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
"""A Service name begins with a letter (RFC 1035)."""
_SECRET_VARIABLE_PREFIX: Final = "COMPOSEAPP_SECRET_"  # noqa: S105 - a name
_OBJECT_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_PORT_NAME: Final = re.compile(r"(?=.*[a-z])(?!.*--)(?!(tcp|udp|sctp)-\d+$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""RFC 6335; our own names for nameless ports are ours alone."""


def slug(key: str) -> str:
    """
    Turn a Compose key into a DNS label: lower case, ``.`` and ``_`` become ``-``.

    Six characters of a hash follow where that changed the key beyond recognition
    of which key it was, so that ``a.b`` and ``a_b`` never meet.
    """
    plain = re.sub(r"[^a-z0-9-]", "-", key.lower()).strip("-")
    return plain if plain == key else _with_hash(plain, key)


def _with_hash(text: str, source: str, longest: int = LABEL_LENGTH) -> str:
    suffix = hashlib.sha256(source.encode()).hexdigest()[:6]
    head = text[: longest - len(suffix) - 1].rstrip("-")
    return f"{head}-{suffix}" if head else f"x-{suffix}"


def _bounded(name: str) -> str:
    return name if len(name) <= LABEL_LENGTH else _with_hash(name, name)


def model_name(app: str, key: str) -> str:
    """Name the Deployment and the Service of one model."""
    return _bounded(f"{app}-model-{slug(key)}")


def workload_name(app: str, key: str) -> str:
    """Name the Deployment of one Compose service; a key like ``model-llm`` may not meet the model ``llm``."""
    name = slug(key)
    return _bounded(f"{app}-{_with_hash(name, key) if name.startswith('model-') else name}")


def job_name(workload: str, template: str) -> str:
    """Name a Job after what it runs: another template is another Job, for a Job's template never changes."""
    digest = hashlib.sha256(template.encode()).hexdigest()[:8]
    longest = LABEL_LENGTH - len(digest) - 1
    return f"{workload if len(workload) <= longest else _with_hash(workload, workload, longest)}-{digest}"


def claim_name(app: str, key: str) -> str:
    """Name the PersistentVolumeClaim of one Compose volume; models' own claims are told apart as workloads are."""
    return workload_name(app, key)


def config_map_name(app: str, key: str, content: str) -> str:
    """Name the ConfigMap of one Compose config after its content: another content is another ConfigMap."""
    digest = hashlib.sha256(f"{app}\0{key}\0{content}".encode()).hexdigest()[:8]
    return f"{_bounded(f'{app}-{slug(key)}')}-{digest}"


def pod_volume_name(kind: str, key: str) -> str:
    """Name a volume within a pod after what it is (``volume``, ``config``, …) and its key or its place."""
    return _bounded(f"{kind}-{slug(key)}")


def is_object_name(text: str) -> bool:
    """Tell whether an object can have that name (RFC 1123 subdomain)."""
    return len(text) <= OBJECT_NAME_LENGTH and bool(_OBJECT_NAME.fullmatch(text))


def service_name(key: str) -> str:
    """
    Name the Service of one Compose service: what its peers call it, without the app's name.

    DNS ignores case, so a key in capitals keeps its letters; see :func:`is_reachable` for the rest.
    """
    if is_reachable(key):
        return key.lower()
    name = slug(key)
    return _bounded(name if _SERVICE_NAME.fullmatch(name) else _with_hash(f"s-{name}", key))


def is_reachable(key: str) -> bool:
    """Tell whether peers reach a Compose service under its own key: no Service is called ``my_db`` or ``2048``."""
    return len(key) <= LABEL_LENGTH and bool(_SERVICE_NAME.fullmatch(key.lower()))


def is_label(text: str) -> bool:
    """Tell whether a text is a DNS label (RFC 1123)."""
    return len(text) <= LABEL_LENGTH and bool(_LABEL.fullmatch(text))


def published_service_name(key: str) -> str:
    """Name the Service that carries a Compose service's published ports."""
    return _bounded(f"{service_name(key)}-published")


def container_name(key: str) -> str:
    """Name the container of one Compose service; in its pod there may be one of ours."""
    name = slug(key)
    return _bounded(_with_hash(name, key) if name == SEED_CONTAINER else name)


def placement_group(key: str) -> str:
    """Name the services that have to run on one node after the first of them."""
    return _bounded(slug(key))


def port_name(protocol: str, number: int, given: str | None = None) -> str:
    """Name a port: as its author did where Kubernetes can, else ``tcp-8080``."""
    if given and len(given) <= PORT_NAME_LENGTH and _PORT_NAME.fullmatch(given):
        return given
    return f"{protocol}-{number}"


def secret_variable(name: str, taken: Collection[str]) -> str:
    """Name the container's variable that holds a secret one for others to refer to; like none of its author's."""
    candidate = f"{_SECRET_VARIABLE_PREFIX}{name}"
    while candidate in taken:
        candidate += "_"
    return candidate


def project_name(text: str) -> str:
    """Make a valid app name (``metadata.name``) of a Compose project's or a folder's name."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    named = plain if plain[:1].isalpha() else f"app-{plain}".rstrip("-")
    return named[:APP_NAME_LENGTH].rstrip("-")


def model_url(app: str, namespace: str, key: str) -> str:
    """Address a model's server as Docker Compose writes it: base path and trailing slash."""
    return f"http://{model_name(app, key)}.{namespace}.svc/v1/"


def service_address(key: str, namespace: str, port: int | None) -> str:
    """Address a Compose service from anywhere in the cluster; without a port where none is known."""
    host = f"{service_name(key)}.{namespace}.svc"
    return f"{host}:{port}" if port else host


def selector(app: str, component: str, key: str) -> dict[str, str]:
    """Return the labels that select one workload's pods; they never change."""
    return {NAME_LABEL: _bounded(slug(key)), PART_OF_LABEL: app, COMPONENT_LABEL: component}


def labels(app: str, component: str, key: str) -> dict[str, str]:
    """Return the labels of an object made for one Compose key."""
    return {**selector(app, component, key), MANAGED_BY_LABEL: MANAGED_BY}
