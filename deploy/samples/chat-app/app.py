"""
A chat application as small as it gets: it asks its models and shows what they say.

Which models, it learns from its environment, as Docker Compose sets it: a pair of variables
``LLM_URL`` and ``LLM_MODEL`` makes a model known as ``LLM``.

    GET /           what the first model answers
    GET /ask/LLM    what the model LLM answers; ?question=... asks something else
    GET /env        the variables that name models
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

QUESTION = "Who are you?"
TIMEOUT = 60
"""Seconds for an answer."""


class ModelError(Exception):
    """A model gave no answer; the message says why."""


def models() -> list[str]:
    """Return the names of all models that have both variables, in the order of the environment."""
    names = [variable.removesuffix("_URL") for variable in os.environ if variable.endswith("_URL")]
    return [name for name in names if f"{name}_MODEL" in os.environ]


def ask(name: str, question: str) -> str:
    """
    Return a model's answer.

    Raises ``ModelError`` when it cannot be reached, or answers with anything but an answer.
    """
    model = os.environ[f"{name}_MODEL"]
    address = os.environ[f"{name}_URL"] + "chat/completions"  # the URL ends in a slash
    body = {"model": model, "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(  # noqa: S310 - the address is the operator's
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - as above
            content = json.load(response)["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        raise ModelError(f"{address} answered {error.code}: {error.read().decode(errors='replace')}") from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(f"{address}: {error or type(error).__name__}") from error
    return f"{model} says: {content}"


def environment() -> str:
    """Return the variables that name models, one a line."""
    return "\n".join(
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.endswith(("_URL", "_MODEL"))
    )


def respond(path: str) -> tuple[HTTPStatus, str]:
    """Return the status and the text for a request path."""
    parts = urllib.parse.urlsplit(path)
    question = urllib.parse.parse_qs(parts.query).get("question", [QUESTION])[0]
    known = models()
    if parts.path == "/env":
        return HTTPStatus.OK, environment()
    if parts.path == "/" and not known:
        return HTTPStatus.BAD_GATEWAY, "No pair of variables such as LLM_URL and LLM_MODEL names a model."
    name = known[0] if parts.path == "/" else urllib.parse.unquote(parts.path.removeprefix("/ask/"))
    if name not in known:
        return HTTPStatus.NOT_FOUND, f"Ask at: /, /env, {', '.join(f'/ask/{name}' for name in known)}"
    try:
        return HTTPStatus.OK, ask(name, question)
    except ModelError as error:
        return HTTPStatus.BAD_GATEWAY, f"The model {name} gave no answer. {error}"


class Handler(BaseHTTPRequestHandler):
    """Answers GET with plain text."""

    def do_GET(self) -> None:
        """Answer one request."""
        status, text = respond(self.path)
        content = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say on standard output what was asked."""
        print(self.address_string(), format % args, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as process 1 of a container it would be ignored
    host = os.environ.get("HOST", "0.0.0.0")  # noqa: S104 - a container's own address
    with ThreadingHTTPServer((host, int(os.environ.get("PORT", "8000"))), Handler) as server:
        print(f"Listening on http://{host}:{server.server_port}/", flush=True)
        server.serve_forever()
