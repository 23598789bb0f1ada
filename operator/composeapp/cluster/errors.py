"""What the API server refused, and whether asking again can help."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus


class ClusterError(Exception):
    """
    A request that did not succeed.

    ``status`` is the HTTP status, 0 where no answer came at all. ``retry_after`` is what
    the server asked for, in seconds (429, 503), 0 if it did not ask. ``causes`` are the reasons behind ``reason``.
    """

    def __init__(
        self,
        action: str,
        *,
        status: int,
        reason: str,
        message: str,
        causes: Collection[str] = (),
        retry_after: float = 0,
    ) -> None:
        super().__init__(f"cannot {action}: {message}" + (f" ({reason})" if reason else ""))
        self.status = status
        self.reason = reason
        self.message = message
        self.causes = causes
        self.retry_after = retry_after

    @property
    def is_missing(self) -> bool:
        """Whether the object, its namespace or its kind does not exist."""
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def is_conflict(self) -> bool:
        """Whether the object is another one, or another version of it, than we thought."""
        return self.status == HTTPStatus.CONFLICT

    @property
    def is_farewell(self) -> bool:
        """Whether the namespace is being deleted: nothing can be created in it any more."""
        return "NamespaceTerminating" in self.causes

    @property
    def is_expired(self) -> bool:
        """Whether a list or watch must begin anew (``410 Gone``)."""
        return self.status == HTTPStatus.GONE
