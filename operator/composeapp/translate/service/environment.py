"""The variables of a service's container: ``environment``, and those through which it finds its models."""

from __future__ import annotations

from composeapp.translate import bindings, variables
from composeapp.translate.service.parts import Context, Parts


def environment(context: Context) -> Parts:
    """Translate ``environment`` and ``models``."""
    chosen = bindings.environment(context.document, context.key, context.app, context.report)
    return Parts(container={"env": variables.environment(chosen, context.app.secrets)})
