"""What happens right after a container has begun and before it ends: hooks, ``stop_signal``, ``stop_grace_period``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Any, Final

from composeapp.compose.document.parts import Hook
from composeapp.problems import Path
from composeapp.translate.service.parts import Context, Parts
from composeapp.translate.service.process import user_ids
from composeapp.translate.service.seconds import seconds

_SIGNAL: Final = re.compile(r"(SIG)?([A-Z][A-Z0-9]*([+-]\d{1,2})?|\d{1,2})", re.IGNORECASE)
_KUBERNETES_SENDS: Final = {"TERM", "15"}
_SIGNAL_AND_WAIT: Final = "kill -{signal} 1 && while kill -0 1; do sleep 1; done"
"""The kubelet sends SIGTERM when the hook has ended, which must not be before the program."""


def lifecycle(context: Context) -> Parts:
    """
    Translate ``post_start``, ``pre_stop``, ``stop_signal`` and ``stop_grace_period``.

    The kubelet hands a hook's command on as it is: here no ``$`` is doubled.
    """
    grace = context.service.stop_grace_period
    handlers = {
        "postStart": _handler(_commands(context, "post_start", context.service.post_start)),
        "preStop": _handler([*_commands(context, "pre_stop", context.service.pre_stop), *_stop(context)]),
    }
    said = {name: handler for name, handler in handlers.items() if handler}
    return Parts(
        container={"lifecycle": said},
        pod={"terminationGracePeriodSeconds": None if grace is None else max(1, seconds(grace))},
    )


def _handler(commands: list[list[str]]) -> dict[str, Any]:
    """Kubernetes has room for one command: several are chained by a shell, which stops at the first that fails."""
    if not commands:
        return {}
    chained = ["/bin/sh", "-c", " && ".join(shlex.join(command) for command in commands)]
    return {"exec": {"command": commands[0] if len(commands) == 1 else chained}}


def _commands(context: Context, key: str, hooks: Iterable[Hook]) -> list[list[str]]:
    found = []
    for index, hook in enumerate(hooks):
        _judge(context, (*context.path, key, index), hook)
        found.append(_command(hook))
    return found


def _command(hook: Hook) -> list[str]:
    """Return a hook's command, with what it wants around it; ``sh`` gets the words after its script as ``$@``."""
    words = list(hook.command or ())
    variables = [f"{name}={value}" for name, value in sorted(hook.environment.items()) if value is not None]
    if variables:
        words = ["env", *variables, *words]
    if hook.working_dir:
        words = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', hook.working_dir, *words]
    return words


def _judge(context: Context, path: Path, hook: Hook) -> None:
    if not hook.command:
        context.report.problem((*path, "command"), "is empty: nothing would run", "say what to run")
    if hook.privileged:
        message = "a hook has the rights of its container: privileged cannot be honoured"
        context.report.problem((*path, "privileged"), message, "remove it")
    if hook.user is not None and user_ids(hook.user) != user_ids(context.service.user or ""):
        message = f"a hook runs as its container does, not as {hook.user}"
        context.report.problem((*path, "user"), message, "remove it, or let the service run as that user")


def _stop(context: Context) -> list[list[str]]:
    """Return the command that sends another signal than Kubernetes does."""
    written = context.service.stop_signal
    if written is None:
        return []
    match, path = _SIGNAL.fullmatch(written), (*context.path, "stop_signal")
    if match is None:
        context.report.problem(path, f"{written} is no signal", "write one such as SIGINT")
        return []
    signal = match[2].upper()
    if signal in _KUBERNETES_SENDS:
        return []
    if context.service.init:
        message = f"{written} is not sent: with init: true the program is not the first process, which would get it"
        context.report.warning(path, message, "remove init")
        return []
    return [["/bin/sh", "-c", _SIGNAL_AND_WAIT.format(signal=signal)]]
