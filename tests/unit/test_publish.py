"""An Event is told once, in a message of a length that people read."""

from __future__ import annotations

import pytest

from composeapp.cluster.publish import Publisher
from composeapp.cluster.store import Store
from composeapp.plan import Manifest
from support.cluster_objects import RESOURCE
from support.scripted_cluster import ScriptedCluster, refusal


class Recorder(ScriptedCluster):
    """Keeps the Events that are created, and refuses to make one twice."""

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, Manifest] = {}

    async def create(self, manifest: Manifest) -> None:
        """Keep an Event."""
        name = manifest["metadata"]["name"]
        if name in self.events:
            raise refusal(409)
        self.events[name] = manifest


def refused(message: str) -> dict:
    """Return the status of a bad document."""
    condition = {"type": "Accepted", "status": "False", "reason": "InvalidDocument", "message": message}
    return {"conditions": [condition, {"type": "Ready", "status": "False", "reason": "x", "message": ""}]}


def ready() -> dict:
    """Return the status of an app that is ready."""
    conditions = [{"type": kind, "status": "True", "reason": "x", "message": "well"} for kind in ("Accepted", "Ready")]
    return {"conditions": conditions}


@pytest.fixture
async def publish():
    """Publish one status after the other, each over the one before; return the Events."""
    cluster = Recorder()

    async def run(*statuses: dict, generation: int = 3) -> list[Manifest]:
        resource = {**RESOURCE, "metadata": {**RESOURCE["metadata"], "generation": generation}}
        cluster.objects["ComposeApp", "chat"] = resource
        for status in statuses:
            await Publisher(cluster, Store()).publish(resource, status, now="2026-01-01T00:00:00Z")
            resource = {**resource, "status": status}
        return list(cluster.events.values())

    return run


async def test_app_that_comes_and_goes_is_told_of_once(publish, caplog):
    """Ready, not ready, ready: the second time is no news, until the document is another one."""
    waiting = {"conditions": [{**condition, "status": "False"} for condition in ready()["conditions"]]}
    assert [event["reason"] for event in await publish(ready(), waiting, ready())].count("Ready") == 1
    assert caplog.text == ""
    assert [event["reason"] for event in await publish(ready(), generation=4)].count("Ready") == 2


async def test_long_message_is_cut_between_two_lines(publish):
    """The Event holds whole problems, and says where the others are."""
    (event,) = await publish(refused("\n".join(f"services.ä{number}: wrong" for number in range(5000))))
    *told, rest = event["message"].splitlines()
    assert told == [f"services.ä{number}: wrong" for number in range(len(told))]
    assert rest == "… the rest is in its status"
    assert len(event["message"]) <= 1000
