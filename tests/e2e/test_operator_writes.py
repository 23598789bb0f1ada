"""What the operator writes, counted: no more than it must, and never over what is not its own."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from e2e.apps import compose_app
from support.audit import AuditLog
from support.kubectl import Kubectl
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]

WEB = {"services": {"web": {"image": "nginx", "environment": {"COLOUR": "blue"}, "ports": ["8080:80"]}}}
TWO = {"services": {**WEB["services"], "worker": {"image": "busybox", "command": ["true"]}}}


OBJECTS = {"deployments", "services"}


@pytest.fixture
def wait_for(condition):
    """Wait until a condition of an app has a status; return the condition."""

    def look(app: str, kind: str, status: str) -> dict:
        found = condition(app, kind)
        assert found["status"] == status, found
        return found

    return lambda app, kind, status: eventually(lambda: look(app, kind, status))


@pytest.fixture
def start(kubectl, namespace, wait_for):
    """Apply an app of a document and wait until it is accepted; return it for edits."""

    def apply(document: dict, name: str = "chat") -> dict:
        app = compose_app(namespace, copy.deepcopy(document), name)
        kubectl.apply(app)
        wait_for(name, "Accepted", "True")
        return app

    return apply


class Traffic:
    """What the operator asks for in the test's namespace."""

    def __init__(self, audit_log: AuditLog, user: str, kubectl: Kubectl, start: Callable[..., dict]) -> None:
        self._audit_log = audit_log
        self._user = user
        self._kubectl = kubectl
        self._start = start
        self._mark = audit_log.mark()

    def settle(self) -> list[tuple[str, str, str]]:
        """
        Wait until everything that happened before is dealt with: the operator has answered a later app.

        Returns the requests since the last time, those for that app left out.
        """
        marker = self._start({"services": {"marker": {"image": "nginx"}}}, "marker")
        namespace = marker["metadata"]["namespace"]
        self._kubectl("delete", "composeapp", "marker", "-n", namespace)
        mark, self._mark = self._mark, self._audit_log.mark()
        found = self._audit_log.since(mark, user=self._user)
        mine = [request for request in found if request.namespace == namespace and "marker" not in request.name]
        return [(request.verb, request.resource, request.name) for request in mine]


@pytest.fixture
def traffic(audit_log, identity, kubectl, start):
    """What the operator asks for in the test's namespace."""
    return Traffic(audit_log, identity.user, kubectl, start)


def test_creation_costs_one_get_and_one_apply_for_each_object(traffic, start):
    """Every object is asked for once and applied once, whatever happens to its status afterwards."""
    start(TWO)

    asked = [request for request in traffic.settle() if request[1] in OBJECTS]
    objects = [
        *(("deployments", name) for name in ("chat-web", "chat-worker")),
        *(("services", name) for name in ("web", "web-published", "worker")),
    ]
    assert sorted(asked) == sorted((verb, kind, name) for kind, name in objects for verb in ("get", "patch"))


def test_manual_edit_is_repaired_and_what_others_added_stays(kubectl, namespace, start):
    """A changed field comes back; a label and a container that somebody added are left alone."""
    start(WEB)
    sidecar = '{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"busybox"}]}}}}'
    kubectl("patch", "deployment", "chat-web", "-n", namespace, "-p", sidecar)
    kubectl("label", "deployment", "chat-web", "-n", namespace, "team=blue")

    kubectl("set", "env", "deployment/chat-web", "-n", namespace, "-c", "web", "COLOUR=red", "EXTRA=kept")

    def is_repaired() -> None:
        live = kubectl.json("get", "deployment", "chat-web", "-n", namespace)
        containers = {container["name"]: container for container in live["spec"]["template"]["spec"]["containers"]}
        variables = {variable["name"]: variable["value"] for variable in containers["web"]["env"]}
        assert variables["COLOUR"] == "blue"
        assert variables["EXTRA"] == "kept"
        assert "sidecar" in containers
        assert live["metadata"]["labels"]["team"] == "blue"

    eventually(is_repaired)


def test_what_others_add_costs_no_write(kubectl, namespace, traffic, start):
    """Another manager's fields and labels are no drift: the operator does not answer them."""
    start(WEB)
    traffic.settle()

    kubectl("annotate", "service", "web", "-n", namespace, "example.com/checked=yes")
    kubectl("label", "deployment", "chat-web", "-n", namespace, "team=blue")

    assert [request for request in traffic.settle() if request[1] in OBJECTS] == []


def test_drift_while_the_operator_was_down_is_all_that_a_restart_writes(kubectl, namespace, operator, traffic, start):
    """After a restart exactly the object that was changed meanwhile is written."""
    start(TWO)
    traffic.settle()
    assert operator.stop() == 0
    # A selector belongs to its writer as a whole: with one more label it selects nothing.
    kubectl("patch", "service", "web", "-n", namespace, "-p", '{"spec":{"selector":{"wrong":"yes"}}}')

    operator.start()

    def is_repaired() -> None:
        service = kubectl.json("get", "service", "web", "-n", namespace)
        assert "wrong" not in service["spec"]["selector"]

    eventually(is_repaired)
    written = [request for request in traffic.settle() if request[1] in OBJECTS]
    assert written == [("patch", "services", "web")]


def test_refused_document_is_looked_at_once(kubectl, namespace, traffic, start, wait_for):
    """One status and one Event for a bad edit, no request for its objects and no retry."""
    app = start(WEB)
    traffic.settle()

    app["spec"]["services"]["web"]["imagee"] = "typo"
    kubectl.apply(app)

    refused = wait_for("chat", "Accepted", "False")
    assert refused["reason"] == "InvalidDocument"
    asked = traffic.settle()
    assert [request for request in asked if request[1] in OBJECTS] == []
    assert [request[1] for request in asked if request[1] == "events"] == ["events"]
    status = kubectl.json("get", "composeapp", "chat", "-n", namespace)["status"]
    assert [row["name"] for row in status["services"]] == ["web"]


def test_field_that_leaves_the_document_leaves_the_object(kubectl, namespace, start):
    """A variable that is taken out of the document is taken out of the container."""
    app = start(WEB)

    app["spec"]["services"]["web"]["environment"] = {"SIZE": "1"}
    kubectl.apply(app)

    def has_only_the_new_variable() -> None:
        live = kubectl.json("get", "deployment", "chat-web", "-n", namespace)
        assert live["spec"]["template"]["spec"]["containers"][0]["env"] == [{"name": "SIZE", "value": "1"}]

    eventually(has_only_the_new_variable)


def test_suspended_app_is_left_as_it_is(kubectl, namespace, start, traffic):
    """With ``suspend`` an edit and a deleted child stay as they are; without it they are made good."""
    app = start(WEB)

    app["spec"]["suspend"] = True
    app["spec"]["services"]["web"]["image"] = "nginx:2"
    kubectl.apply(app)
    kubectl("delete", "service", "web", "-n", namespace)

    def is_suspended() -> None:
        status = kubectl.json("get", "composeapp", "chat", "-n", namespace)["status"]
        reconciling = next(item for item in status["conditions"] if item["type"] == "Reconciling")
        assert reconciling["reason"] == "Suspended"

    eventually(is_suspended)
    traffic.settle()
    assert not kubectl.exists("service", "web", namespace)

    app["spec"]["suspend"] = False
    kubectl.apply(app)

    def is_resumed() -> None:
        assert kubectl.exists("service", "web", namespace)
        live = kubectl.json("get", "deployment", "chat-web", "-n", namespace)
        assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:2"

    eventually(is_resumed)


def test_two_apps_do_not_fight_over_a_service(kubectl, namespace, start, wait_for):
    """The second app that wants a name is told whose it is; the first keeps it."""
    start(WEB, "first")

    kubectl.apply(compose_app(namespace, WEB, name="second"))

    refused = wait_for("second", "Accepted", "False")
    assert refused["reason"] == "ForeignObject"
    assert 'Service "web" exists and belongs to ComposeApp "first"' in refused["message"]
    owner = kubectl.json("get", "service", "web", "-n", namespace)["metadata"]["ownerReferences"][0]
    assert owner["name"] == "first"
    assert kubectl.exists("deployment", "second-web", namespace)


@pytest.mark.parametrize(("before", "after"), [({"expose": ["80"]}, {}), ({}, {"expose": ["80"]})])
def test_service_is_replaced_where_it_gains_or_loses_its_address(kubectl, namespace, start, before, after):
    """No update leads from an address to none or back: one deletion, one creation, and the name stays."""
    app = start({"services": {"web": {"image": "nginx", **before}}})
    old = kubectl.json("get", "service", "web", "-n", namespace)
    assert ("ports" in old["spec"]) == bool(before)

    app["spec"]["services"]["web"] = {"image": "nginx", **after}
    # A status that is written between kubectl's two requests is a conflict.
    eventually(lambda: kubectl("replace", "-f", "-", stdin=json.dumps(app)))

    def is_replaced() -> None:
        assert kubectl.exists("service", "web", namespace)
        new = kubectl.json("get", "service", "web", "-n", namespace)
        assert new["metadata"]["uid"] != old["metadata"]["uid"]
        assert ("ports" in new["spec"]) == bool(after)
        assert (new["spec"]["clusterIP"] != "None") == bool(after)

    eventually(is_replaced)


def test_app_that_is_made_again_waits_for_what_its_predecessor_left(kubectl, namespace, start, wait_for):
    """While an old object lingers nobody is told that the name belongs to somebody else; then it is made anew."""
    app = start(WEB)
    old = kubectl.json("get", "service", "web", "-n", namespace)["metadata"]["uid"]
    kubectl("patch", "service", "web", "-n", namespace, "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')

    kubectl("delete", "composeapp", "chat", "-n", namespace)
    kubectl.apply(app)

    assert wait_for("chat", "Ready", "False")["reason"] == "WaitingForDeletion"
    assert wait_for("chat", "Accepted", "True")
    assert "ForeignObject" not in {event["reason"] for event in kubectl.items("events", namespace)}
    kubectl("patch", "service", "web", "-n", namespace, "-p", '{"metadata":{"finalizers":null}}')

    def is_made_anew() -> None:
        assert kubectl.exists("service", "web", namespace)
        assert kubectl.json("get", "service", "web", "-n", namespace)["metadata"]["uid"] != old

    eventually(is_made_anew, within=15)


def test_deleted_namespace_takes_its_apps_without_a_struggle(kubectl, namespace, start, audit_log, identity):
    """Of what the namespace's deletion removes, one write is tried again, and one Event told."""
    start(TWO)
    mark = audit_log.mark()

    kubectl("delete", "namespace", namespace)

    made = [request for request in audit_log.since(mark, user=identity.user) if request.namespace == namespace]
    refused = [request for request in made if request.is_write and request.status >= 400]
    assert len(refused) <= 2, refused


def test_deletion_is_left_to_the_garbage_collector(kubectl, namespace, traffic, start, wait_ready):
    """The operator writes nothing while the objects of a deleted app disappear."""
    start({"services": {"web": {"image": "my-chat-app"}}})  # an image that is there, so that nothing else happens
    wait_ready("chat")
    traffic.settle()

    kubectl("delete", "composeapp", "chat", "-n", namespace)

    def is_gone() -> None:
        assert kubectl.items("deployments,services", namespace) == []

    eventually(is_gone)
    assert traffic.settle() == []


def test_quota_is_told_in_the_words_of_the_api_server(kubectl, namespace, start):
    """Where no pod may be created, the row says why."""
    kubectl("create", "quota", "none", "--hard=pods=0", "-n", namespace)
    start(WEB)

    def row_names_the_quota() -> None:
        status = kubectl.json("get", "composeapp", "chat", "-n", namespace)["status"]
        (row,) = status["services"]
        assert row["state"] == "Failed"
        assert "exceeded quota: none" in row["message"]

    eventually(row_names_the_quota)
