"""Where what a container writes goes: ``logging``, of which a cluster decides."""

from __future__ import annotations

from typing import Final

from composeapp.translate.service.parts import Context, Parts

_LOCAL: Final = {None, "json-file", "local", "journald", "none"}
"""Drivers after which nobody misses anything: the lines stay on the machine, where kubectl logs finds them."""


def output(context: Context) -> Parts:
    """Warn of log drivers that would send lines away."""
    driver = context.service.logging.driver if context.service.logging else None
    if driver not in _LOCAL:
        message = f"{driver} is not used: what the container writes goes where the cluster collects logs"
        context.report.warning((*context.path, "logging", "driver"), message, "kubectl logs shows it")
    return Parts()
