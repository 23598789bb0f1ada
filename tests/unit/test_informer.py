"""The local copy follows the cluster through everything that can happen to a watch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from composeapp.cluster.informer import Informer
from composeapp.cluster.kinds import SERVICE
from composeapp.cluster.port import Selection, WatchEvent
from composeapp.cluster.store import Store
from composeapp.translate import names
from support.scripted_cluster import ScriptedCluster, refusal


def item(name: str, version: int, uid: str = "") -> dict:
    """Return an object of app ``u``."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": "demo",
            "uid": uid or name,
            "resourceVersion": str(version),
            "labels": {names.APP_UID_LABEL: "u"},
            "managedFields": [{"manager": "x"}],
        },
    }


def event(kind: str, *arguments) -> WatchEvent:
    """Return a watch event of an item."""
    return WatchEvent(kind, item(*arguments))


@pytest.fixture
async def follow():
    """Run an informer over a script until a condition holds; return it with the names it has told of."""
    tasks = []

    async def run(cluster: ScriptedCluster, until: Callable[[Informer], bool]) -> tuple[Informer, list[str]]:
        told: list[str] = []
        informer = Informer(cluster, Selection(SERVICE), lambda changed: told.append(changed["metadata"]["name"]))
        tasks.append(asyncio.create_task(informer.run()))
        async with asyncio.timeout(10):
            while not until(informer):  # noqa: ASYNC110 - a store has no event for each state
                await asyncio.sleep(0.01)
        return informer, told

    yield run
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def known(informer: Informer) -> set[str]:
    """Return the names in the store."""
    return {name for _, name in informer.store.names()}


async def test_list_then_watch(follow):
    """What is listed, added and removed is known, each told once; no managedFields are kept."""
    cluster = ScriptedCluster()
    cluster.lists = [[item("a", 5), item("b", 6)]]
    cluster.watches = [[event("ADDED", "c", 7), event("DELETED", "a", 8)]]
    informer, told = await follow(cluster, lambda informer: known(informer) == {"b", "c"})
    assert told == ["a", "b", "c", "a"]
    assert informer.connected
    assert "managedFields" not in informer.store.get("demo", "b")["metadata"]
    assert {each["metadata"]["name"] for each in informer.store.of_app("u")} == {"b", "c"}


async def test_what_vanished_during_a_gap_is_noticed(follow):
    """After 410 the list shows what the watch could not tell."""
    cluster = ScriptedCluster()
    cluster.lists = [[item("a", 5), item("b", 6)], [item("b", 6), item("c", 9)]]
    cluster.watches = [[refusal(410)]]
    _, told = await follow(cluster, lambda informer: known(informer) == {"b", "c"})
    assert told == ["a", "b", "a", "c"]


async def test_watch_goes_on_where_it_broke_off(follow):
    """A lost connection costs no new list: the next watch begins after the last event."""
    cluster = ScriptedCluster()
    cluster.lists = [[item("a", 5)]]
    cluster.watches = [[event("ADDED", "b", 7), refusal(0)], [event("ADDED", "c", 8)]]
    informer, _ = await follow(cluster, lambda informer: known(informer) == {"a", "b", "c"})
    assert cluster.requests == [
        ("list", "Service", ""),
        ("watch", "Service", "5"),
        ("watch", "Service", "7"),
    ]
    assert informer.connected


async def test_refused_list_is_asked_again(follow):
    """Before the first list nothing is known and nothing counts as connected; then it heals."""
    cluster = ScriptedCluster()
    cluster.lists = [refusal(503), refusal(403), [item("a", 5)]]
    informer, _ = await follow(cluster, lambda informer: informer.synced.is_set())
    assert known(informer) == {"a"}
    assert [request[0] for request in cluster.requests].count("list") == 3


def test_own_write_is_known_at_once_and_older_news_does_not_undo_it():
    """The watch may lag behind our own write."""
    store = Store()
    store.take(item("a", 5), deleted=False)
    store.offer(item("a", 9))
    assert not store.take(item("a", 7), deleted=False)
    assert not store.take(item("a", 9), deleted=False)
    assert store.get("demo", "a")["metadata"]["resourceVersion"] == "9"


def test_late_answer_does_not_bring_back_what_is_gone():
    """The watch told of the deletion before the answer to our write came in."""
    store = Store()
    store.take(item("a", 5), deleted=False)
    store.take(item("a", 8), deleted=True)
    store.offer(item("a", 7))
    assert store.get("demo", "a") is None


def test_deletion_of_a_predecessor_does_not_remove_its_successor():
    """Same name, other uid: another object."""
    store = Store()
    store.offer(item("a", 9, "new"))
    assert not store.take(item("a", 8, "old"), deleted=True)
    assert store.get("demo", "a") is not None


def test_old_list_takes_nothing_back():
    """A list that was overtaken by the watch neither removes what is newer nor revives what is gone."""
    store = Store()
    store.take(item("gone", 5), deleted=False)
    store.take(item("gone", 12), deleted=True)
    store.take(item("new", 13), deleted=False)
    store.take(item("stale", 6), deleted=False)

    changed = store.replace([item("gone", 5)], "10")

    assert [each["metadata"]["name"] for each in changed] == ["stale"]
    assert store.names() == (("demo", "new"),)
