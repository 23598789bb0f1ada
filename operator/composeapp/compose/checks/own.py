"""Rules that Compose leaves to what comes after it: to its engine, or to nobody."""

from __future__ import annotations

from composeapp.compose.checks.judged import Judged
from composeapp.compose.document import Document
from composeapp.problems import Report


def image_reference(judged: Judged) -> None:
    """Compose's engine refuses it; the cluster would only when it pulls."""
    image = judged.images.get(judged.name) or judged.service.image
    if image and image.split() != [image]:
        judged.problem(("image",), f"{image!r}: invalid reference format", "an image's name holds no spaces")


def models(document: Document, report: Report) -> None:
    """A model has a reference, and its context some length."""
    for key, model in document.models.items():
        path = ("models", key)
        if not model.model:
            report.problem((*path, "model"), "is empty", "name a model, such as ai/smollm2")
        if model.context_size is not None and model.context_size <= 0:
            words = f"{model.context_size} is ignored, as Compose does; the default holds"
            report.warning((*path, "context_size"), words)


def container_names(document: Document, report: Report) -> None:
    """Compose reads such a file, and ``up`` refuses it (compose-go, ``CheckContainerNameUnicity``)."""
    users: dict[str, str] = {}
    for name, service in document.services.items():
        chosen = service.container_name
        if chosen and users.setdefault(chosen, name) != name:
            words = f'container name "{chosen}" is already in use by service {users[chosen]}'
            report.warning(("services", name, "container_name"), words, "docker compose up refuses this")
