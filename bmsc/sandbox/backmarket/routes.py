"""Which paths does the Back Market half of the sandbox answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from bmsc.sandbox.backmarket import batches, door
from bmsc.sandbox.backmarket.listing_routes import ListingRoutes
from bmsc.sandbox.backmarket.order_routes import OrderRoutes
from bmsc.sandbox.backmarket.refusals import Refusal

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account


def blueprint(account: Account) -> Blueprint:
    """Mount one account under `/ws`."""
    routes = Blueprint("backmarket", __name__, url_prefix="/ws")
    routes.before_request(lambda: _enter(account))
    routes.register_error_handler(Refusal, _refuse)
    OrderRoutes(account).mount(routes)
    ListingRoutes(account).mount(routes)
    return routes


def _enter(account: Account) -> None:
    door.check(account)
    batches.work_off(account)


def _refuse(refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.response()
