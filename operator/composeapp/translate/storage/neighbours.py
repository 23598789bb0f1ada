"""Which services have to run on one node, because they mount a volume that only one node can mount."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from composeapp.compose.document import Document
from composeapp.translate import names


def placed_with(document: Document, users: Mapping[str, Collection[str]]) -> dict[str, str]:
    """
    Return, for each service that has to stay with other pods, what their group is called.

    ``users``: what only one node can mount → the services that mount it. Who shares with a neighbour's
    neighbour belongs to the group as well: else each could settle where the third cannot go.
    """
    groups = _connected(users.values())
    return {
        member: names.placement_group(min(group))
        for group in groups
        if len(group) > 1 or any(document.services[member].replicas > 1 for member in group)
        for member in group
    }


def _connected(sharing: Iterable[Collection[str]]) -> list[set[str]]:
    """Merge sets that have a member in common."""
    group_of: dict[str, set[str]] = {}
    for members in sharing:
        merged = set(members).union(*(group_of.get(member, ()) for member in members))
        group_of.update(dict.fromkeys(merged, merged))
    return list({id(group): group for group in group_of.values()}.values())
