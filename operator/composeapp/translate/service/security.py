"""What a service's container may do to the node it runs on."""

from __future__ import annotations

from composeapp.translate.service.parts import Context, Parts


def security(_context: Context) -> Parts:
    """Give every pod the runtime's own filter of system calls."""
    return Parts(pod={"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}})
