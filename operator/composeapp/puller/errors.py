"""
Why a pull failed: one readable sentence, and the exit code that goes with it.

::

    PullError
     ├── InvalidReferenceError  2  nothing that a registry could be asked for
     ├── NotFoundError          3  the registry does not have it
     ├── UnauthorizedError      4  the registry does not give it to us
     ├── UnusableArtifactError  5  it is there, but no model that can be served
     ├── DigestMismatchError    6  what arrived is not what was announced
     ├── StorageError           7  the folder cannot take it
     └── UnreachableError       8  network or registry out of order: trying again may help
"""

from __future__ import annotations

from typing import ClassVar


class PullError(Exception):
    """A sentence for the person who waits for the model."""

    exit_code: ClassVar[int] = 1


class InvalidReferenceError(PullError):
    """The reference names nothing that a registry could be asked for."""

    exit_code = 2


class NotFoundError(PullError):
    """The registry answered that it has no such model."""

    exit_code = 3


class UnauthorizedError(PullError):
    """The registry wants credentials that it was not given."""

    exit_code = 4


class UnusableArtifactError(PullError):
    """The artifact exists, but is no model that can be served."""

    exit_code = 5


class DigestMismatchError(PullError):
    """Content and its digest differ: the content is thrown away."""

    exit_code = 6

    def __init__(self, what: str, *, expected: str, received: str) -> None:
        super().__init__(f"{what} is damaged: expected {expected}, received {received}; nothing was kept")


class StorageError(PullError):
    """The target folder cannot take the model."""

    exit_code = 7


class UnreachableError(PullError):
    """A fault of the network or the registry, which may pass: the only error that is tried again."""

    exit_code = 8
