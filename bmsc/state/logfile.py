"""Where the full story of a run is written for whoever has to look into it: rotated, private, without secrets."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import gmtime

from bmsc.domain.showing import shown
from bmsc.errors import BmscError
from bmsc.state import disk

_BYTES = 2_000_000
_KEPT = 5
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"


class _Hide(logging.Filter):
    """Blanks every secret, wherever a message carries it, and what a terminal would obey."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        for secret in self._secrets:
            message = message.replace(secret, "[secret]")
        record.msg, record.args = shown(message), ()
        return True


@contextmanager
def log_to(path: Path, *, hide: Iterable[str]) -> Iterator[None]:
    """Send the log of bmsc's own loggers to a private, rotated file while the context lasts.

    A bug inside is logged by its place alone: its own words may quote a buyer.
    """
    os.close(disk.open_private(path, os.O_WRONLY))
    handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    formatter = logging.Formatter(_LINE)
    formatter.converter = gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_Hide(hide))
    logger = logging.getLogger("bmsc")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    except Exception as error:
        if not isinstance(error, BmscError):
            _note_bug(logger, error)
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


def _note_bug(logger: logging.Logger, bug: Exception) -> None:
    logger.error("bug: %s\n%s", type(bug).__name__, "".join(traceback.format_tb(bug.__traceback__)))
