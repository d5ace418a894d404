"""How does Back Market say no?"""

from __future__ import annotations

import json
from typing import Any

from flask import Response


class Refusal(Exception):
    """A request that is answered with an error status and a body."""

    def __init__(self, status: int, body: Any, *, content_type: str = "application/json") -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers: dict[str, str] = {}

    def response(self) -> Response:
        """Render the answer."""
        text = self.body if self.content_type.startswith("text/") else json.dumps(self.body)
        return Response(text, status=self.status, content_type=self.content_type, headers=self.headers)


def v1(status: int, code: str, message: str) -> Refusal:
    """Refuse in the envelope that most endpoints share."""
    return Refusal(status, {"error": {"code": code, "message": message}, "requestId": "sandbox"})


def v3(status: int, code: str, message: str) -> Refusal:
    """Refuse in the envelope of the older problem documents."""
    error = {"code": code, "message": message}
    body = {"error": error, "status": status, "title": message, "type": f"/errors/{code}"}
    return Refusal(status, body, content_type="application/problem+json")


def bare(message: str) -> Refusal:
    """Refuse a listing write: 400 and nothing but a JSON string."""
    return Refusal(400, message)


def shaped(shape: str, message: str, *, status: int = 400, code: str = "E001") -> Refusal:
    """Refuse in the envelope that a switch names."""
    bodies = {
        "v1": {"error": {"code": code, "message": message}},
        "v2": {"errors": [{"code": code, "message": message}], "requestId": "sandbox"},
        "string": message,
        "detail": {"detail": message},
    }
    if shape == "text":
        return Refusal(status, message, content_type="text/plain")
    return Refusal(status, bodies[shape])


def page(status: int, title: str) -> Refusal:
    """Refuse as the edge does: HTML."""
    html = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    refusal = Refusal(status, html, content_type="text/html; charset=UTF-8")
    refusal.headers = {"Server": "cloudflare", "CF-RAY": "8f00000000000000-EWR"}
    return refusal
