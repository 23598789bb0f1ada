"""Which image a service's container runs: ``image``, or what ``spec.images`` says instead."""

from __future__ import annotations

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts


def image(context: Context) -> Parts:
    """Translate ``image`` and ``build``."""
    reference = context.app.images.get(context.key, context.service.image)
    return Parts(container={"image": reference, "imagePullPolicy": manifests.IMAGE_PULL_POLICY})
