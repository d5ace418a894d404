"""What happens to every request between the wire and the platforms: the log, the faults and the one lock."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from bmsc.sandbox.faults import AFTER, BEFORE, Arrival, Fault
from bmsc.sandbox.log import SHOWN_HEADERS, LogEntry, is_mutating, readable_body
from bmsc.sandbox.mischief import Arriving, ConnectionCut, Returning, hang_up
from bmsc.sandbox.tampering import tamper

if TYPE_CHECKING:
    from bmsc.sandbox.world import World

Wsgi = Callable[..., Iterable[bytes]]
PLATFORMS = {"rest": "sellercloud", "ws": "backmarket", "bm": "backmarket"}


class Gate:
    """A WSGI application around the two platforms."""

    def __init__(self, world: World, platforms: Callable[[], Wsgi], control: Wsgi) -> None:
        self._world = world
        self._platforms = platforms
        self._control = control

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; raises ConnectionCut when the fault is that there is no answer."""
        request = Request(environ)
        if request.path.startswith("/_sandbox"):
            return self._control(environ, start_response)
        body = request.get_data()
        environ["wsgi.input"] = BytesIO(body)
        try:
            response = self._answer(request, body)
        except ConnectionCut:
            hang_up(environ)
            raise
        return response(environ, start_response)

    def _answer(self, request: Request, body: bytes) -> Response:
        platform = platform_of(request.path)
        entry, fault = self._arrive(request, body, platform)
        response = self._before(fault, request, platform)
        if response is None:
            self._take_time(platform)
            response = self._handle(request)
            entry.applied, entry.status = True, response.status_code
            response = self._after(fault, response)
        entry.answered, entry.status = True, response.status_code
        return response

    def _arrive(self, request: Request, body: bytes, platform: str) -> tuple[LogEntry, Fault | None]:
        with self._world.lock:
            entry = self._world.log.open(_entry(request, body, platform, self._world.clock.now().isoformat()))
            query = request.query_string.decode()
            target = f"{request.path}?{query}" if query else request.path
            arrival = Arrival(platform, request.method, target, body.decode("utf-8", errors="replace"))
            fault = self._world.faults.pick(arrival)
            entry.fault = fault.what if fault else None
        return entry, fault

    def _before(self, fault: Fault | None, request: Request, platform: str) -> Response | None:
        if fault is None or fault.what not in BEFORE:
            return None
        now = self._world.clock.now()
        return Arriving(fault, request, platform, now=now, act=self._world.act).strike()

    def _take_time(self, platform: str) -> None:
        switches = self._world.switches.sellercloud
        if platform == "sellercloud" and switches.answer_seconds > 0:
            self._world.backlog.work(switches.answer_seconds, switches.answers_at_once)

    def _handle(self, request: Request) -> Response:
        with self._world.lock:
            try:
                self._world.onlooker.sees(request)
                response = Response.from_app(self._platforms(), request.environ, buffered=True)
                self._world.onlooker.saw(request, response)
                return response
            except Exception:  # noqa: BLE001 - a bug of the sandbox must not look like a cut connection
                self._world.log.crashes.append(traceback.format_exc())
                return Response("the sandbox itself crashed", status=500, content_type="text/plain")

    def _after(self, fault: Fault | None, response: Response) -> Response:
        if fault is None or fault.what not in AFTER:
            return response
        if hasattr(Returning, fault.what):
            return Returning(fault, response, act=self._world.act).strike()
        return tamper(fault, response)


def platform_of(path: str) -> str:
    """Name the platform that a path belongs to."""
    return PLATFORMS.get(path.lstrip("/").split("/", 1)[0].lower(), "other")


def _entry(request: Request, body: bytes, platform: str, at: str) -> LogEntry:
    return LogEntry(
        sequence=0,
        at=at,
        platform=platform,
        method=request.method,
        path=request.path,
        query=list(request.args.items(multi=True)),
        headers={name: request.headers[name] for name in SHOWN_HEADERS if name in request.headers},
        body=readable_body(body),
        mutating=is_mutating(request.method, request.path),
    )
