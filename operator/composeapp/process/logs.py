"""Log lines: for people on a terminal, as JSON where a collector reads them."""

from __future__ import annotations

import enum
import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

_PLAIN: Final = "%(asctime)s %(levelname)-7s %(message)s"


class LogFormat(enum.StrEnum):
    """How a line looks; ``AUTO`` is plain on a terminal."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "severity": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure(log_format: LogFormat) -> None:
    """Log to standard error from level INFO on."""
    plain = log_format is LogFormat.PLAIN or (log_format is LogFormat.AUTO and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_PLAIN) if plain else _JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # kopf reports the success of every handler for every event.
    logging.getLogger("kopf.objects").setLevel(logging.WARNING)
