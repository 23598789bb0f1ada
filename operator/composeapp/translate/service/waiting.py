"""What a service waits for beside other services: its models, where it asks for that."""

from __future__ import annotations

from composeapp.plan import Milestone, Requirement
from composeapp.translate import names
from composeapp.translate.service.parts import Context, Parts
from composeapp.workload_kinds import DEPLOYMENT


def waiting(context: Context) -> Parts:
    """
    Translate ``x-kubernetes.waitForModels``: the service is made when its models answer.

    Else it begins at once, as weights take minutes and most applications come up without their model.
    """
    models = sorted(context.service.models) if context.own.get("waitForModels") else ()
    app = context.app.name
    return Parts(
        gate=tuple(
            Requirement(DEPLOYMENT, names.model_name(app, model), f"model {model}", Milestone.READY) for model in models
        )
    )
