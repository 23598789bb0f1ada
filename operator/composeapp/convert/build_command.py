"""The command that builds an image as a document says (``docker build``, with BuildKit)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from composeapp.compose.local_paths import joined
from composeapp.convert.draft import Draft
from composeapp.convert.secrets import looks_secret
from composeapp.problems import Path

Words: TypeAlias = Iterable[str]

_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*://|git@|github\.com/")
"""How a context begins that is on no disk."""


def _is_set(option: str) -> Callable[[Any], Words]:
    return lambda value: (option,) if value else ()


def _is(option: str) -> Callable[[Any], Words]:
    return lambda value: (option, str(value))


def _each(option: str) -> Callable[[Any], Words]:
    return lambda values: (word for value in values for word in (option, str(value)))


def _pairs(option: str) -> Callable[[Any], Words]:
    return lambda pairs: _each(option)(name if value is None else f"{name}={value}" for name, value in pairs.items())


def _hosts(hosts: Mapping[str, Iterable[str]]) -> Words:
    return _each("--add-host")(f"{host}={address}" for host, addresses in hosts.items() for address in addresses)


OPTIONS: Final[Mapping[str, Callable[[Any], Words]]] = {
    "target": _is("--target"),
    "args": _pairs("--build-arg"),
    "platforms": lambda platforms: ("--platform", ",".join(platforms)) if platforms else (),
    "additional_contexts": _pairs("--build-context"),
    "secrets": _each("--secret"),
    "ssh": _pairs("--ssh"),
    "labels": _pairs("--label"),
    "network": _is("--network"),
    "extra_hosts": _hosts,
    "shm_size": _is("--shm-size"),
    "entitlements": _each("--allow"),
    "cache_from": _each("--cache-from"),
    "cache_to": _each("--cache-to"),
    "no_cache": _is_set("--no-cache"),
    "no_cache_filter": _each("--no-cache-filter"),
    "pull": _is_set("--pull"),
    "provenance": _is("--provenance"),
    "sbom": _is("--sbom"),
    "tags": _each("--tag"),
}
"""Key of ``build`` → what it is on the command line."""
_ELSEWHERE: Final = ("context", "dockerfile", "dockerfile_inline", "platform")


def build_command(draft: Draft, path: Path, build: Mapping[str, Any], image: str) -> str:
    """Return the command; what has no word in it, or must not be shown, is told."""
    context = draft.from_here(str(build.get("context", ".")))
    shown = {**build, **_with_paths(draft, build), "args": _public(draft, path, build.get("args") or {})}
    shown.setdefault("platforms", [build["platform"]] if build.get("platform") else [])
    options = [word for key, words in OPTIONS.items() if key in shown for word in words(shown[key])]
    for key in shown:
        if key not in OPTIONS and key not in _ELSEWHERE and not key.startswith("x-"):
            draft.notes.decided((*path, key), "is not in the command that builds the image")
    piped, file = _dockerfile(build, context)
    return piped + shlex.join(["docker", "build", *file, *options, "--tag", image, context])


def _dockerfile(build: Mapping[str, Any], context: str) -> tuple[str, list[str]]:
    """Return what comes before the command, and its option, for a file that has another name or is none."""
    if "dockerfile_inline" in build:
        lines = shlex.join(build["dockerfile_inline"].splitlines())
        return f"printf '%s\\n' {lines} | ", ["--file", "-"]
    if "dockerfile" in build:
        file = build["dockerfile"]
        return "", ["--file", file if _REMOTE.match(context) else joined(context, file)]
    return "", []


def _with_paths(draft: Draft, build: Mapping[str, Any]) -> dict[str, Any]:
    """Say where things are from where the command runs."""
    contexts = {name: draft.from_here(context) for name, context in (build.get("additional_contexts") or {}).items()}
    secrets = [_secret(draft, mount["source"], mount.get("target")) for mount in build.get("secrets") or ()]
    return {**({"additional_contexts": contexts} if contexts else {}), **({"secrets": secrets} if secrets else {})}


def _secret(draft: Draft, name: str, target: str | None) -> str:
    declared = draft.loaded.values.get("secrets", {}).get(name) or {}
    source = f"env={declared['environment']}" if "environment" in declared else ""
    if "file" in declared:
        source = f"src={draft.from_here(declared['file'])}"
    return ",".join(filter(None, (f"id={target or name}", source)))


def _public(draft: Draft, path: Path, arguments: Mapping[str, str | None]) -> dict[str, str | None]:
    """Leave the values of arguments to the shell that look secret, or hold what does."""
    secrets = [value for name, value in draft.loaded.variables.items() if value and looks_secret(name, [value])]
    shown: dict[str, str | None] = {}
    for name, value in arguments.items():
        is_secret = value and (looks_secret(name, [value]) or any(secret in value for secret in secrets))
        shown[name] = None if is_secret and name not in draft.options.inline else value
        if value and shown[name] is None:
            draft.notes.decided((*path, "args", name), f"is not shown: set {name} where you build")
    return shown
