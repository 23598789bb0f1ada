"""``/livez`` and ``/readyz`` over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web


async def serve(address: str, not_ready: Callable[[], str]) -> web.AppRunner:
    """
    Serve on ``host:port`` until the returned runner is cleaned up.

    ``not_ready`` says why the operator is not ready, with an empty text if it is.

    Raises:
        OSError: if the address cannot be listened on.
        ValueError, OverflowError: if it does not end in a port.

    """

    async def live(_: web.Request) -> web.Response:
        return _answer("")  # who answers is alive: everything runs in one loop

    async def ready(_: web.Request) -> web.Response:
        return _answer(not_ready())

    app = web.Application()
    app.add_routes([web.get("/livez", live), web.get("/readyz", ready)])
    host, _, port = address.rpartition(":")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except Exception:
        await runner.cleanup()
        raise
    return runner


def _answer(trouble: str) -> web.Response:
    response = web.Response(text=f"{trouble or 'ok'}\n", status=503 if trouble else 200)
    # kopf waits at its end for tasks that it did not start, such as an open connection's.
    response.force_close()
    return response
