"""The shop that is measured, in the process that serves it, and the people who change it between runs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.shape import Limits, Shape

COMPANY, UNITS, PRICE = 163, 50, "319.00"
SHOWN = {0: 59, 1: 40}
WANTED_PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
COLUMNS = {"BACKMARKET_ENABLED_US": True, "BACKMARKET_PRICE_US": PRICE}
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
KINDS = (
    ("GET", "/ws/listings/", "listings read"),
    ("POST", "/ws/listings/", "lines"),
    ("GET", "/ws/listings", "listing pages"),
    ("POST", "/ws/listings", "batches handed in"),
    ("GET", "/ws/tasks/", "tasks read"),
    ("GET", "/ws/backbox/", "competitors"),
    ("GET", "/ws/orders/", "orders read"),
    ("POST", "/ws/orders/", "orders moved"),
    ("GET", "/ws/orders", "order pages"),
    ("POST", "/rest/api/token", "logins"),
    ("POST", "/rest/api/orders", "orders made"),
    ("PUT", "/rest/api/orders/", "payments"),
    ("GET", "/rest/api/orders/serials", "serials read"),
    ("GET", "/rest/api/orders/", "twins read"),
    ("GET", "/rest/api/orders", "order look-ups"),
    ("GET", "/rest/api/catalog", "catalog"),
)
"""Requests by what they are; the first that fits counts."""


def kind_of(method: str, path: str) -> str:
    """Name what a request is."""
    path = path.casefold()
    fits = (name for verb, start, name in KINDS if verb == method and path.startswith(start))
    return next(fits, f"{method} {path}")


class Stage:
    """One shop and the people around it; each public method can be asked for by name from another process."""

    def __init__(self, shape: Shape, limits: Limits, clock_file: str) -> None:
        from bmsc.sandbox.clock import SandboxClock
        from bmsc.sandbox.world import World

        clock = SandboxClock(Path(clock_file) if clock_file else None)
        if clock_file:
            clock.set(START)
        self.world = World(clock, shop="empty")
        self.shape, self._limits = shape, limits
        self.world.switches.sellercloud.aggregate_lag_seconds = 0
        # No listing here is deactivated: so the sandbox need not look at all of them for every page.
        self.world.switches.backmarket.deactivated_listings = "listed"
        market = self.world.switches.backmarket
        # What the platform allows is more than the program takes as its share.
        market.edge_requests_per_10s = limits.per_10s + 50
        market.competitors_after_seconds = market.task_start_seconds = market.task_end_seconds = 0
        self._fill()
        self.far(limits.market_seconds, limits.cloud_seconds)

    def far(self, market: float, cloud: float) -> None:
        """Put both platforms so many seconds away."""
        self.world.faults.clear()
        for platform, seconds in (("backmarket", market), ("sellercloud", cloud)):
            if seconds:
                self.world.faults.add("slow", platform=platform, times=None, args={"seconds": seconds})

    def told(self) -> tuple[dict[str, int], int]:
        """Count the requests since the last time by what they are, and those that were refused for pace."""
        entries = self.world.log.entries
        counted = Counter(kind_of(entry.method, entry.path) for entry in entries)
        refused = sum(entry.status in (409, 429) for entry in entries)
        self.world.log.clear()
        return dict(counted), refused

    def now(self) -> float:
        """Tell the time of the shop."""
        return self.world.clock.now().timestamp()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def live(self) -> None:
        """Leave the simulated clock for the real one: what was simulated must have ended by now."""
        assert self.world.clock.path is not None
        self.world.clock.path = None

    def cancel(self) -> None:
        """Let staff cancel some of the open orders."""
        for number in self.world.actors.warehouse.waiting()[: self.shape.cancelled]:
            self.world.actors.warehouse.cancel(number)

    def ship(self) -> None:
        """Send every open order off."""
        self.world.actors.warehouse.ship_everything()

    def change(self, first: int, count: int) -> None:
        """Give so many plain listings another quantity, in turn less and more."""
        for place in range(first, first + count):
            number = place * 7_919 % self.shape.listings
            if self.shape.is_plain(number):
                self.world.tenant.set_physical(_sku(number), UNITS - 5 if place % 2 else UNITS + 5)

    def differing(self) -> int:
        """Count the listings that do not show what SellerCloud has."""
        catalogue, account = self.world.tenant.catalogue, self.world.account
        units = self.world.tenant.stockroom
        shown = ((one.quantity, catalogue.find(one.sku)) for one in account.listings.values())
        plain = ((quantity, row) for quantity, row in shown if row is not None and not row.shadow_of)
        return sum(quantity != sum(units.shown(row).physical.values()) for quantity, row in plain)

    def _fill(self) -> None:
        phone = self.world.account.add_product("Phone", max_prices={"en-us": Decimal(999)})
        self.world.account.add_product("Tablet", product_id=WANTED_PRODUCT)
        for number in range(self.shape.listings):
            self._list(number, self._contest(number) if self.shape.is_contested(number) else phone)
        cells = {"BACKMARKET_ID": WANTED_PRODUCT, "BACKMARKET_GRADE": 2, "BACKMARKET_WARRANTY_DELAY": 24}
        for number in range(self.shape.wanted):
            self._stock(f"NEW-{number:05}", 0, COLUMNS | cells)
        for number in self.shape.sold():
            self.world.account.place_order([(_sku(number), 1)], state=1)

    def _list(self, number: int, product: Any) -> None:
        sku, kind, facts = _sku(number), self.shape.kind(number), {}
        if self.shape.is_shadow(number):
            self._stock(f"{sku}-PARENT", UNITS, {})
            facts = {"shadow_of": f"{sku}-PARENT"}
        columns = COLUMNS | ({"BACKMARKET_MIN_PRICE_US": "280.00"} if self.shape.is_contested(number) else {})
        self._stock(sku, 0 if facts else UNITS, columns, **facts)
        price = Decimal("310.00" if kind == 2 else PRICE)
        self.world.account.add_listing(sku, product=product, quantity=SHOWN.get(kind, UNITS), prices={"en-us": price})

    def _contest(self, number: int) -> Any:
        product = self.world.account.add_product(f"Contested {number}", max_prices={"en-us": Decimal(999)})
        self.world.account.add_rival(product, "en-us", grade="GOOD", price=Decimal(311))
        return product

    def _stock(self, sku: str, units: int, columns: dict[str, Any], **facts: Any) -> None:
        self.world.tenant.add_product(sku, company_id=COMPANY, name=sku, quantity=units, columns=columns, **facts)


def _sku(number: int) -> str:
    return f"SKU-{number:06}"
