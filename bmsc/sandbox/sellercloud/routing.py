"""Which handler answers a request, and what may go wrong before it does?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Request

from bmsc.sandbox.sellercloud.answers import Answer, Refusal, not_found_page
from bmsc.sandbox.sellercloud.body import Body
from bmsc.sandbox.sellercloud.query import Query
from bmsc.sandbox.sellercloud.tenant import Tenant

API = "api/"
TOKEN_PATH = "token"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as its handler sees it; `ids` are the numbers in its path."""

    tenant: Tenant
    query: Query
    document: object
    ids: tuple[int, ...] = ()

    @property
    def body(self) -> Body:
        """The JSON object that was sent; refused with 400 when there is none."""
        return Body(self.document, self.tenant.wire)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path, where {id} stands for a number, and who answers it."""

    method: str
    path: str
    handler: Handler

    def match(self, method: str, path: str) -> tuple[int, ...] | None:
        """Give the numbers in a path that this route answers, None for any other."""
        if method != self.method:
            return None
        pattern = re.escape(self.path.casefold()).replace(r"\{id\}", r"(\d+)")
        found = re.fullmatch(pattern, path.strip("/").casefold())
        return tuple(map(int, found.groups())) if found else None


class Router:
    """Answers requests for a tenant, one moment each."""

    def __init__(self, tenant: Tenant, routes: Sequence[Route]) -> None:
        self._tenant = tenant
        self._routes = routes

    def answer(self, request: Request, path: str) -> Answer:
        """Answer one request for a path below /rest."""
        with self._tenant.clock.hold():
            return self._answer(request, path)

    def _answer(self, request: Request, path: str) -> Answer:
        if not path.casefold().startswith(API) or self._is_too_long(request):
            return not_found_page()
        inner = path[len(API) :].strip("/")
        if inner.casefold().startswith(("rest/", "api/")):
            return not_found_page()
        return self._tenant.access.throttle() or self._admitted(request, inner)

    def _is_too_long(self, request: Request) -> bool:
        limit = self._tenant.switches.max_query_characters
        return bool(limit) and len(request.query_string) > limit

    def _admitted(self, request: Request, path: str) -> Answer:
        try:
            if path.casefold() != TOKEN_PATH:
                self._check_token(request)
            return self._handle(request, path)
        except Refusal as refusal:
            return refusal.answer(self._tenant.switches.error_shape)

    def _check_token(self, request: Request) -> None:
        if not self._tenant.access.admits(request.headers.get("Authorization", "")):
            raise Refusal(401, "Invalid token", reason="Invalid token")

    def _handle(self, request: Request, path: str) -> Answer:
        for route in self._routes:
            ids = route.match(request.method, path)
            if ids is not None:
                return route.handler(self._call(request, ids))
        if any(route.match(route.method, path) is not None for route in self._routes):
            raise Refusal(405, f"The requested resource does not support http method '{request.method}'.")
        raise Refusal(404, f"No HTTP resource was found that matches the request URI '{request.path}'.")

    def _call(self, request: Request, ids: tuple[int, ...]) -> Call:
        query = Query(request.args.items(multi=True), self._tenant.wire)
        return Call(self._tenant, query, _document(request), ids)


def ids_of(numbers: Iterable[int]) -> list[int]:
    """Give numbers each once, in their order."""
    return list(dict.fromkeys(numbers))


def _document(request: Request) -> object:
    if request.form:
        return dict(request.form)
    text = request.get_data()
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        raise Refusal(400, "The request is invalid.") from None
