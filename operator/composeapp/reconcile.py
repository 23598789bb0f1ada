"""The one place where the stages meet: read → parse → translate → apply → status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.config_maps import ConfigMapReader, unread
from composeapp.cluster.kinds import POD, SERVICE, WORKLOADS
from composeapp.cluster.publish import Publisher
from composeapp.cluster.stamp import Owner
from composeapp.plan import Changes, Manifest
from composeapp.planner import Planner
from composeapp.problems import InvalidDocumentError
from composeapp.status.app import Verdict, app_status
from composeapp.status.rows import Observed


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Makes one app as its document says, as far as one look at it goes. ``clock`` tells RFC 3339."""

    config_maps: ConfigMapReader
    planner: Planner
    applier: Applier
    publisher: Publisher
    children: Children
    clock: Callable[[], str]

    async def reconcile(self, resource: Manifest) -> Changes:
        """
        Bring the cluster, then the status, in line with a ComposeApp; return what was done to its objects.

        A document that only its author can repair is a status, not an error.

        Raises:
            ClusterError: if the app's ConfigMaps could not be read or its status not be written.

        """
        verdict = await self._realise(resource)
        now = self.clock()
        status = app_status(resource, verdict, self._observed(Owner.of(resource).uid), now=now)
        await self.publisher.publish(resource, status, now=now)
        return verdict.changes

    async def _realise(self, resource: Manifest) -> Verdict:
        owner, suspended = Owner.of(resource), resource["spec"].get("suspend") is True
        config_maps = await self.config_maps.read(resource)
        try:
            plan = (await self.planner.plan(resource, config_maps)).plan
        except InvalidDocumentError as error:
            changes = unread(config_maps)
            return Verdict(problems=error.problems, warnings=error.warnings, changes=changes, suspended=suspended)
        if suspended:
            unapplied = self.applier.differing(plan.manifests, owner)
            return Verdict(plan.manifests, plan.warnings, suspended=True, unapplied=unapplied)
        changes = await self.applier.apply(plan.items, owner)
        return Verdict(plan.manifests, plan.warnings, changes=changes)

    def _observed(self, uid: str) -> Observed:
        workloads = tuple(item for kind in WORKLOADS for item in self.children.of_app(uid, kind))
        return Observed(workloads, self.children.of_app(uid, SERVICE), self.children.of_app(uid, POD))
