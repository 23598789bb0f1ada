"""The operator ends with an exit status when it cannot go on, instead of living on without a part of itself."""

from __future__ import annotations

import asyncio
import socket

import pytest
import yaml

from composeapp.cluster.connection import Credentials
from composeapp.process import operator
from composeapp.process.operator import Options
from composeapp.process.resync import Resync
from composeapp.settings import Settings


@pytest.fixture
def credentials(tmp_path):
    """A kubeconfig for an API server that is not there."""
    config = {
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:9"}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    return Credentials(tmp_path / "kubeconfig")


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:99999", "occupied"])
async def test_address_that_cannot_be_listened_on(credentials, address, caplog):
    """One line says which address it was; the exit status is not 0."""
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        if address == "occupied":
            address = f"127.0.0.1:{occupied.getsockname()[1]}"
        assert await operator.run(Options(credentials, Settings(), address)) == 1
    assert f"cannot listen on {address}" in caplog.text


async def test_end_of_a_task_ends_the_process(credentials, monkeypatch, caplog):
    """What is to run for ever has ended: a new process is the cure, and the log has the reason."""

    async def broken(_: Resync) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Resync, "run", broken)
    async with asyncio.timeout(10):
        assert await operator.run(Options(credentials, Settings(), "127.0.0.1:0")) == 1
    assert "ZeroDivisionError" in caplog.text


async def test_bug_at_the_start_is_no_start(credentials, monkeypatch):
    """Without the first lists nothing may be written: the error ends the process."""

    async def broken(_: operator.Operator) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(operator.Operator, "_start", broken)
    with pytest.raises(ZeroDivisionError):
        await operator.run(Options(credentials, Settings(), "127.0.0.1:0"))
