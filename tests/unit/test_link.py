"""The operator is ready only while kopf's own requests for ComposeApps are answered."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from composeapp.handlers import Link

APPS = "/apis/composeapp.dev/v1alpha1/composeapps"


@pytest.fixture
async def link():
    """A link of which nothing is known yet."""
    return Link()


@pytest.fixture
async def ask(link):
    """Ask through the link a server that answers with the status in the query; return whether the link stands then."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.query["status"]))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession(middlewares=(link,)) as session:

        async def get(path: str, status: int) -> bool:
            async with session.get(server.make_url(path), params={"status": str(status)}):
                return link.stands

        yield get


async def test_link_stands_with_the_last_answer(ask):
    """Before the first answer it does not stand; a refusal brings it down, the next answer up again."""
    assert not await ask("/version", 200)
    assert await ask(APPS, 200)
    assert not await ask(APPS, 403)
    assert await ask("/apis/composeapp.dev/v1alpha1/namespaces/demo/composeapps", 200)


async def test_link_is_down_while_nobody_answers(link, ask):
    """A refused connection counts as a refusal."""
    assert await ask(APPS, 200)
    async with aiohttp.ClientSession(middlewares=(link,)) as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:9{APPS}")
    assert not link.stands
