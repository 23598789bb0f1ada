"""When an app is looked at again: what helps is repeated, what does not is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.config_maps import ConfigMapReader
from composeapp.cluster.publish import Publisher
from composeapp.cluster.store import Store
from composeapp.planner import Planner
from composeapp.process.worker import Worker
from composeapp.queue import WorkQueue
from composeapp.reconcile import Reconciler
from composeapp.settings import Settings
from support.cluster_objects import RESOURCE
from support.scripted_cluster import ScriptedCluster, refusal

KEY = ("demo", "chat")
SPEC = {"services": {"web": {"image": "nginx"}}}


class Bench:
    """One worker, one app, a scripted cluster."""

    def __init__(self, spec: dict) -> None:
        self.cluster = ScriptedCluster()
        self.apps = Store()
        resource = {**RESOURCE, "spec": spec}
        self.apps.take(resource, deleted=False)
        self.cluster.objects["ComposeApp", "chat"] = resource
        children = Children(self.cluster, (), lambda _: None)
        applier, publisher = Applier(self.cluster, children), Publisher(self.cluster, self.apps)
        reader, planner = ConfigMapReader(self.cluster), Planner(Settings())
        clock = lambda: "2026-01-01T00:00:00Z"  # noqa: E731 - the time stands still
        self.reconciler = Reconciler(reader, planner, applier, publisher, children, clock)
        self.open_queue()

    def open_queue(self) -> None:
        """Begin with a new queue that holds the app."""
        self.queue: WorkQueue = WorkQueue(first_pause=0.02)
        self.queue.add(KEY)

    async def work_until(self, done: Callable[[], bool]) -> None:
        """Let the worker work until something holds, then send it home."""
        work = asyncio.create_task(Worker(self.queue, self.apps, self.reconciler).run())
        async with asyncio.timeout(10):
            while not done():  # noqa: ASYNC110 - what holds is the test's choice
                await asyncio.sleep(0.01)
        self.queue.close()
        await work

    @property
    def ready(self) -> dict:
        """The app's condition Ready as it was last written."""
        conditions = self.cluster.objects["ComposeApp", "chat"].get("status", {}).get("conditions", [])
        return next((item for item in conditions if item["type"] == "Ready"), {"reason": "", "message": ""})


@pytest.fixture
async def bench():
    """Make a bench for a spec."""
    return Bench


async def test_refused_object_is_tried_again_until_it_goes_through(bench):
    """The refusal is in the status meanwhile; afterwards the object is there."""
    bench = bench(SPEC)
    refusals = bench.cluster.refusals
    refusals["apply", "web"] = refusal(503, "not now")

    def is_there() -> bool:
        if "not now" in bench.ready["message"]:
            refusals.clear()
        return ("Service", "web") in bench.cluster.objects

    await bench.work_until(is_there)
    assert refusals == {}


async def test_second_look_at_an_unchanged_app_asks_for_nothing(bench):
    """Objects, status and Events are as they should be: no request at all."""
    bench = bench(SPEC)
    await bench.work_until(lambda: bench.ready["reason"] and not bench.queue.is_planned(KEY))
    bench.cluster.requests.clear()

    bench.open_queue()
    await bench.work_until(lambda: not bench.queue.is_planned(KEY))

    assert bench.cluster.requests == []


async def test_bad_document_is_not_tried_again(bench):
    """Only its author can help: nothing is planned."""
    bench = bench({"services": {"web": {"imagee": "nginx"}}})
    await bench.work_until(lambda: bench.ready["reason"] == "InvalidDocument" and not bench.queue.is_planned(KEY))


async def test_suspended_app_with_a_bad_document_is_told_both(bench):
    """Nothing is applied for either reason; nobody is told that something is on its way."""
    bench = bench({"services": {"web": {"imagee": "nginx"}}, "suspend": True})
    await bench.work_until(lambda: bench.ready["reason"] == "InvalidDocument")
    conditions = bench.cluster.objects["ComposeApp", "chat"]["status"]["conditions"]
    assert next(item["reason"] for item in conditions if item["type"] == "Reconciling") == "Suspended"


async def test_new_app_that_is_suspended_is_not_ready(bench):
    """Nothing of it exists, and nothing is made."""
    bench = bench({**SPEC, "suspend": True})
    await bench.work_until(lambda: bench.ready["reason"] == "NotCreated")
    assert set(bench.cluster.objects) == {("ComposeApp", "chat")}


async def test_app_that_is_gone_is_forgotten(bench):
    """Its status cannot be written: it is not looked at again, or its objects would come and go for ever."""
    bench = bench(SPEC)
    bench.cluster.refusals["apply", "chat"] = refusal(404)
    await bench.work_until(lambda: not bench.apps.names())


async def test_foreign_object_is_looked_at_again_later(bench, monkeypatch):
    """Nothing tells us when somebody else's object makes room, so it is asked for now and then."""
    monkeypatch.setattr("composeapp.process.worker._ROOM_PAUSE", 0.02)
    bench = bench(SPEC)
    services = bench.cluster.objects
    bench.cluster.add({"kind": "Service", "metadata": {"name": "web", "namespace": "demo"}})

    def is_ours() -> bool:
        if bench.ready["reason"] == "ForeignObject":
            services.pop(("Service", "web"), None)
        return "ownerReferences" in services.get(("Service", "web"), {"metadata": {}})["metadata"]

    await bench.work_until(is_ours)


async def test_bug_in_one_document_stops_nobody(bench, monkeypatch, caplog):
    """An error that nobody foresaw is logged, and the app is tried again."""
    bench = bench(SPEC)

    async def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("composeapp.reconcile.Reconciler.reconcile", broken)
    await bench.work_until(lambda: caplog.text.count("ZeroDivisionError") > 1)


CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "demo"}}
FROM_CONFIG_MAP = {
    "services": {"web": {"image": "nginx:$TAG"}},
    "variablesFrom": [{"configMapRef": {"name": "settings"}}],
}


def image(bench: Bench) -> str:
    """Return the image that the app's Deployment runs, nothing where there is none."""
    deployment = bench.cluster.objects.get(("Deployment", "chat-web"))
    return deployment["spec"]["template"]["spec"]["containers"][0]["image"] if deployment else ""


async def test_missing_config_map_is_named_and_awaited(bench):
    """The status says which and where; as soon as it is there the app is accepted and made, with its variables."""
    bench = bench(FROM_CONFIG_MAP)
    words = 'variablesFrom[0].configMapRef: there is no ConfigMap "settings" in namespace demo'

    def is_made() -> bool:
        if words in bench.ready["message"]:
            bench.cluster.add({**CONFIG_MAP, "data": {"TAG": "1.27"}})
        return image(bench) == "nginx:1.27"

    await bench.work_until(is_made)
    assert bench.ready["reason"] != "InvalidDocument"


async def test_config_map_that_may_not_be_read_is_named(bench):
    """The status repeats the refusal of the API server."""
    bench = bench(FROM_CONFIG_MAP)
    bench.cluster.refusals["get", "settings"] = refusal(403, "forbidden")
    await bench.work_until(lambda: "variablesFrom[0].configMapRef: cannot do it: forbidden" in bench.ready["message"])


async def test_config_map_that_cannot_be_read_now_changes_nothing(bench):
    """While the API server is out of order nobody says that the document is wrong; it is read again."""
    bench = bench(FROM_CONFIG_MAP)
    bench.cluster.add({**CONFIG_MAP, "data": {"TAG": "1.27"}})
    refusals = bench.cluster.refusals
    refusals["get", "settings"] = refusal(503)

    def was_refused() -> bool:
        if refusals and bench.cluster.requests.count(("get", "ConfigMap", "settings")) > 1:
            assert bench.ready["message"] == ""
            refusals.clear()
        return bool(image(bench))

    await bench.work_until(was_refused)


async def test_changed_config_map_comes_through_with_the_next_look(bench):
    """The resource is the same as before, what it names is not."""
    bench = bench(FROM_CONFIG_MAP)
    bench.cluster.add({**CONFIG_MAP, "data": {"TAG": "1"}})
    await bench.work_until(lambda: image(bench) == "nginx:1")
    bench.cluster.add({**CONFIG_MAP, "data": {"TAG": "2"}})
    bench.open_queue()
    await bench.work_until(lambda: image(bench) == "nginx:2")
