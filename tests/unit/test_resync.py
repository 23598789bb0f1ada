"""Apps that vanished while nobody watched are forgotten; the others are looked at again from time to time."""

from __future__ import annotations

import asyncio

import pytest

from composeapp.cluster.store import Store
from composeapp.process.resync import Resync
from composeapp.queue import WorkQueue
from support.cluster_objects import RESOURCE
from support.scripted_cluster import ScriptedCluster, refusal


def app(name: str, version: int) -> dict:
    """Return a ComposeApp."""
    metadata = {**RESOURCE["metadata"], "name": name, "uid": name, "resourceVersion": str(version)}
    return {**RESOURCE, "metadata": metadata}


@pytest.fixture
async def resync(monkeypatch):
    """Run a resync over two known apps, without its pauses; return it with cluster and queue."""
    monkeypatch.setattr("composeapp.process.resync._SETTLE", 0)
    monkeypatch.setattr("composeapp.process.resync._SPREAD", 0.01)
    cluster, apps, queue = ScriptedCluster(), Store(), WorkQueue()
    for name in ("here", "gone"):
        apps.take(app(name, 5), deleted=False)
    tasks = []

    def start() -> tuple[Resync, ScriptedCluster, WorkQueue, Store]:
        resync = Resync(cluster, (), apps, queue)
        tasks.append(asyncio.create_task(resync.run()))
        return resync, cluster, queue, apps

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_list_of_kopf_is_followed_by_a_sweep(resync):
    """Kopf lists anew without a word on what vanished: that app is forgotten, and nobody else disturbed."""
    running, cluster, queue, apps = resync()
    cluster.lists = [[app("here", 9)]]

    running.listed.set()

    keys = {await asyncio.wait_for(queue.get(), 5), await asyncio.wait_for(queue.get(), 5)}
    assert keys == {("demo", "here"), ("demo", "gone")}
    assert apps.names() == (("demo", "here"),)


async def test_everything_is_looked_at_again_in_time(resync, monkeypatch):
    """Even where the list is refused, every known app is queued."""
    monkeypatch.setattr("composeapp.process.resync._PERIOD", 0.01)
    _, cluster, queue, _ = resync()
    cluster.lists = [refusal(503) for _ in range(1000)]
    keys = {await asyncio.wait_for(queue.get(), 5), await asyncio.wait_for(queue.get(), 5)}
    assert keys == {("demo", "here"), ("demo", "gone")}
