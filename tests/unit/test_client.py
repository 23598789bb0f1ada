"""The client meets answers that a healthy API server does not give: refusals, expired tokens, garbage."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from composeapp.cluster.client import KubernetesCluster
from composeapp.cluster.connection import Credentials
from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import POD, SERVICE, Reference
from composeapp.cluster.port import Selection, WatchEvent

WEB = Reference(SERVICE, "demo", "web")


def status(code: int, reason: str, message: str, **headers: str) -> web.Response:
    """Return Kubernetes' answer to a refused request."""
    body = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return web.json_response(body, status=code, headers=headers)


def client_for(server: str, folder: Path) -> KubernetesCluster:
    """Return a client whose kubeconfig names a server and the token file ``token``, all in one folder."""
    (folder / "token").write_text("first")
    config = {
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"tokenFile": str(folder / "token")}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (folder / "kubeconfig").write_text(yaml.safe_dump(config))
    return KubernetesCluster(Credentials(folder / "kubeconfig"))


@pytest.fixture
async def client_of(tmp_path):
    """Start a server with one handler for every request; return a client for it."""
    opened = []

    async def start(handler) -> KubernetesCluster:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        server = TestServer(app)
        await server.start_server()
        client = client_for(str(server.make_url("/base/")), tmp_path)
        opened.extend((client.close, server.close))
        return client

    yield start
    for close in opened:
        await close()


async def test_refusal_names_the_request_and_the_reason(client_of):
    """The error says what was attempted on which object, and what the API server said."""

    async def refuse(_):
        return status(403, "Forbidden", "services is forbidden")

    client = await client_of(refuse)
    with pytest.raises(ClusterError, match=r'cannot get Service "web": services is forbidden \(Forbidden\)') as caught:
        await client.get(WEB)
    assert caught.value.status == 403


async def test_missing_object_is_no_error(client_of):
    """404 on a get is an answer; the server's own base path is kept."""
    asked = []

    async def refuse(request):
        asked.append(request.path)
        return status(404, "NotFound", "not found")

    assert await (await client_of(refuse)).get(WEB) is None
    assert asked == ["/base/api/v1/namespaces/demo/services/web"]


async def test_overload_says_how_long_to_wait(client_of):
    """``Retry-After`` is in the error."""

    async def refuse(_):
        return status(429, "TooManyRequests", "slow down", **{"Retry-After": "7"})

    client = await client_of(refuse)
    with pytest.raises(ClusterError) as caught:
        await client.get(WEB)
    assert caught.value.retry_after == 7


async def test_expired_token_is_read_anew_after_a_401(client_of, tmp_path):
    """The request that met the 401 fails; the next one has a fresh session and the new token."""
    seen = []

    async def check(request):
        seen.append(request.headers["Authorization"])
        if seen[-1] == "Bearer first":
            return status(401, "Unauthorized", "expired")
        return web.json_response({"kind": "Service"})

    client = await client_of(check)
    with pytest.raises(ClusterError, match="expired"):
        await client.get(WEB)
    (tmp_path / "token").write_text("second")
    assert await client.get(WEB) == {"kind": "Service"}
    assert seen == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize("body", [b"<html>a proxy says no</html>", b'{"kind": "Serv'], ids=["html", "truncated"])
async def test_garbage_is_an_error_of_the_cluster(client_of, body):
    """An answer that is no JSON is told, not raised as a bug."""

    async def garbage(_):
        return web.Response(body=body, content_type="application/json")

    with pytest.raises(ClusterError, match="cannot get"):
        await (await client_of(garbage)).get(WEB)


async def test_nobody_there_is_an_error_of_the_cluster(tmp_path):
    """A refused connection has status 0."""
    client = client_for("http://127.0.0.1:9", tmp_path)
    with pytest.raises(ClusterError) as caught:
        await client.get(WEB)
    assert caught.value.status == 0
    await client.close()


async def test_list_is_read_page_by_page(client_of):
    """Every page is asked for with the token of the one before; objects say what they are."""
    pages = {
        None: {"metadata": {"resourceVersion": "9", "continue": "more"}, "items": [{"metadata": {"name": "a"}}]},
        "more": {"metadata": {"resourceVersion": "9"}, "items": [{"metadata": {"name": "b"}}]},
    }

    async def answer(request):
        return web.json_response(pages[request.query.get("continue")])

    client = await client_of(answer)
    listed = [item async for page in client.list_pages(Selection(POD)) for item in page.items]
    assert [(item["kind"], item["metadata"]["name"]) for item in listed] == [("Pod", "a"), ("Pod", "b")]


async def test_watch_yields_events_and_raises_what_the_stream_says(client_of):
    """A long event arrives whole; an ERROR 410 in the stream means: list again."""
    long = {"type": "ADDED", "object": {"metadata": {"resourceVersion": "8"}, "data": "x" * 500_000}}
    gone = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}}

    async def stream(request):
        assert request.query["resourceVersion"] == "7"
        response = web.StreamResponse()
        await response.prepare(request)
        for event in (long, gone):
            await response.write(json.dumps(event).encode() + b"\n")
        return response

    events = (await client_of(stream)).watch(Selection(POD), "7", seconds=60)
    assert (await anext(events)).type == "BOOKMARK"
    assert len((await anext(events)).object["data"]) == 500_000
    with pytest.raises(ClusterError) as caught:
        await anext(events)
    assert caught.value.is_expired


async def test_watch_that_breaks_off_is_an_error(client_of):
    """Half a line is told as a lost connection, not as a bug."""

    async def stream(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"type": "ADD')
        await asyncio.sleep(0)
        return response

    with pytest.raises(ClusterError, match="cannot watch pods"):
        await last_event(await client_of(stream))


async def test_silent_watch_ends_without_an_error(client_of, monkeypatch):
    """A quiet cluster sends nothing, not even bookmarks: the watch is begun anew, and nobody is alarmed."""
    monkeypatch.setattr("composeapp.cluster.client._WATCH_TIMEOUT", aiohttp.ClientTimeout(sock_read=0.05))
    asked = asyncio.Event()

    async def say_nothing(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await asked.wait()
        return response

    assert (await last_event(await client_of(say_nothing))).type == "BOOKMARK"
    asked.set()


async def test_answer_that_never_begins_is_an_error(client_of, monkeypatch):
    """An API server that takes a request and says nothing at all is out of order."""
    monkeypatch.setattr("composeapp.cluster.client._WATCH_TIMEOUT", aiohttp.ClientTimeout(sock_read=0.05))
    asked = asyncio.Event()

    async def hang(_):
        await asked.wait()
        return web.Response()

    client = await client_of(hang)
    with pytest.raises(ClusterError, match="cannot watch pods"):
        await last_event(client)
    asked.set()


async def test_deletion_hits_exactly_the_object(client_of):
    """The uid is a precondition; a new version of the same object is deleted all the same."""
    sent = []

    async def note(request):
        sent.append(await request.json())
        return web.json_response({})

    metadata = {"namespace": "demo", "name": "web", "uid": "u", "resourceVersion": "7"}
    await (await client_of(note)).delete({"kind": "Service", "metadata": metadata})
    assert sent == [{"preconditions": {"uid": "u"}, "propagationPolicy": "Background"}]


async def test_refusal_in_a_namespace_that_goes_is_a_farewell(client_of):
    """Kubernetes says so in the causes of its refusal."""

    async def refuse(_):
        details = {"causes": [{"reason": "NamespaceTerminating", "message": "namespace demo is being terminated"}]}
        return web.json_response({"kind": "Status", "code": 403, "reason": "Forbidden", "details": details}, status=403)

    with pytest.raises(ClusterError) as caught:
        await (await client_of(refuse)).get(WEB)
    assert caught.value.is_farewell


async def last_event(client: KubernetesCluster) -> WatchEvent:
    """Watch until the stream ends."""
    return [event async for event in client.watch(Selection(POD), "7", seconds=60)][-1]
