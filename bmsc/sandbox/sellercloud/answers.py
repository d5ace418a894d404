"""What goes back over the wire, and how are refusals worded?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal

from flask import Response

NOTHING = object()
"""The body of a success that says nothing."""

JSON = "application/json; charset=utf-8"
HTML = "text/html"
_NOT_FOUND_PAGE = (
    "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
    "<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON body, a text, or nothing."""

    body: object = NOTHING
    status: int = 200
    reason: str = ""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Build the response of the web framework."""
        status = f"{self.status} {self.reason}" if self.reason else self.status
        answer = Response(self._text(), status=status, content_type=self.content_type, headers=self.headers)
        if self.body is NOTHING:
            del answer.headers["Content-Type"]
        return answer

    def _text(self) -> str:
        if self.body is NOTHING:
            return ""
        if self.content_type != JSON:
            return str(self.body)
        return json.dumps(self.body, separators=(",", ":"), default=_number)


class Refusal(Exception):
    """The tenant says no: a status and its words."""

    def __init__(self, status: int, message: str, *, reason: str = "", fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.fields = fields

    def answer(self, shape: str) -> Answer:
        """Word the refusal in one of the shapes that the platform's own client library reads."""
        if self.status == 400 and self.fields:
            state = {f"model.{name}": [self.message] for name in self.fields}
            return Answer({"Message": "The request is invalid.", "ModelState": state}, 400)
        if shape == "empty":
            return Answer(status=self.status, reason=self.reason)
        if shape == "text":
            return Answer(self.message, self.status, self.reason, "text/plain; charset=utf-8")
        return Answer(self._body(shape), self.status, self.reason)

    def _body(self, shape: str) -> object:
        if shape == "string":
            return self.message
        if shape == "problem":
            return {"Title": "Error", "Status": self.status, "Errors": {"": [self.message]}, "TraceId": "0HM"}
        if shape == "exception":
            message = "An error has occurred."
            return {"Message": message, "ExceptionMessage": self.message, "ExceptionType": "System.Exception"}
        return {"Message": self.message}


def invalid(field_name: str, message: str) -> Refusal:
    """Refuse one field of a request with 400."""
    return Refusal(400, message, fields=(field_name,))


def required(name: str) -> Refusal:
    """Refuse the absence of a field or parameter with 400."""
    return invalid(name, f"The {name} field is required.")


def business(message: str) -> Refusal:
    """Refuse for a business reason: SellerCloud answers 500 for these."""
    return Refusal(500, message)


def not_found_page() -> Answer:
    """Answer like the web server in front, which knows nothing of the API."""
    return Answer(_NOT_FOUND_PAGE, 404, content_type=HTML)


def _number(value: object) -> float:
    """JSON numbers have no decimals type; the shortest float text of a price is the price itself."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
