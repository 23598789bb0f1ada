"""What a service's container runs: ``entrypoint`` and ``command``."""

from __future__ import annotations

from collections.abc import Iterator

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts


def process(context: Context) -> Parts:
    """
    Translate ``entrypoint`` and ``command`` so that the container runs what it runs in Compose.

    Kubernetes' ``command`` replaces the image's ENTRYPOINT and CMD, as Compose's ``entrypoint`` does.
    An empty list means "as in the image" there, which is why a cleared one needs something in its place.
    """
    return Parts(container={**dict(_words(context)), "terminationMessagePolicy": "FallbackToLogsOnError"})


def _words(context: Context) -> Iterator[tuple[str, list[str]]]:
    entrypoint, command = context.service.entrypoint, context.service.command
    if entrypoint:
        yield "command", [manifests.literal(word) for word in entrypoint]
        yield "args", [manifests.literal(word) for word in command or ()]
    elif entrypoint is not None and not command:
        message = "is empty and so is command: nothing would run"
        context.report.problem((*context.path, "entrypoint"), message, "set command")
    elif entrypoint is not None:
        yield "command", [manifests.literal(word) for word in command or ()]
    elif command is not None and not command:
        message = "is empty: Kubernetes cannot clear an image's CMD and would run it"
        context.report.problem((*context.path, "command"), message, "set entrypoint to what shall run")
    else:
        yield "args", [manifests.literal(word) for word in command or ()]
