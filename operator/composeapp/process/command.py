"""The command ``composeapp operator``: options in, exit status out."""

from __future__ import annotations

import asyncio
import gc
import logging
from pathlib import Path

from kubernetes.config import ConfigException

from composeapp.cluster.connection import Credentials
from composeapp.problems import InvalidDocumentError
from composeapp.process import logs, operator
from composeapp.settings import Settings
from composeapp.settings_text import load_settings

_log = logging.getLogger(__name__)

_UNREADABLE = 2


def run(
    *, kubeconfig: Path | None, context: str | None, settings: Path | None, health_address: str, log_format: str
) -> int:
    """Run the operator; return its exit status, as ``composeapp operator --help`` says."""
    logs.configure(logs.LogFormat(log_format))
    credentials = Credentials(kubeconfig, context)
    try:
        decided = load_settings(settings.read_text(encoding="utf-8")) if settings else Settings()
        credentials.load()
    except (InvalidDocumentError, OSError, UnicodeDecodeError, ConfigException) as error:
        _log.critical("cannot start: %s", error)
        return _UNREADABLE
    # What is imported stays: the collector need not look at it again with every burst of events.
    gc.freeze()
    return asyncio.run(operator.run(operator.Options(credentials, decided, health_address)))
