"""The status of a whole app; time enters only as an argument."""

from __future__ import annotations

import copy
import json

from composeapp.plan import Change, Changes, Outcome
from composeapp.problems import Problem
from composeapp.status.app import Verdict, app_status, differs
from composeapp.status.news import news
from composeapp.status.rows import Observed
from support.app_status import NOW, conditions, container, ended, look
from support.cluster_objects import RESOURCE, complete, deployment, pod


def test_bad_document_keeps_the_rows_of_what_runs():
    """Every problem is in the message; the rows follow the live objects; nothing is ready."""
    problems = (Problem(("services", "web", "imagee"), "additional properties not allowed", "did you mean image?"),)
    status = look([deployment(**complete())], manifests=None, problems=problems)
    accepted = status["conditions"][0]
    assert accepted["message"] == "services.web.imagee: additional properties not allowed (did you mean image?)"
    assert conditions(status)["Accepted"] == ("False", "InvalidDocument")
    assert conditions(status)["Ready"] == ("False", "InvalidDocument")
    assert conditions(status)["ModelsReady"] == ("True", "AllReady")
    assert conditions(status)["Stalled"] == ("True", "InvalidDocument")
    assert [row["name"] for row in status["models"]] == ["llm"]


def test_foreign_object_is_told_once_and_in_its_row():
    """The condition names the object, the row has failed, and Ready repeats nothing."""
    words = 'Deployment "chat-model-llm" exists and was made with kubectl'
    changes = Changes((Change("Deployment", "chat-model-llm", Outcome.FOREIGN, words),))
    status = look([deployment()], changes=changes)
    assert conditions(status)["Accepted"] == ("False", "ForeignObject")
    assert status["models"][0]["reason"] == "ForeignObject"
    assert status["conditions"][3]["message"] == words


def test_refused_write_is_told():
    """What the API server refused is in Ready, although no row is about it."""
    changes = Changes((Change("Service", "web-published", Outcome.FAILED, "port is taken"),))
    status = look([deployment(**complete())], changes=changes)
    assert conditions(status)["Ready"] == ("False", "ApplyFailed")
    assert status["conditions"][3]["message"] == "port is taken"


def test_suspended_app_is_not_reconciling():
    """``suspend`` is said where tools look for progress."""
    status = look([deployment(**complete())], manifests=None, suspended=True)
    assert conditions(status)["Reconciling"] == ("False", "Suspended")
    assert conditions(status)["Ready"] == ("True", "AllReady")


def test_suspended_app_is_not_ready_with_what_was_not_applied():
    """A document that nobody applies is not what runs: the condition names what differs."""
    status = look([deployment(**complete())], suspended=True, unapplied=('Deployment "chat-model-llm"',))
    assert conditions(status)["Ready"] == ("False", "Suspended")
    assert 'Deployment "chat-model-llm"' in status["conditions"][3]["message"]
    assert conditions(status)["Reconciling"] == ("False", "Suspended")


def test_object_that_waits_for_a_deletion_makes_its_row_wait():
    """A Service that is being replaced is missing: its model is not ready, and nobody needs to do anything."""
    changes = Changes((Change("Service", "chat-model-llm", Outcome.WAITING, "it is being replaced"),))
    server = deployment(**complete())
    service = {**server, "kind": "Service"}
    status = app_status(RESOURCE, Verdict((server, service), changes=changes), Observed((server,)), now=NOW)
    assert status["models"][0]["reason"] == "WaitingForDeletion"
    assert conditions(status)["Ready"] == ("False", "WaitingForDeletion")
    assert conditions(status)["Stalled"] == ("False", "NotStalled")


def test_transition_time_changes_only_with_the_status():
    """A new reason keeps the time, a flip sets it to now."""
    before = look([deployment()])
    for item in before["conditions"]:
        item["lastTransitionTime"] = "2025-01-01T00:00:00Z"
    resource = {**RESOURCE, "status": before}

    after = look([deployment(**complete())], resource=resource)

    times = {item["type"]: item["lastTransitionTime"] for item in after["conditions"]}
    assert times["Ready"] == NOW
    assert times["Accepted"] == times["Stalled"] == "2025-01-01T00:00:00Z"


def test_nothing_but_times_is_no_difference():
    """An equal status at another time is not written; an empty list is as good as none."""
    before = look([deployment()])
    later = copy.deepcopy(before)
    later["conditions"][0]["lastTransitionTime"] = "2030-01-01T00:00:00Z"
    del later["services"]
    assert not differs(before, later)
    later["models"][0]["readyReplicas"] = 7
    assert differs(before, later)


def test_messages_are_bounded():
    """A container that dies with a novel does not fill etcd; beginning and end of it are kept."""
    novel = "first words " + "x" * 5000 + " last words"
    (row,) = look([deployment()], [pod(containerStatuses=[container("s", state=ended(1, novel))])])["models"]
    assert len(row["message"]) <= 1000
    assert "first words" in row["message"]
    assert row["message"].endswith("last words")


def test_endless_list_of_problems_is_cut_between_two_and_counted():
    """What fits is whole, what does not is counted, and the whole status stays small."""
    problems = tuple(Problem(("services", f"s{number}"), "wrong") for number in range(20_000))
    status = look([], manifests=None, problems=problems, warnings=problems)
    *told, rest = status["conditions"][0]["message"].splitlines()
    assert told == [f"services.s{number}: wrong" for number in range(len(told))]
    assert len(told) > 1000
    assert rest == f"… and {20_000 - len(told)} more"
    assert status["conditions"][3]["message"].endswith(" more")
    assert status["warnings"][-1]["message"] == "… and 19900 more"
    assert len(json.dumps(status)) < 100_000


def test_same_refusal_is_news_once():
    """An Event for a refusal and for its change, none for the same one again, one for becoming ready."""
    bad = look([], manifests=None, problems=(Problem(("a",), "wrong"),))
    worse = look([], manifests=None, problems=(Problem(("a",), "wrong"), Problem(("b",), "wrong")))
    good = look([deployment(**complete())])
    assert [item.reason for item in news({}, bad)] == ["InvalidDocument"]
    assert news(bad, bad) == ()
    assert [item.message for item in news(bad, worse)] == ["a: wrong\nb: wrong"]
    assert [(item.type, item.reason) for item in news(worse, good)] == [("Normal", "Ready")]
    assert news(good, good) == ()
