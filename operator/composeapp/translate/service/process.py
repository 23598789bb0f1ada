"""What a service's container runs and as whom: from ``entrypoint`` and ``command`` to ``tty``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from composeapp.translate import manifests
from composeapp.translate.service.parts import Context, Parts

_ROOT: Final = "root"
_NUMBER: Final = re.compile(r"\d{1,10}")
_LARGEST_ID: Final = 2**31 - 1
_NO_NAMES: Final = "write its number, which `docker run --rm --entrypoint id IMAGE` shows"


def process(context: Context) -> Parts:
    """
    Translate ``entrypoint`` and ``command`` so that the container runs what it runs in Compose, and what is around.

    Kubernetes' ``command`` replaces the image's ENTRYPOINT and CMD, as Compose's ``entrypoint`` does.
    An empty list means "as in the image" there, which is why a cleared one needs something in its place.
    """
    service = context.service
    return Parts(
        container={
            **dict(_words(context)),
            "workingDir": service.working_dir,
            "securityContext": _user(context),
            "stdin": service.stdin_open or None,
            "tty": service.tty or None,
            "terminationMessagePolicy": "FallbackToLogsOnError",
        },
        pod={
            # The pod's own first process then reaps orphans, as docker's init does.
            "shareProcessNamespace": service.init or None,
            "securityContext": {"supplementalGroups": list(_groups(context))} if service.group_add else {},
        },
    )


def user_ids(text: str) -> tuple[int, int | None] | None:
    """Return the numbers of a user and its group as ``user`` gives them; ``None`` where one is a name but root's."""
    user, colon, group = text.partition(":")
    uid, gid = _id(user), _id(group)
    return None if uid is None or (colon and gid is None) else (uid, gid)


def _id(text: str) -> int | None:
    if text == _ROOT:
        return 0
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= _LARGEST_ID else None


def _user(context: Context) -> dict[str, Any]:
    written = context.service.user
    if not written:
        return {}
    ids = user_ids(written)
    if ids is None:
        message = f"Kubernetes knows users by their numbers only, and {written} is in the image"
        context.report.problem((*context.path, "user"), message, _NO_NAMES)
        return {}
    return manifests.without_empty([("runAsUser", ids[0]), ("runAsGroup", ids[1])])


def _groups(context: Context) -> Iterator[int]:
    for index, text in enumerate(context.service.group_add):
        number = _id(text)
        if number is None:
            message = f"Kubernetes knows groups by their numbers only, and {text} is in the image"
            context.report.problem((*context.path, "group_add", index), message, _NO_NAMES)
        else:
            yield number


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
