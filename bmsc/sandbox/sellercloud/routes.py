"""How is a tenant mounted into a web application?"""

from __future__ import annotations

from flask import Blueprint, Response, request

from bmsc.sandbox.sellercloud import (
    catalog_routes,
    company_routes,
    inventory_routes,
    order_routes,
    shipping_routes,
)
from bmsc.sandbox.sellercloud.routing import Router
from bmsc.sandbox.sellercloud.tenant import Tenant

ROUTES = (
    *company_routes.ROUTES,
    *catalog_routes.ROUTES,
    *inventory_routes.ROUTES,
    *order_routes.ROUTES,
    *shipping_routes.ROUTES,
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def blueprint(tenant: Tenant) -> Blueprint:
    """Build the routes below /rest; paths match without regard to case."""
    mount = Blueprint("sellercloud", __name__)
    router = Router(tenant, ROUTES)

    @mount.route("/<any(rest, Rest, REST):_>/<path:path>", methods=METHODS)
    def _answer(_: str, path: str) -> Response:
        return router.answer(request, path).response()

    return mount
