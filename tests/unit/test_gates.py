"""A gate holds back what is new or changed until what it names is true, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.stamp import Owner, stamped
from composeapp.plan import Item, Milestone, Outcome, Requirement
from composeapp.translate import names
from support.cluster_objects import RESOURCE, complete, deployment, pod
from support.scripted_cluster import ScriptedCluster

OWNER = Owner.of(RESOURCE)
SERVICE = names.SERVICE_COMPONENT
DB = deployment("db", SERVICE)
WEB = deployment("web", SERVICE)
CONDITION = {"status": "True", "message": "Job has reached the specified backoff limit"}


def job(**status: Any) -> dict[str, Any]:
    """Return a Job that another workload may wait for."""
    made = deployment("migrate", SERVICE)
    return {**made, "apiVersion": "batch/v1", "kind": "Job", "status": status}


def waits(for_: dict[str, Any], milestone: Milestone, *, optional: bool = False) -> Requirement:
    """Return a requirement of a manifest."""
    key = for_["metadata"]["annotations"][names.KEY_ANNOTATION]
    return Requirement(for_["kind"], for_["metadata"]["name"], key, milestone, optional)


class Scene:
    """An app in a scripted cluster; ``see`` is what the watch has shown."""

    def __init__(self) -> None:
        self.cluster = ScriptedCluster()
        self.children = Children(self.cluster, (), lambda _: None)

    def see(self, item: dict[str, Any], **status: Any) -> None:
        """Show an object as it was planned, with the status that its controller wrote."""
        seen = stamped({**item, "status": {}}, OWNER)
        generation = {"observedGeneration": 1} if item["kind"] != "Job" else {}
        self.children.offer(self.cluster.add({**seen, "status": {**generation, **status}}))

    def forget(self, item: dict[str, Any]) -> None:
        """Let the watch tell that an object is gone."""
        for informer in self.children._informers:  # noqa: SLF001 - a watch without an API server
            if live := informer.store.get("demo", item["metadata"]["name"]):
                informer.store.take(live, deleted=True)

    def see_pod(self, key: str, phase: str, controller: str = "Job") -> None:
        """Show a pod of a service."""
        labels = {names.APP_UID_LABEL: OWNER.uid, "batch.kubernetes.io/job-name": f"chat-{key}"}
        shown = pod(key, SERVICE, phase=phase)
        shown["metadata"]["labels"] |= labels
        shown["metadata"]["ownerReferences"] = [{"kind": controller, "controller": True, "uid": "1", "name": "x"}]
        self.children.offer(self.cluster.add({"apiVersion": "v1", "kind": "Pod", **shown}))

    async def apply(self, *items: Item) -> dict[str, Outcome]:
        """Apply a plan; return the outcome of each object by its name."""
        planned = [Item({**item.manifest, "status": {}}, item.gate) for item in items]
        self.changes = await Applier(self.cluster, self.children).apply(planned, OWNER)
        return {change.name: change.outcome for change in self.changes.items}


@pytest.fixture
def scene():
    """An empty cluster."""
    return Scene()


async def test_new_object_waits_without_a_request(scene):
    """It is not even looked for; its message names what it waits for."""
    scene.see(DB, replicas=1)
    scene.cluster.requests.clear()

    assert await scene.apply(Item(DB), Item(WEB, (waits(DB, Milestone.READY),))) == {
        "chat-db": Outcome.UNCHANGED,
        "chat-web": Outcome.HELD,
    }
    assert scene.cluster.requests == []
    assert scene.changes.having(Outcome.HELD)[0].message == "waits until db is ready"


@pytest.mark.parametrize(
    ("milestone", "status", "phase", "outcome"),
    [
        (Milestone.READY, complete(), None, Outcome.CREATED),
        (Milestone.READY, complete(availableReplicas=0), "Running", Outcome.HELD),
        (Milestone.STARTED, complete(availableReplicas=0), "Running", Outcome.CREATED),
        (Milestone.STARTED, complete(availableReplicas=0), "Pending", Outcome.HELD),
        (Milestone.STARTED, complete(availableReplicas=0, updatedReplicas=0), "Running", Outcome.HELD),
        (Milestone.STARTED, complete(availableReplicas=0, observedGeneration=0), "Running", Outcome.HELD),
    ],
)
async def test_gate_on_a_service(scene, milestone, status, phase, outcome):
    """Ready is a whole rollout; started is a running container of the newest template."""
    scene.see(DB, **status)
    if phase:
        scene.see_pod("db", phase)

    assert (await scene.apply(Item(DB), Item(WEB, (waits(DB, milestone),))))["chat-web"] is outcome


@pytest.mark.parametrize(
    ("milestone", "status", "phase", "outcome"),
    [
        (Milestone.COMPLETED, {"succeeded": 1}, None, Outcome.HELD),
        (Milestone.COMPLETED, {"conditions": [{"type": "Complete", **CONDITION}]}, None, Outcome.CREATED),
        (Milestone.COMPLETED, {"conditions": [{"type": "Failed", **CONDITION}]}, "Failed", Outcome.HELD),
        (Milestone.STARTED, {"active": 1}, "Pending", Outcome.HELD),
        (Milestone.STARTED, {"active": 1}, "Running", Outcome.CREATED),
        (Milestone.READY, {"active": 1, "ready": 0}, "Running", Outcome.HELD),
        (Milestone.READY, {"active": 1, "ready": 1}, "Running", Outcome.CREATED),
    ],
)
async def test_gate_on_a_job(scene, milestone, status, phase, outcome):
    """Completed is the Job's own verdict; a failure opens no gate."""
    scene.see(job(), **status)
    if phase:
        scene.see_pod("migrate", phase)

    assert (await scene.apply(Item(job()), Item(WEB, (waits(job(), milestone),))))["chat-web"] is outcome


async def test_failure_of_what_is_waited_for_is_told(scene):
    """Who looks at the one that waits learns that waiting is not enough."""
    scene.see(job(), conditions=[{"type": "Failed", **CONDITION}])
    await scene.apply(Item(job()), Item(WEB, (waits(job(), Milestone.COMPLETED),)))

    assert scene.changes.having(Outcome.HELD)[0].message == "waits until migrate has completed, and it has failed"


async def test_optional_dependency_may_fail(scene):
    """It is waited for as long as it may come, not longer."""
    gate = (waits(job(), Milestone.COMPLETED, optional=True),)
    scene.see(job(), active=1)
    assert (await scene.apply(Item(job()), Item(WEB, gate)))["chat-web"] is Outcome.HELD
    scene.see(job(), conditions=[{"type": "Failed", **CONDITION}])
    assert (await scene.apply(Item(job()), Item(WEB, gate)))["chat-web"] is Outcome.CREATED


async def test_yesterdays_dependency_opens_no_gate(scene):
    """It is ready, but not what the document says now; as it changes itself, its dependents wait for that."""
    scene.see(deployment("db", SERVICE), **complete())
    changed = {**DB, "spec": {**DB["spec"], "minReadySeconds": 5}}

    assert await scene.apply(Item(changed), Item(WEB, (waits(changed, Milestone.READY),))) == {
        "chat-db": Outcome.CONFIGURED,
        "chat-web": Outcome.HELD,
    }


async def test_change_waits_and_the_old_edition_stays(scene):
    """A held object counts as wanted: it is neither changed nor pruned."""
    scene.see(DB, replicas=1)
    scene.see(WEB, **complete())
    changed = {**WEB, "spec": {**WEB["spec"], "minReadySeconds": 5}}
    scene.cluster.requests.clear()

    assert (await scene.apply(Item(DB), Item(changed, (waits(DB, Milestone.READY),))))["chat-web"] is Outcome.HELD
    assert scene.cluster.requests == []


async def test_drift_is_repaired_behind_a_closed_gate(scene):
    """Somebody scaled it by hand while its dependency is ill: that is put right all the same."""
    scene.see(DB, replicas=1)
    scene.see(WEB, **complete())
    live = scene.cluster.objects["Deployment", "chat-web"]
    scene.children.offer(scene.cluster.add({**live, "spec": {**live["spec"], "replicas": 5}}))

    outcomes = await scene.apply(Item(DB), Item(WEB, (waits(DB, Milestone.READY),)))
    assert outcomes["chat-web"] is Outcome.CONFIGURED


@pytest.mark.parametrize("phase", ["Running", "Succeeded"])
async def test_new_job_waits_until_the_old_one_and_its_pod_are_gone(scene, phase):
    """Two migrations of one database never run at the same time; a pod that has ended is no hindrance."""
    old = {**job(), "metadata": {**job()["metadata"], "name": "chat-migrate-old"}}
    scene.see(old, active=1)
    scene.see_pod("migrate", phase)

    assert await scene.apply(Item(job())) == {"chat-migrate": Outcome.WAITING, "chat-migrate-old": Outcome.DELETED}
    scene.forget(old)
    assert await scene.apply(Item(job())) == {
        "chat-migrate": Outcome.WAITING if phase == "Running" else Outcome.CREATED
    }


async def test_deployment_that_somebody_deleted_takes_its_pods_over(scene):
    """It is made at once: its pods need not go first."""
    scene.see_pod("db", "Running", controller="ReplicaSet")

    assert await scene.apply(Item(DB)) == {"chat-db": Outcome.CREATED}


async def test_service_that_is_no_job_any_more_waits_for_its_last_pod(scene):
    """A migration that still runs would share its volume with the server."""
    scene.see_pod("db", "Running", controller="Job")

    assert await scene.apply(Item(DB)) == {"chat-db": Outcome.WAITING}
    assert scene.changes.items[0].message == 'Deployment "chat-db" waits until pod "db-r1" is gone'
