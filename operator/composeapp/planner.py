"""Plans ComposeApps for the operator: off its event loop, and once for each edition of a document."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from composeapp.pipeline import Planned, plan_app
from composeapp.plan import Manifest
from composeapp.problems import InvalidDocumentError
from composeapp.settings import Settings

_MOST: Final = 64
"""Plans that are kept: that many apps may start at the same time, each looked at with every move of its pods."""


class Planner:
    """
    Translates in a thread, as a document of 200 KiB takes seconds, and remembers the newest plans.

    So everything else goes on meanwhile: other apps, the watches, the answer that says that we live.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: OrderedDict[tuple[str, int], Planned | InvalidDocumentError] = OrderedDict()

    async def plan(self, resource: Manifest) -> Planned:
        """
        Return the plan of a ComposeApp, which follows from its uid and generation.

        Raises:
            InvalidDocumentError: as ``plan_app``.

        """
        metadata = resource["metadata"]
        edition = (metadata["uid"], metadata["generation"])
        if edition not in self._known:
            self._known[edition] = await asyncio.to_thread(self._outcome, resource)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(edition)
        outcome = self._known[edition]
        if isinstance(outcome, InvalidDocumentError):
            raise InvalidDocumentError(outcome.problems, outcome.warnings)
        return outcome

    def _outcome(self, resource: Manifest) -> Planned | InvalidDocumentError:
        metadata = resource["metadata"]
        try:
            return plan_app(metadata["name"], metadata["namespace"], resource["spec"], self._settings)
        except InvalidDocumentError as error:
            # A new one, without the frames of the old one, which hold the whole document.
            return InvalidDocumentError(error.problems, error.warnings)
