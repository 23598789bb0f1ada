"""The work queue hands each key to one worker at a time, and failed ones after growing pauses."""

from __future__ import annotations

import asyncio

import pytest

from composeapp.queue import WorkQueue


@pytest.fixture
async def queue():
    """An empty queue with short pauses."""
    return WorkQueue(first_pause=0.01)


async def test_key_added_twice_is_handed_out_once(queue):
    """Adding a key that waits already changes nothing."""
    queue.add("a")
    queue.add("a")
    queue.add("b")
    assert [await queue.get(), await queue.get()] == ["a", "b"]


async def test_key_added_while_it_is_worked_on_comes_once_more_afterwards(queue):
    """No second worker gets it meanwhile, and the news is not lost."""
    queue.add("a")
    await queue.get()
    queue.add("a")
    queue.add("b")
    assert await queue.get() == "b"

    queue.done("a")

    assert await queue.get() == "a"


async def test_pause_grows_with_each_failure_and_starts_again_after_success(queue):
    """The pause doubles within its jitter, up to its limit; ``forget`` starts it anew."""
    pauses = [queue.retry("a") for _ in range(8)]
    assert all(0.5 * 0.01 * 2**n <= pause <= 0.01 * 2**n for n, pause in enumerate(pauses))
    assert queue.retry("a", at_most=0.02) <= 0.02
    assert queue.retry("a", at_least=3) >= 3

    queue.forget("a")

    assert queue.retry("a") <= 0.01


async def test_earliest_of_several_later_wishes_counts(queue):
    """A long pause does not put off an earlier wish."""
    queue.add_after("a", 0.01)
    queue.add_after("a", 1000)
    assert await asyncio.wait_for(queue.get(), 5) == "a"
    queue.done("a")
    queue.add_after("a", 1000)
    queue.add_after("a", 0.01)
    assert await asyncio.wait_for(queue.get(), 5) == "a"


async def test_closed_queue_sends_every_worker_home(queue):
    """Workers that wait are told, keys that wait are not handed out."""
    waiting = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.add_after("later", 0)

    queue.close()
    queue.add("a")

    assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [None, None, None]
    assert await asyncio.wait_for(queue.get(), 5) is None
