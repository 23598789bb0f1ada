"""The operator translates a document once for each edition of it, and does not stand still meanwhile."""

from __future__ import annotations

import asyncio
import threading

import pytest

from composeapp import planner
from composeapp.pipeline import plan_app
from composeapp.planner import Planner
from composeapp.problems import InvalidDocumentError
from composeapp.settings import Settings
from composeapp.variables_from import ConfigMap, Unread
from support.cluster_objects import RESOURCE

GOOD = {"services": {"web": {"image": "nginx"}}}
BAD = {"services": {"web": {"imagee": "nginx"}}}


def app(spec: dict, *, generation: int = 1, uid: str = "u") -> dict:
    """Return a ComposeApp."""
    return {**RESOURCE, "metadata": {**RESOURCE["metadata"], "generation": generation, "uid": uid}, "spec": spec}


@pytest.fixture
def translated(monkeypatch):
    """Note the name of each app that is translated."""
    names = []

    def note(name: str, *arguments):
        names.append(name)
        return plan_app(name, *arguments)

    monkeypatch.setattr(planner, "plan_app", note)
    return names


async def test_edition_is_translated_once(translated):
    """A pod that moves costs no translation; an edit does, and so does a new app of the same name."""
    planner = Planner(Settings())
    first = await planner.plan(app(GOOD))
    assert await planner.plan(app(GOOD)) is first
    await planner.plan(app(GOOD, generation=2))
    await planner.plan(app(GOOD, uid="successor"))
    assert len(translated) == 3


async def test_a_changed_config_map_is_another_edition(translated):
    """The same edition with the same ConfigMaps is translated once, with a newer one of them again."""
    planner = Planner(Settings())
    for version in ("1", "1", "2"):
        await planner.plan(app(GOOD), {"settings": ConfigMap({}, version)})
    await planner.plan(app(GOOD), {"settings": Unread("gone", "")})
    assert len(translated) == 3


async def test_refusal_is_remembered_as_well(translated):
    """A bad document is refused with the same problems each time, and read once."""
    planner = Planner(Settings())
    for _ in range(2):
        with pytest.raises(InvalidDocumentError, match="imagee"):
            await planner.plan(app(BAD))
    assert len(translated) == 1


async def test_memory_is_bounded(translated, monkeypatch):
    """The plan that was not asked for longest is given up."""
    monkeypatch.setattr(planner, "_MOST", 2)
    planner_ = Planner(Settings())
    for uid in ("a", "b", "a", "c", "a", "b"):
        await planner_.plan(app(GOOD, uid=uid))
    assert len(translated) == 4


async def test_operator_goes_on_while_a_document_is_translated(monkeypatch):
    """The translation waits for something that only the event loop does."""
    looped = threading.Event()

    def wait(*arguments):
        assert looped.wait(10)
        return plan_app(*arguments)

    monkeypatch.setattr(planner, "plan_app", wait)
    planning = asyncio.create_task(Planner(Settings()).plan(app(GOOD)))
    asyncio.get_running_loop().call_later(0.01, looped.set)
    assert (await planning).plan.manifests
