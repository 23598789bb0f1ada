"""What the types of a Document have in common: frozen, strict, with the ``x-*`` keys in ``extensions``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from composeapp.compose.units import duration_text

EXTENSION: Final = "x-"
"""Keys that start so are the author's own, in every mapping."""

Duration: TypeAlias = Annotated[int, PlainSerializer(duration_text, return_type=str, when_used="json")]
"""Nanoseconds; in JSON as Compose prints it, ``1m30s``."""
Size: TypeAlias = Annotated[int, PlainSerializer(str, return_type=str, when_used="json")]
"""Bytes."""
FileMode: TypeAlias = Annotated[int, PlainSerializer(lambda mode: f"0{mode:o}", return_type=str, when_used="json")]
"""Permission bits of a file."""
Names: TypeAlias = tuple[str, ...]
TextMap: TypeAlias = Mapping[str, str]
Variables: TypeAlias = Mapping[str, str | None]
"""Environment variables; one without a value has none in the project either and stays unset."""


class Frozen(BaseModel):
    """A mapping of the language."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    extensions: Mapping[str, Any] = Field(default_factory=dict)
    """The mapping's ``x-*`` keys, as they were written."""

    @model_validator(mode="before")
    @classmethod
    def _gather_extensions(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or not any(key.startswith(EXTENSION) for key in raw):
            return raw
        extensions = {key: value for key, value in raw.items() if key.startswith(EXTENSION)}
        return {**{key: value for key, value in raw.items() if key not in extensions}, "extensions": extensions}
