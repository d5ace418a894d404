"""Who listens while bmsc works: a host for heartbeats, and an owner's command that keeps what it hears."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from shops import Shop


class Watcher(ThreadingHTTPServer):
    """A healthchecks-like host that keeps what it hears."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        self.pause = 0.0
        super().__init__(("127.0.0.1", 0), _Ear)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ping"


class _Ear(BaseHTTPRequestHandler):
    server: Watcher

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        time.sleep(self.server.pause)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


def notify(shop: Shop, **keys: object) -> None:
    lines = "\n".join(f"{name} = {json.dumps(str(value))}" for name, value in keys.items())
    shop.configure(f"\n[notify]\n{lines}\n")


def keeper(shop: Shop) -> tuple[str, Path]:
    """Give a command that keeps each event it hears, and where."""
    kept = shop.folder / "events.jsonl"
    script = shop.folder / "keep.py"
    script.write_text(f"import sys; open({str(kept)!r}, 'a').write(sys.stdin.read())")
    return f"{sys.executable} {script}", kept


def events(kept: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
