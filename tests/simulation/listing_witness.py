"""Is every write about a listing permitted by the merchant's columns as the program was last shown them?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulation.broken import Notebook
from simulation.merchant import NONSENSE
from simulation.order_witness import UNKNOWN_TO_US
from simulation.seen import Seen
from simulation.truth import Cells, amount, bounds_in, enabled_in, product_of, sellercloud_sku
from werkzeug.wrappers import Request

from bmsc.sandbox.backmarket.listings import Listing
from bmsc.sandbox.shop import COMPANY_ID, SHOPS
from bmsc.sandbox.world import World

OUT_OF_BOUNDS = "no price outside the bounds read in its slice"
_ONE = re.compile(r"/ws/listings/([^/]+)$")


class ListingWitness:
    """Watches quantities, prices and new listings."""

    def __init__(self, world: World, shop: str, seen: Seen, notebook: Notebook, *, when_disabled: str) -> None:
        self._world = world
        self._shop = shop
        self._seen = seen
        self._say = notebook.say
        self._when_disabled = when_disabled
        self._ever: set[str] = set()
        """Products that were on sale at any time: only these may be taken off it."""
        self.look()

    def look(self) -> None:
        """Note what is on sale."""
        for product in self._world.tenant.products.values():
            if enabled_in(product.columns, self._shop):
                self._ever.add(product.key)

    def knows(self, request: Request) -> bool:
        """Say whether a write is about listings."""
        path = request.path.casefold()
        return path.endswith("/ws/listings") or _ONE.search(path) is not None

    def sees(self, request: Request) -> None:
        """Judge a write just before it is applied."""
        body, locale = request.get_json(force=True, silent=True) or {}, request.headers.get("Accept-Language", "")
        if found := _ONE.search(request.path.casefold()):
            listing = self._world.account.listing(found[1])
            if listing is None:
                self._say(UNKNOWN_TO_US, f"wrote listing {found[1]}, which there is not")
            else:
                self._edits(listing, body, locale)
        else:
            for row in csv.DictReader(io.StringIO(body["catalog"])):
                self._creates(row, locale)

    def _edits(self, listing: Listing, body: Mapping[str, Any], locale: str) -> None:
        allowed = {"quantity", "price", "currency"} | self._warranty(listing, body)
        if strange := set(body) - allowed:
            self._say(UNKNOWN_TO_US, f"wrote {sorted(strange)} of listing {listing.sku}")
        product = product_of(self._world, listing.sku)
        if product is not None and product.company_id != COMPANY_ID:
            self._say(UNKNOWN_TO_US, f"wrote listing {listing.sku} of company {product.company_id}")
            return
        if "price" in body:
            self._prices(listing.sku, Decimal(str(body["price"])), locale)
        if "quantity" in body:
            self._offers(listing, int(body["quantity"]))

    def _warranty(self, listing: Listing, body: Mapping[str, Any]) -> set[str]:
        """A warranty may be written as the merchant's column says."""
        column = "backmarket_warranty_delay"
        same = self._seen.cells(
            sellercloud_sku(listing.sku), lambda cells: cells.get(column) == body.get("warranty_delay")
        )
        return {"warranty_delay"} if same else set()

    def _prices(self, sku: str, price: Decimal, locale: str) -> None:
        def permits(cells: Cells) -> bool:
            suffix = enabled_in(cells, self._shop).get(locale)
            bounds = bounds_in(cells, suffix) if suffix else None
            asked = amount(cells.get(f"backmarket_price_{suffix}".casefold()))
            return price == asked or (bounds is not None and bounds[0] <= price <= bounds[1])

        if not self._seen.cells(sellercloud_sku(sku), permits):
            self._say(OUT_OF_BOUNDS, f"{sku}@{locale} at {price}: {self._columns(sku)}")

    def _offers(self, listing: Listing, units: int) -> None:
        key = sellercloud_sku(listing.sku)
        if units == 0 and product_of(self._world, listing.sku) is None:
            return
        if not self._seen.cells(key, lambda cells: bool(enabled_in(cells, self._shop))):
            managed = key in self._ever or self._when_disabled == "zero"
            taken_off = units == 0 and self._when_disabled != "ignore"
            lowered = units <= self._shown(key) and self._seen.cells(key, self._unreadable)
            if not managed or not (taken_off or lowered):
                self._say(UNKNOWN_TO_US, f"set {listing.sku} to {units}, which is not on sale: {self._columns(key)}")
        if units < 0:
            self._say(UNKNOWN_TO_US, f"set {listing.sku} to {units}")

    def _shown(self, key: str) -> int:
        product = self._world.tenant.catalogue.find(key)
        return max(0, self._world.tenant.shown_sellable(product.sku)) if product else 0

    def _unreadable(self, cells: Cells) -> bool:
        """Whatever a cell was meant to say, fewer units are right."""
        return any(
            cells.get(f"backmarket_enabled_{front.suffix}".casefold()) == NONSENSE for front in SHOPS[self._shop]
        )

    def _creates(self, row: Mapping[str, str], locale: str) -> None:
        sku = row["sku"]
        product = product_of(self._world, sku)
        if product is None or product.company_id != COMPANY_ID or row["quantity"] != "0":
            self._say(UNKNOWN_TO_US, f"handed in {dict(row)}")
        elif sku.casefold() in self._world.account.skus:
            self._say("no listing is made twice", f"handed in {sku} once more")
        else:
            self._prices(sku, Decimal(row["price"]), locale)

    def _columns(self, sku: str) -> str:
        product = product_of(self._world, sku)
        if product is None:
            return "no such product"
        wanted = ("enabled", "price", "min")
        return ", ".join(
            f"{name[11:]} {value}" for name, value in product.columns.items() if name[11:].startswith(wanted)
        )
