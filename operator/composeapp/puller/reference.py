"""
What a model reference means: which registry, which repository, which tag or digest.

The rules are those of Docker Model Runner (docker/model-runner,
``pkg/distribution/distribution/client.go``, ``normalizeModelName``), so that a Compose
file finds the same model here. One difference: with a tag and a digest the digest counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from composeapp.puller.errors import InvalidReferenceError

DOCKER_HUB: Final = "docker.io"
DEFAULT_ORGANISATION: Final = "ai"
DEFAULT_TAG: Final = "latest"

_DOCKER_HUB_NAMES: Final = {"docker.io", "index.docker.io", "registry-1.docker.io"}
_HUGGING_FACE: Final = ("hf.co/", "huggingface.co/")
_LOCAL_STORE_ID: Final = re.compile(r"(sha256:)?[0-9a-f]{64}|[0-9a-f]{12}")
_DNS_LABEL: Final = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_REGISTRY: Final = re.compile(rf"(\[[0-9a-f:]+\]|{_DNS_LABEL}(\.{_DNS_LABEL})*)(:[0-9]{{1,5}})?")
_PATH_COMPONENT: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY: Final = re.compile(rf"{_PATH_COMPONENT}(?:/{_PATH_COMPONENT})*")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One model in one registry; ``digest`` is the manifest's and wins over ``tag``."""

    registry: str
    repository: str
    tag: str
    digest: str | None = None

    @property
    def version(self) -> str:
        """What the registry is asked for: the digest if there is one, else the tag."""
        return self.digest or self.tag

    def __str__(self) -> str:
        registry = "" if self.registry == DOCKER_HUB else f"{self.registry}/"
        return f"{registry}{self.repository}{f'@{self.digest}' if self.digest else f':{self.tag}'}"


def resolve(text: str) -> Reference:
    """
    Resolve a reference as its author wrote it.

    Raises:
        InvalidReferenceError: if it names nothing in an OCI registry; the message says why.

    """
    written = text.strip()
    _refuse_other_kinds(written)
    name, tag, digest = _split(written)
    lowered = name.lower()
    if "/" not in lowered:
        lowered = f"{DEFAULT_ORGANISATION}/{lowered}"
    registry, repository = _split_registry(lowered)
    _check(written, registry, repository, tag, digest)
    return Reference(registry, repository, tag, digest)


def registry_name(text: str) -> str:
    """
    Return the name under which :func:`resolve` knows a registry: ``index.docker.io`` is ``docker.io``.

    Raises:
        ValueError: if no reference can name such a registry.

    """
    name = text.lower()
    if name in _DOCKER_HUB_NAMES:
        return DOCKER_HUB
    if not _REGISTRY.fullmatch(name) or not _is_registry(name):
        raise ValueError(f"{text!r} is no registry's name: write HOST or HOST:PORT, as model references do")
    return name


def _is_registry(first: str) -> bool:
    """A reference's first part with ``.`` or ``:`` (or ``localhost``) is a registry, else it is Docker Hub."""
    return "." in first or ":" in first or first == "localhost"


def _refuse_other_kinds(written: str) -> None:
    if written.lower().startswith(_HUGGING_FACE):
        raise InvalidReferenceError(
            f"{written!r} is a model of the Hugging Face Hub: not supported yet, use an OCI registry"
        )
    if "://" in written:
        raise InvalidReferenceError(
            f"{written!r} is a URL: write the model as REGISTRY/REPOSITORY:TAG, without a scheme"
        )
    if _LOCAL_STORE_ID.fullmatch(written):
        raise InvalidReferenceError(
            f"{written!r} is an ID of one machine's model store: name the model as REPOSITORY:TAG"
        )


def _split(written: str) -> tuple[str, str, str | None]:
    """Split into name, tag and digest; the tag follows the last ``:`` after the last ``/``."""
    rest, at, digest = written.partition("@")
    folder, slash, last = rest.rpartition("/")
    last, _, tag = last.partition(":")
    return f"{folder}{slash}{last}", tag or DEFAULT_TAG, digest if at else None


def _split_registry(name: str) -> tuple[str, str]:
    first, _, rest = name.partition("/")
    if not _is_registry(first):
        return DOCKER_HUB, name
    if first in _DOCKER_HUB_NAMES:
        return DOCKER_HUB, rest if "/" in rest else f"library/{rest}"
    return first, rest


def _check(written: str, registry: str, repository: str, tag: str, digest: str | None) -> None:
    wrong = [
        f"{kind} {value!r}"
        for kind, value, pattern in (
            ("registry", registry, _REGISTRY),
            ("repository", repository, _REPOSITORY),
            ("tag", tag, _TAG),
            ("digest", digest or "", _DIGEST),
        )
        if not pattern.fullmatch(value) and not (kind == "digest" and digest is None)
    ]
    if wrong:
        raise InvalidReferenceError(f"{written!r} is no model reference: invalid {', '.join(wrong)}")
