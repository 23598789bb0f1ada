"""What goes wrong with a cluster, in words for the person who started it."""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster cannot do what was asked; the message says why and what helps."""
