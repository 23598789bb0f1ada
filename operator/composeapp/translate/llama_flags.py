"""
The author's ``runtime_flags`` as arguments of llama-server.

They come after our own arguments and win. Refused are the flags that would break what the
operator promises (the address, the name, the file of the model) or leave the container's
sandbox (files, downloads, tools, other hosts). Names from ``llama-server --help``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from composeapp.compose.document import Model
from composeapp.problems import Path, Report

_SERVING: Final = "the operator decides where and under which name the model is served"
_FILES: Final = "it names a file, and the server's container has none but its model"
_DOWNLOADS: Final = "it downloads from the internet; the operator fetches the model that `model` names"
_CREDENTIALS: Final = "clients would need a key or certificate that the injected variables do not carry"
_TOOLS: Final = "it gives whoever can reach the model access to files, commands or other hosts"
_EXITS: Final = "it prints something and ends, so nothing would be served"

_REFUSED: Final[Mapping[str, tuple[str, ...]]] = {
    _SERVING: (
        *("--host", "--port", "--reuse-port", "-m", "--model", "-a", "--alias", "--api-prefix"),
        *("--models-dir", "--models-preset", "--models-max", "--models-autoload", "--no-models-autoload"),
    ),
    _FILES: (
        *("--lora", "--lora-scaled", "--control-vector", "--control-vector-scaled", "-mm", "--mmproj"),
        *("-md", "--model-draft", "--spec-draft-model", "-mv", "--model-vocoder", "--path", "--media-path"),
        *("-lcs", "--lookup-cache-static", "-lcd", "--lookup-cache-dynamic", "--slot-save-path"),
        *("--log-prompts-dir", "--video-ffmpeg-dir", "-jf"),
    ),
    _DOWNLOADS: (
        *("-mu", "--model-url", "-dr", "--docker-repo", "-hf", "-hfr", "--hf-repo", "-hft", "--hf-token"),
        *(
            "-hfd",
            "-hfrd",
            "--hf-repo-draft",
            "--spec-draft-hf",
            "-hfv",
            "-hfrv",
            "--hf-repo-v",
            "-mmu",
            "--mmproj-url",
        ),
        *("-hff", "-hffv"),
        *("--embd-gemma-default", "--gpt-oss-20b-default", "--gpt-oss-120b-default"),
    ),
    _CREDENTIALS: ("--api-key",),
    _TOOLS: (
        *("--rpc", "--tools", "--tools-runtime", "-ag", "--agent", "--mcp-servers-config", "--mcp-servers-json"),
        *("--ui-mcp-proxy", "--webui-mcp-proxy"),
    ),
    _EXITS: (
        *("-h", "--help", "--usage", "--version", "-cl", "--cache-list", "--completion-bash", "--list-devices"),
        "--license",
    ),
}
_REASONS: Final = {flag: reason for reason, flags in _REFUSED.items() for flag in flags}
_REFUSED_SHAPES: Final = (
    (re.compile(r"--.*-file(-.*)?"), _FILES),
    (re.compile(r"--(fim|vision)-.*"), _DOWNLOADS),
)
_FLAG: Final = re.compile(r"--?[A-Za-z]")
"""How a flag begins; ``-1`` is a value."""
_ANOTHER_FLAG: Final = re.compile(r"(^|\s)--?[A-Za-z]")


def runtime_arguments(key: str, model: Model, report: Report) -> list[str]:
    """
    Return the arguments that an author's ``runtime_flags`` stand for, one word each.

    ``--a=b`` is split, because llama-server knows no ``=``. ``"--temp 0.7"`` in one item is split
    with a warning. A flag that the operator cannot let through is a problem.
    """
    arguments: list[str] = []
    for index, item in enumerate(model.runtime_flags):
        path: Path = ("models", key, "runtime_flags", index)
        words = _words(item, path, report) if _FLAG.match(item.lstrip()) else [item]
        for word in words:  # the "value" too: after a flag that takes none, it would be the next flag
            _refuse(word, path, report)
        arguments += words
    return arguments


def _words(item: str, path: Path, report: Report) -> list[str]:
    """Return a flag, and its value where the same item holds it."""
    flag, *rest = item.split(maxsplit=1)
    if "=" in flag:
        flag, _, value = item.strip().partition("=")
        return [flag, value]
    if rest and _ANOTHER_FLAG.search(rest[0]):
        report.problem(path, f"{item!r} holds several flags", "write each flag and each value as an item of its own")
    elif rest:
        report.warning(path, f"{item!r} holds a flag and its value in one item: read as two", "write them as two items")
    return [flag, *(value.strip() for value in rest)]


def _refuse(flag: str, path: Path, report: Report) -> None:
    """llama-server reads ``_`` in a long flag as ``-``."""
    known = flag.replace("_", "-") if flag.startswith("--") else flag
    reason = _REASONS.get(known) or next((why for shape, why in _REFUSED_SHAPES if shape.fullmatch(known)), None)
    if reason:
        report.problem(path, f"{flag} cannot be set: {reason}", "remove it")
