"""Plans ComposeApps for the operator: off its event loop, and once for each edition of a document."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, TypeAlias

from composeapp.pipeline import Planned, plan_app
from composeapp.plan import Manifest
from composeapp.problems import InvalidDocumentError
from composeapp.settings import Settings
from composeapp.variables_from import NO_CONFIG_MAPS, ConfigMap, ConfigMaps

_MOST: Final = 64
"""Plans that are kept: that many apps may start at the same time, each looked at with every move of its pods."""

_Edition: TypeAlias = tuple[str, int, tuple[tuple[str, str], ...]]


class Planner:
    """
    Translates in a thread, as a document of 200 KiB takes seconds, and remembers the newest plans.

    So everything else goes on meanwhile: other apps, the watches, the answer that says that we live.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: OrderedDict[_Edition, Planned | InvalidDocumentError] = OrderedDict()

    async def plan(self, resource: Manifest, config_maps: ConfigMaps = NO_CONFIG_MAPS) -> Planned:
        """
        Return the plan of a ComposeApp, which follows from its uid, its generation and the ConfigMaps that it names.

        Raises:
            InvalidDocumentError: as ``plan_app``.

        """
        edition = _edition(resource, config_maps)
        if edition not in self._known:
            self._known[edition] = await asyncio.to_thread(self._outcome, resource, config_maps)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(edition)
        outcome = self._known[edition]
        if isinstance(outcome, InvalidDocumentError):
            raise InvalidDocumentError(outcome.problems, outcome.warnings)
        return outcome

    def _outcome(self, resource: Manifest, config_maps: ConfigMaps) -> Planned | InvalidDocumentError:
        metadata = resource["metadata"]
        try:
            return plan_app(metadata["name"], metadata["namespace"], resource["spec"], self._settings, config_maps)
        except InvalidDocumentError as error:
            # A new one, without the frames of the old one, which hold the whole document.
            return InvalidDocumentError(error.problems, error.warnings)


def _edition(resource: Manifest, config_maps: ConfigMaps) -> _Edition:
    metadata = resource["metadata"]
    read = ((name, read.version if isinstance(read, ConfigMap) else read.message) for name, read in config_maps.items())
    return metadata["uid"], metadata["generation"], tuple(read)
