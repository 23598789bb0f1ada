"""Every Kubernetes name, label, annotation and port of this product; no other module composes one."""

from __future__ import annotations

import hashlib
import re
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

MODEL_COMPONENT: Final = "model"
SERVICE_COMPONENT: Final = "service"

MODEL_SERVICE_PORT: Final = 80
MODEL_SERVER_PORT: Final = 8080
PULL_CONTAINER: Final = "pull"
MODEL_CONTAINER: Final = "llama-server"

LABEL_LENGTH: Final = 63
"""Longest DNS label (RFC 1123), so the longest Service name."""


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


def service_name(key: str) -> str:
    """Name the Service of one Compose service: what its peers call it, without the app's name."""
    return _bounded(slug(key))


def published_service_name(key: str) -> str:
    """Name the Service that carries a Compose service's published ports."""
    return _bounded(f"{slug(key)}-published")


def model_url(app: str, namespace: str, key: str) -> str:
    """Address a model's server as Docker Compose writes it: base path and trailing slash."""
    return f"http://{model_name(app, key)}.{namespace}.svc/v1/"


def selector(app: str, component: str, key: str) -> dict[str, str]:
    """Return the labels that select one workload's pods; they never change."""
    return {NAME_LABEL: _bounded(slug(key)), PART_OF_LABEL: app, COMPONENT_LABEL: component}


def labels(app: str, component: str, key: str) -> dict[str, str]:
    """Return the labels of an object made for one Compose key."""
    return {**selector(app, component, key), MANAGED_BY_LABEL: MANAGED_BY}
