"""How does the sandbox listen on loopback?"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from bmsc.errors import UsageError
from bmsc.sandbox.app import create_app
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.mischief import ConnectionCut
from bmsc.sandbox.world import World

LOOPBACK = "127.0.0.1"
Write = Callable[[bytes], object]


@dataclass(frozen=True)
class Running:
    """A sandbox that answers at `url` until it is stopped."""

    world: World
    port: int
    stop: Callable[[], None]

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self.world.log.crashes:
            raise RuntimeError(f"the sandbox itself crashed:\n{self.world.log.crashes[0]}")


def start(
    world: World | None = None,
    *,
    port: int = 0,
    clock_file: Path | None = None,
    seed: int = 0,
    shop: str = "us",
) -> Running:
    """Serve from a thread of this process; as a context manager it stops by itself.

    Leaving the context raises RuntimeError when the sandbox had a bug of its own.
    """
    world = world or World(SandboxClock(clock_file), seed=seed, shop=shop)
    server = _Server(port, world)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return Running(world, server.port, stop)


def serve(
    port: int = 0,
    clock_file: Path | None = None,
    *,
    seed: int = 0,
    shop: str = "us",
    on_bound: Callable[[int], None] | None = None,
) -> None:
    """Serve until interrupted; `on_bound` learns the port once it accepts connections."""
    server = _opened(port, World(SandboxClock(clock_file), seed=seed, shop=shop))
    if on_bound is not None:
        on_bound(server.port)
    with _closing(server):
        server.serve_forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, world: World) -> None:
        self.world = world
        self.application = create_app(world)
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        # The base class asks the resolver for a host name, which may be slow or missing.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _answer(self) -> None:
        promised = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(promised)
        if len(body) < promised:  # whoever sent it died meanwhile: half a request is none
            self.close_connection = True
            return
        try:
            answered = self.server.application(self._environ(body), self._start)
            self._finish(answered)
        except ConnectionCut:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def _start(self, status: str, headers: list[tuple[str, str]], *error: Any) -> Write:
        del error
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        self.send_header("Date", self.date_time_string(self.server.world.clock.now().timestamp()))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        return self.wfile.write

    def _finish(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            self.wfile.write(chunk)
        if callable(close := getattr(chunks, "close", None)):
            close()

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "bmsc.connection": self.connection,
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def log_message(self, *args: Any) -> None:
        """Say nothing: the sandbox keeps its own log."""


def _opened(port: int, world: World) -> _Server:
    try:
        return _Server(port, world)
    except OSError as error:
        problem = f"port {port} cannot be opened: {error.strerror}"
        raise UsageError(problem, next_step="bmsc sandbox --port 0 picks a free one") from None


@contextmanager
def _closing(server: _Server) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
