"""CHECK: rules that need more than one field of a well-shaped document, in Compose's words where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composeapp.compose.document import Document
from composeapp.compose.schema import suggest
from composeapp.problems import Report

_INVALID = "invalid compose project"
_MOST_SUGGESTIONS = 20
"""Of one service: looking for similar words is slow."""


def check(document: Document, raw: Mapping[str, Any], images: Mapping[str, str], report: Report) -> None:
    """
    Report what the fields say together.

    ``raw`` is the document before it became canonical: it still holds what only its author's machine
    can use, such as ``build``. ``images`` names images for services (``spec.images``).
    """
    for name in document.services:
        _image(name, document, raw["services"][name], images, report)
        _models_exist(name, document, report)
    for key, model in document.models.items():
        path = ("models", key)
        if not model.model:
            report.problem((*path, "model"), "is empty", "name a model, such as ai/smollm2")
        if model.context_size is not None and model.context_size <= 0:
            report.warning(
                (*path, "context_size"), f"{model.context_size} is ignored, as Compose does; the default holds"
            )


def _image(name: str, document: Document, raw: Mapping[str, Any], images: Mapping[str, str], report: Report) -> None:
    image = images.get(name) or document.services[name].image
    path = ("services", name)
    if "build" in raw and image:
        report.warning((*path, "build"), f"nothing is built in a cluster; {image} is run as it is")
    elif "build" in raw:
        report.problem(
            (*path, "build"),
            "an image cannot be built in a cluster",
            f"build and push it, then name it in images.{name}",
        )
    elif image and image.split() != [image]:
        report.problem((*path, "image"), f"{image!r}: invalid reference format", "an image's name holds no spaces")
    elif not image:
        report.problem(
            path,
            f'service "{name}" has neither an image nor a build context specified: {_INVALID}',
            "write its image, or name it in images",
        )


def _models_exist(name: str, document: Document, report: Report) -> None:
    for index, model in enumerate(document.services[name].models):
        if model not in document.models:
            report.problem(
                ("services", name, "models", model),
                f'service "{name}" refers to undefined model {model}: {_INVALID}',
                suggest(model, document.models) if index < _MOST_SUGGESTIONS else "",
            )
