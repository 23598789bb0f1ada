"""The API server goes away for a while: the operator stays, says that it is not ready, and catches up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from e2e.apps import compose_app
from support.operator_process import OperatorProcess
from support.proxy import Proxy, through_proxy
from support.waiting import eventually

pytestmark = pytest.mark.e2e

WEB = {"services": {"web": {"image": "nginx"}}}


@pytest.fixture
def proxy(identity, tmp_path) -> Iterator[Proxy]:
    """A way to the API server that can be cut."""
    proxy = through_proxy(identity.kubeconfig, tmp_path / "kubeconfig")
    yield proxy
    proxy.cut()


@pytest.fixture
def operator(proxy, settings, tmp_path) -> Iterator[OperatorProcess]:
    """An operator behind the proxy."""
    assert proxy.port
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings))
    process = OperatorProcess(tmp_path / "kubeconfig", tmp_path / "settings.yaml", tmp_path / "operator.log")
    process.start()
    yield process
    process.stop()


def test_outage_is_survived_and_made_good(kubectl, namespace, operator, proxy):
    """What was deleted and created while the API server could not be reached is dealt with afterwards."""
    kubectl.apply(compose_app(namespace, WEB))
    eventually(lambda: _exists(kubectl, "service", "web", namespace))
    pid = operator.pid

    proxy.cut()
    eventually(lambda: _not_ready(operator))
    kubectl("delete", "service", "web", "-n", namespace)
    kubectl.apply(compose_app(namespace, {"services": {"late": {"image": "nginx"}}}, name="late"))
    proxy.open()

    eventually(operator.assert_ready)
    eventually(lambda: _exists(kubectl, "service", "web", namespace))
    eventually(lambda: _exists(kubectl, "deployment", "late-late", namespace))
    assert operator.pid == pid
    assert operator.stop() == 0


def _exists(kubectl, kind: str, name: str, namespace: str) -> None:
    assert kubectl.exists(kind, name, namespace)


def _not_ready(operator: OperatorProcess) -> None:
    with pytest.raises(AssertionError, match="not connected"):
        operator.assert_ready()
