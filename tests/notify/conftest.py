"""A watcher on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from notify.watching import Watcher


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    server = Watcher()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
