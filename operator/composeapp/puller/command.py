"""
``composeapp pull``: fetch a model's weights into a folder, and say in one sentence if that failed.

The sentence is the last line on standard error and, in a container, the termination
message, from where it reaches the ComposeApp's status.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from composeapp.puller import oci
from composeapp.puller.errors import PullError
from composeapp.puller.progress import Progress
from composeapp.puller.reference import resolve
from composeapp.puller.registry import Repository, endpoint
from composeapp.puller.retry import RetryPolicy, persistently
from composeapp.puller.store import ModelFolder
from composeapp.puller.transport import Transport

_TERMINATION_MESSAGE_LIMIT: Final = 4096
"""Bytes that Kubernetes keeps of a termination message."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What to fetch, where to and by which way."""

    reference: str
    into: Path
    mirrors: Mapping[str, str] = field(default_factory=dict)
    """Registry → base URL to ask instead."""
    plain_http: Collection[str] = ()
    """Registries that are asked without TLS."""


def run(request: PullRequest, *, termination_log: Path, policy: RetryPolicy | None = None) -> int:
    """
    Pull and return the exit code: 0, or the one of the :class:`PullError`.

    ``termination_log`` is where Kubernetes reads a container's last words (Pod
    specification, ``terminationMessagePath``); it makes the file, so elsewhere nothing is written.
    """
    signal.signal(signal.SIGTERM, _end)
    progress = Progress(sys.stderr)
    try:
        pull(request, progress=progress, policy=policy or RetryPolicy())
    except PullError as error:
        sentence = f"cannot pull {request.reference}: {error}"
        progress.say(sentence)
        _leave_last_words(termination_log, sentence)
        return error.exit_code
    return 0


def pull(request: PullRequest, *, progress: Progress, policy: RetryPolicy) -> Path:
    """
    Fetch the weights that a reference names and return where they are.

    Raises:
        PullError: one of its kinds.

    """
    reference = resolve(request.reference)
    where = endpoint(reference.registry, request.mirrors, request.plain_http)
    progress.say(f"pulling {reference} from {where.description}")
    repository = Repository(reference, where, Transport())
    manifest = persistently(repository.manifest, policy=policy, say=progress.say)
    model = oci.read_manifest(manifest)
    for blob in model.unused:
        progress.say(f"skipping a layer that is not used yet: {blob.media_type}")
    return ModelFolder(request.into, progress=progress, policy=policy).obtain(model.weights, repository.blob)


def _end(*_: object) -> NoReturn:
    """End at once: without a handler, process 1 of a container ignores SIGTERM."""
    sys.exit(128 + signal.SIGTERM)


def _leave_last_words(log: Path, sentence: str) -> None:
    """Kubernetes makes the file; where it is missing, nobody reads it."""
    with contextlib.suppress(OSError):
        if log.is_file():
            log.write_bytes(sentence.encode()[:_TERMINATION_MESSAGE_LIMIT])
