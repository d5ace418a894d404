"""What does each fault do to a request that arrives or an answer that leaves?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Request, Response

from bmsc.sandbox.faults import Fault

Act = Callable[[str, str, dict[str, Any]], Any]
PAGING = ("page", "page-size", "model.pagenumber", "model.pagesize", "pagenumber", "pagesize")
HTML = "text/html; charset=UTF-8"


class ConnectionCut(ConnectionResetError):
    """The connection is closed without an answer."""


def gateway_page(status: int, title: str) -> Response:
    """Answer as a proxy in front of the platform would: HTML, not JSON."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    headers = {"Server": "cloudflare", "CF-RAY": "8f00000000000000-EWR", "Cache-Control": "max-age=15"}
    return Response(page, status=status, content_type=HTML, headers=headers)


def challenge() -> Response:
    """Answer as Back Market's bot management does in JSON."""
    error = {"code": "bot-need-challenge", "message": "Forbidden", "challengePath": "/testchallengepage"}
    return json_answer(403, {"errors": [error]})


def throttled(platform: str, now: datetime, status: int | None = None) -> Response:
    """Answer with the platform's own words for too many requests."""
    if platform == "sellercloud":
        reset = (now + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
        return json_answer(status or 409, {"Error": "Too many requests.", "RateLimitResetTime": reset})
    return json_answer(status or 429, {"error": {"code": "E008", "message": "Request was throttled."}})


def json_answer(status: int, document: Any) -> Response:
    """Answer a JSON document."""
    return Response(json.dumps(document), status=status, content_type="application/json")


def chosen_status(fault: Fault) -> Response:
    """Answer the status, body and content type that the fault names (500 and HTML by default)."""
    status = int(fault.args.get("status", 500))
    if "json" in fault.args:
        return json_answer(status, fault.args["json"])
    body = fault.args.get("body", f"<html><body><h1>Error {status}</h1></body></html>")
    kind = fault.args.get("content_type", HTML if str(body).startswith("<") else "text/plain")
    headers = fault.args.get("headers", {})
    return Response(body, status=status, content_type=kind, headers=headers)


class Arriving:
    """What each kind of fault does before the platform sees the request, under the fault's name.

    A method that answers keeps the request from being applied.
    """

    def __init__(self, fault: Fault, request: Request, platform: str, *, now: datetime, act: Act) -> None:
        self._fault = fault
        self._request = request
        self._platform = platform
        self._now = now
        self._act = act

    def strike(self) -> Response | None:
        """Do what the fault says; raises ConnectionCut when nobody is to be answered."""
        answer: Response | None = getattr(self, self._fault.what)()
        return answer

    def cut_before(self) -> Response:
        """Close the connection."""
        raise ConnectionCut("cut before the request was applied")

    def kill_before(self) -> Response:
        """Kill the process `pid`, which is the client."""
        _kill(self._fault)
        raise ConnectionCut("the client was killed")

    def status_before(self) -> Response:
        """Answer the `status`, `json` or `body`, `content_type` and `headers` of the fault."""
        return chosen_status(self._fault)

    def html(self) -> Response:
        """Answer an HTML page, with 200 unless `status` says otherwise."""
        return gateway_page(int(self._fault.args.get("status", 200)), "Just a moment...")

    def waf403_html(self) -> Response:
        """Refuse as the firewall does in HTML."""
        return gateway_page(403, "Attention Required!")

    def waf403_json(self) -> Response:
        """Refuse as the firewall does in JSON."""
        return challenge()

    def edge429(self) -> Response:
        """Refuse as the edge does: too many requests."""
        return gateway_page(429, "Too Many Requests")

    def throttle(self) -> Response:
        """Refuse as the platform does: too many requests; `status` may be another than usual."""
        return throttled(self._platform, self._now, self._fault.args.get("status"))

    def redirect(self) -> Response:
        """Send the client to another `host`."""
        host = self._fault.args.get("host", "http://elsewhere.invalid")
        return Response(status=302, headers={"Location": host + self._request.full_path})

    def slow(self) -> None:
        """Keep the request waiting for `seconds`."""
        time.sleep(float(self._fault.args.get("seconds", 1)))

    def ignore_filters(self) -> None:
        """Forget the whole query but its paging."""
        pairs = parse_qsl(self._request.environ["QUERY_STRING"], keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name.lower() in PAGING]
        self._request.environ["QUERY_STRING"] = urlencode(kept)

    def act_before(self) -> None:
        """Let an `actor` do an `action` with `args` just before the request is applied."""
        _act(self._fault, self._act)


class Returning:
    """What each kind of fault does once the request was applied, under the fault's name."""

    def __init__(self, fault: Fault, response: Response, *, act: Act) -> None:
        self._fault = fault
        self._response = response
        self._act = act

    def strike(self) -> Response:
        """Do what the fault says; raises ConnectionCut when nobody is to be answered."""
        answer: Response = getattr(self, self._fault.what)()
        return answer

    def cut_after(self) -> Response:
        """Close the connection."""
        raise ConnectionCut("cut after the request was applied")

    def kill_after(self) -> Response:
        """Kill the process `pid`, which is the client."""
        _kill(self._fault)
        raise ConnectionCut("the client was killed")

    def timeout_after(self) -> Response:
        """Say nothing for `seconds`, then close the connection."""
        time.sleep(float(self._fault.args.get("seconds", 5)))
        raise ConnectionCut("the answer came too late")

    def status_after(self) -> Response:
        """Answer the `status`, `json` or `body`, `content_type` and `headers` of the fault."""
        return chosen_status(self._fault)

    def act_after(self) -> Response:
        """Let an `actor` do an `action` with `args` just after the request was applied."""
        _act(self._fault, self._act)
        return self._response


def hang_up(environ: dict[str, Any]) -> None:
    """Close the client's connection under the request."""
    connection: socket.socket | None = environ.get("bmsc.connection")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _kill(fault: Fault) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(fault.args["pid"]), signal.SIGKILL)


def _act(fault: Fault, act: Act) -> None:
    act(fault.args["actor"], fault.args["action"], dict(fault.args.get("args", {})))
