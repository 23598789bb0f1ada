"""APPLY asks for no more than it must, touches nothing foreign, and says what it did."""

from __future__ import annotations

import pytest

from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.errors import ClusterError
from composeapp.cluster.stamp import Owner, stamped
from composeapp.plan import Item, Outcome
from composeapp.translate import names
from support.cluster_objects import RESOURCE, UID, deployment
from support.scripted_cluster import ScriptedCluster, refusal

OWNER = Owner.of(RESOURCE)


def service(name: str, port: int = 80) -> dict:
    """Return a Service as the translator makes it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "demo", "labels": names.labels("chat", "service", name)},
        "spec": {"ports": [{"port": port, "protocol": "TCP"}]},
    }


def controlled_by(kind: str, name: str) -> list[dict]:
    """Return owner references to somebody else."""
    return [{"kind": kind, "name": name, "uid": "other", "controller": True}]


@pytest.fixture
def cluster():
    """An empty cluster."""
    return ScriptedCluster()


@pytest.fixture
def children(cluster):
    """What the operator has seen of it: nothing yet."""
    return Children(cluster, (), lambda _: None)


@pytest.fixture
def apply(cluster, children):
    """Apply manifests for the app; return the outcome of each object by its name."""

    async def run(*manifests: dict) -> dict[str, Outcome]:
        changes = await Applier(cluster, children).apply(tuple(map(Item, manifests)), OWNER)
        run.changes = changes
        return {change.name: change.outcome for change in changes.items}

    return run


async def test_new_object_is_looked_for_then_applied_with_its_owner(cluster, apply):
    """One GET, one apply; the object and its pods carry the app's uid."""
    assert await apply(deployment()) == {"chat-model-llm": Outcome.CREATED}

    assert [request[0] for request in cluster.requests] == ["get", "apply"]
    (sent,) = cluster.applied
    reference = {
        "apiVersion": "composeapp.dev/v1alpha1",
        "kind": "ComposeApp",
        "name": "chat",
        "uid": UID,
        "controller": True,
        "blockOwnerDeletion": True,
    }
    assert sent["metadata"]["ownerReferences"] == [reference]
    assert sent["metadata"]["labels"][names.APP_UID_LABEL] == UID
    assert sent["spec"]["template"]["metadata"]["labels"][names.APP_UID_LABEL] == UID
    assert names.APP_UID_LABEL not in sent["spec"]["selector"]["matchLabels"]


async def test_second_time_asks_for_nothing(cluster, apply):
    """Our own write is known before the watch tells of it."""
    await apply(service("web"))
    cluster.requests.clear()
    assert await apply(service("web")) == {"web": Outcome.UNCHANGED}
    assert cluster.requests == []


async def test_object_that_the_watch_has_shown_is_not_asked_for(cluster, children, apply):
    """After a restart the list is enough."""
    children.offer(cluster.add(stamped(service("web"), OWNER)))
    assert await apply(service("web")) == {"web": Outcome.UNCHANGED}
    assert cluster.requests == []


async def test_drift_is_applied_to_exactly_that_object(cluster, children, apply):
    """The apply carries the uid, so that it cannot hit a foreign replacement."""
    live = cluster.add(stamped(service("web"), OWNER))
    live["spec"] = {"ports": [{"port": 1, "protocol": "TCP"}]}
    children.offer(live)
    assert await apply(service("web")) == {"web": Outcome.CONFIGURED}
    assert cluster.applied[0]["metadata"]["uid"] == live["metadata"]["uid"]


async def test_field_that_left_the_manifest_is_noticed_by_the_hash(cluster, children, apply):
    """Everything desired is there, and still there is something to remove."""
    wider = service("web")
    wider["spec"]["externalName"] = "gone"
    children.offer(cluster.add(stamped(wider, OWNER)))
    assert await apply(service("web")) == {"web": Outcome.CONFIGURED}


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"ownerReferences": controlled_by("Application", "shop")}, 'belongs to Application "shop"'),
        ({"labels": {names.MANAGED_BY_LABEL: "Helm"}}, "is managed by Helm"),
        ({"labels": {}, "managedFields": [{"manager": "kubectl-create"}]}, "was made with kubectl-create"),
        ({"labels": {}}, "was not made for this app"),
    ],
)
async def test_foreign_object_is_never_written(cluster, apply, metadata, words):
    """The refusal says whose it is; the other objects are applied all the same."""
    foreign = service("web")
    foreign["metadata"] |= metadata
    cluster.add(foreign)

    assert await apply(service("web"), service("api")) == {"web": Outcome.FOREIGN, "api": Outcome.CREATED}

    assert [manifest["metadata"]["name"] for manifest in cluster.applied] == ["api"]
    (change,) = apply.changes.having(Outcome.FOREIGN)
    assert change.message.startswith(f'Service "web" exists and {words}: rename')


async def test_copy_of_our_labels_does_not_make_an_object_ours(cluster, children, apply):
    """Somebody copied a child with its labels: it is neither written nor pruned."""
    copied = stamped(service("web"), OWNER)
    copied["metadata"]["ownerReferences"] = []
    children.offer(cluster.add(copied))
    assert await apply(service("web")) == {"web": Outcome.FOREIGN}
    assert await apply() == {}
    assert [request for request in cluster.requests if request[0] != "get"] == []


async def test_object_of_ours_without_its_labels_gets_them_back(cluster, apply):
    """It left our watch with its label, so it is asked for, and is ours by its owner."""
    stripped = stamped(service("web"), OWNER)
    stripped["metadata"]["labels"] = {}
    cluster.add(stripped)
    assert await apply(service("web")) == {"web": Outcome.CONFIGURED}


async def test_what_left_the_plan_is_deleted(cluster, children, apply):
    """Only what this app controls, whatever its kind."""
    children.offer(cluster.add(stamped(service("old"), OWNER)))
    children.offer(cluster.add(stamped(deployment("old"), OWNER)))
    children.offer(cluster.add(stamped(service("neighbour"), Owner("demo", "other", "other-uid"))))
    assert await apply(service("web")) == {
        "web": Outcome.CREATED,
        "old": Outcome.DELETED,
        "chat-model-old": Outcome.DELETED,
    }
    assert ("Service", "neighbour") in cluster.objects


async def test_one_refusal_stops_nobody_else(cluster, children, apply):
    """Each failure is a value with the API server's words; siblings and pruning go on."""
    children.offer(cluster.add(stamped(service("old"), OWNER)))
    children.offer(cluster.add(stamped(service("older"), OWNER)))
    cluster.refusals[("apply", "web")] = refusal(422, "spec.clusterIP: field is immutable")
    cluster.refusals[("delete", "old")] = refusal(403)
    assert await apply(service("web"), service("api")) == {
        "web": Outcome.FAILED,
        "api": Outcome.CREATED,
        "old": Outcome.FAILED,
        "older": Outcome.DELETED,
    }
    assert apply.changes.items[0].message == 'Service "web": spec.clusterIP: field is immutable'


async def test_dying_object_is_waited_for(cluster, children, apply):
    """What is being deleted is neither written nor deleted again."""
    dying = stamped(service("web"), OWNER)
    dying["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    children.offer(cluster.add(dying))
    assert await apply(service("web")) == {"web": Outcome.WAITING}
    assert await apply() == {}
    assert cluster.requests == []


async def test_object_of_a_former_app_of_this_name_is_waited_for(cluster, children, apply):
    """The app was deleted and made again: what the first one left is about to go, not foreign."""
    former = Owner(OWNER.namespace, OWNER.name, "former-uid")
    children.offer(cluster.add(stamped(service("web"), former)))
    assert await apply(service("web")) == {"web": Outcome.WAITING}
    assert cluster.requests == []


@pytest.mark.parametrize(("before", "after"), [({}, {"clusterIP": "None"}), ({"clusterIP": "None"}, {})])
async def test_service_cannot_gain_or_lose_its_address(cluster, children, apply, before, after):
    """Kubernetes changes no ``clusterIP``: the Service is deleted, and made anew once it is gone."""
    old, new = service("web"), service("web")
    old["spec"] |= {"clusterIP": "10.0.0.1", **before}
    new["spec"] |= after
    children.offer(cluster.add(stamped(old, OWNER)))
    assert await apply(new) == {"web": Outcome.WAITING}
    assert cluster.requests == [("delete", "Service", "web")]


async def test_what_a_webhook_alters_is_written_once(cluster, children, monkeypatch):
    """The same write would be altered again; another edition of the object is another matter."""
    plain = cluster.apply

    async def altered(manifest: dict, **options) -> dict:
        answer = await plain(manifest, **options)
        return cluster.add({**answer, "spec": {"ports": [{"port": 1, "protocol": "TCP"}]}})

    monkeypatch.setattr(cluster, "apply", altered)
    applier = Applier(cluster, children)
    for expected in (Outcome.CREATED, Outcome.UNCHANGED):
        (change,) = (await applier.apply([Item(service("web"))], OWNER)).items
        assert change.outcome is expected
    children.offer(cluster.add(cluster.objects["Service", "web"]))
    (change,) = (await applier.apply([Item(service("web"))], OWNER)).items
    assert change.outcome is Outcome.CONFIGURED


@pytest.mark.parametrize(
    "error",
    [
        refusal(409, "Precondition failed: UID"),
        ClusterError("x", status=403, reason="Forbidden", message="no", causes=["NamespaceTerminating"]),
    ],
)
async def test_passing_refusal_is_no_failure(cluster, apply, error):
    """The object is another one than a moment ago, or its namespace is going: no news for anybody."""
    cluster.refusals[("apply", "web")] = error
    assert await apply(service("web")) == {"web": Outcome.WAITING}


async def test_difference_is_told_without_a_request(cluster, children):
    """What would be written or deleted is named; what is as it should be is not."""
    children.offer(cluster.add(stamped(service("same"), OWNER)))
    children.offer(cluster.add(stamped(service("gone"), OWNER)))
    children.offer(cluster.add(stamped(service("edited"), OWNER)))
    wanted = [service("same"), service("edited", port=81), service("new")]
    differing = Applier(cluster, children).differing(wanted, OWNER)
    assert differing == ('Service "edited"', 'Service "new"', 'Service "gone"')
    assert cluster.requests == []
