"""Data outlive their app and every edit; files that a pod mounts outlive the pod."""

from __future__ import annotations

import pytest

from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.stamp import Owner, stamped
from composeapp.plan import Change, Changes, Item, Outcome
from composeapp.translate import names
from support.app_status import look
from support.cluster_objects import RESOURCE, deployment
from support.scripted_cluster import ScriptedCluster, refusal

OWNER = Owner.of(RESOURCE)
FORMER = Owner(OWNER.namespace, OWNER.name, "former-uid")


def claim(on_delete: str = "Retain", *, app: str = "chat", size: str = "10Gi") -> dict:
    """Return the claim of a volume as the translator makes it."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "chat-data",
            "namespace": "demo",
            "labels": names.labels(app, "volume", "data"),
            "annotations": {names.ON_DELETE_ANNOTATION: on_delete},
        },
        "spec": {"resources": {"requests": {"storage": size}}},
    }


def config_map(content: str) -> dict:
    """Return the ConfigMap of a config, named after its content."""
    name = names.config_map_name("chat", "motd", content)
    metadata = {"name": name, "namespace": "demo", "labels": names.labels("chat", "config", "motd")}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"motd": content}}


@pytest.fixture
def cluster():
    """An empty cluster."""
    return ScriptedCluster()


@pytest.fixture
def there(cluster):
    """Put objects into the cluster; the operator sees these and no others."""

    def put(*items: dict) -> Children:
        children = Children(cluster, (), lambda _: None)
        for item in items:
            children.offer(cluster.add(item))
        return children

    return put


async def outcomes(cluster: ScriptedCluster, children: Children, *manifests: dict) -> dict[str, Outcome]:
    """Apply manifests for the app; return the outcome of each object by its name."""
    changes = await Applier(cluster, children).apply(tuple(map(Item, manifests)), OWNER)
    return {change.name: change.outcome for change in changes.items}


@pytest.mark.parametrize(("on_delete", "owners"), [("Retain", 0), ("Delete", 1)])
async def test_only_the_author_lets_data_go_with_the_app(cluster, there, on_delete, owners):
    """A claim has an owner, whose deletion takes it along, only where the resource says so."""
    assert await outcomes(cluster, there(), claim(on_delete)) == {"chat-data": Outcome.CREATED}
    assert len(cluster.applied[0]["metadata"].get("ownerReferences", [])) == owners


async def test_app_of_the_same_name_takes_up_the_data(cluster, there):
    """What a former app of that name left behind becomes this app's, and is not made anew."""
    children = there(stamped(claim(), FORMER))
    assert await outcomes(cluster, children, claim()) == {"chat-data": Outcome.CONFIGURED}
    (written,) = cluster.applied
    assert written["metadata"]["uid"]
    assert written["metadata"]["labels"][names.APP_UID_LABEL] == OWNER.uid
    assert await outcomes(cluster, children, claim()) == {"chat-data": Outcome.UNCHANGED}


@pytest.mark.parametrize(
    "foreign",
    [
        claim(app="other"),
        {**claim(), "metadata": {"name": "chat-data", "namespace": "demo", "labels": {}}},
        stamped(claim("Delete"), Owner("demo", "other", "other-uid")),
    ],
    ids=["another app's", "somebody's", "owned"],
)
async def test_claim_of_somebody_else_is_left_alone(cluster, foreign):
    """Nobody's data are taken over for the name alone; the author learns how to use them on purpose."""
    cluster.add(foreign)
    applier = Applier(cluster, Children(cluster, (), lambda _: None))
    (change,) = (await applier.apply([Item(claim())], OWNER)).items
    assert change.outcome is Outcome.FOREIGN
    assert "external: true" in change.message
    assert cluster.applied == []


@pytest.mark.parametrize("on_delete", ["Retain", "Delete"])
async def test_edit_never_deletes_data(cluster, there, on_delete):
    """A volume that left the document leaves its claim behind, which is told."""
    children = there(stamped(claim(on_delete), OWNER))
    assert await outcomes(cluster, children) == {"chat-data": Outcome.KEPT}
    assert cluster.requests == []
    assert Applier(cluster, children).differing([], OWNER) == ()


async def test_data_may_be_let_go_later(cluster, there):
    """The claim gets its owner, or loses it, when the resource changes its mind."""
    children = there(stamped(claim(), OWNER))
    assert await outcomes(cluster, children, claim("Delete")) == {"chat-data": Outcome.CONFIGURED}
    assert cluster.objects["PersistentVolumeClaim", "chat-data"]["metadata"]["ownerReferences"]
    assert await outcomes(cluster, children, claim()) == {"chat-data": Outcome.CONFIGURED}
    assert "ownerReferences" not in cluster.applied[-1]["metadata"]


async def test_claim_that_was_grown_stays_large(cluster, there):
    """An administrator, or a controller, made the volume larger: it is not fought over; a larger wish is written."""
    grown = stamped(claim(), OWNER)
    grown["spec"] = {"resources": {"requests": {"storage": "20Gi"}}}
    children = there(grown)
    assert await outcomes(cluster, children, claim()) == {"chat-data": Outcome.UNCHANGED}
    assert await outcomes(cluster, children, claim(size="30Gi")) == {"chat-data": Outcome.CONFIGURED}
    assert cluster.applied[0]["spec"]["resources"]["requests"] == {"storage": "30Gi"}


MOUNTING = {"volumes": [{"name": "config-motd", "configMap": {"name": config_map("old")["metadata"]["name"]}}]}


def pod() -> dict:
    """Return a pod of the app that mounts the old content."""
    labels = {**names.labels("chat", "service", "web"), names.APP_UID_LABEL: OWNER.uid}
    metadata = {"name": "web-1", "namespace": "demo", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": MOUNTING}


def workload() -> dict:
    """Return a Deployment of the app whose pods mount the old content."""
    made = stamped(deployment("web", "service"), OWNER)
    return {**made, "spec": {**made["spec"], "template": {"spec": MOUNTING}}}


async def test_config_map_goes_with_the_last_pod_that_mounts_it(cluster, there):
    """A pod that is started anew while the new one comes up finds its files."""
    old = config_map("old")
    children = there(stamped(old, OWNER), pod())
    await outcomes(cluster, children, config_map("new"))
    assert ("ConfigMap", old["metadata"]["name"]) in cluster.objects

    await outcomes(cluster, there(stamped(old, OWNER)), config_map("new"))
    assert ("ConfigMap", old["metadata"]["name"]) not in cluster.objects


async def test_config_map_stays_for_a_workload_that_could_not_be_changed(cluster, there):
    """The API server refused the new pods, so the old ones are still wanted, with their files."""
    children = there(stamped(config_map("old"), OWNER), workload())
    cluster.refusals["apply", "chat-web"] = refusal(403)
    done = await outcomes(cluster, children, config_map("new"), deployment("web", "service"))
    assert done["chat-web"] is Outcome.FAILED
    assert ("ConfigMap", config_map("old")["metadata"]["name"]) in cluster.objects


def test_kept_data_are_a_warning():
    """Who renamed a volume finds in the status where the files are, and how to get rid of them."""
    changes = Changes((Change("PersistentVolumeClaim", "chat-data", Outcome.KEPT, "it is kept"),))
    (warning,) = look([], changes=changes)["warnings"]
    assert warning["message"] == "it is kept"
    assert "kubectl delete pvc chat-data" in warning["hint"]
