"""What does Back Market know about the seller's account?"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bmsc.sandbox.backmarket import purchases
from bmsc.sandbox.backmarket.backbox import Rival
from bmsc.sandbox.backmarket.batches import Task
from bmsc.sandbox.backmarket.history import History
from bmsc.sandbox.backmarket.limits import Window
from bmsc.sandbox.backmarket.listings import CatalogProduct, Listing, Offer
from bmsc.sandbox.backmarket.markets import MARKETS, ZONE_HOME, Market, markets_of
from bmsc.sandbox.backmarket.orders import Line, Order
from bmsc.sandbox.backmarket.switches import BackMarketSwitches
from bmsc.sandbox.clock import whole_seconds


class Account:
    """One seller account of one zone: catalog, listings, orders, tasks and rivals."""

    def __init__(
        self, clock: Callable[[], datetime], switches: BackMarketSwitches, *, seed: int = 0, zone: str = "NA"
    ) -> None:
        self.clock = clock
        self.switches = switches
        self.dice = random.Random(f"backmarket {seed}")
        self.token = "c2FuZGJveC10b2tlbg=="
        self.settle_in(zone)
        self.products: dict[str, CatalogProduct] = {}
        self.listings: dict[int, Listing] = {}
        self.skus: dict[str, Listing] = {}
        self.uuids: dict[str, Listing] = {}
        self.orders: dict[int, Order] = {}
        self.tasks: dict[int, Task] = {}
        self.rivals_of: dict[tuple[str, str], list[Rival]] = {}
        self.quality = Decimal(1)
        self.listing_history: History[Listing] = History()
        self.order_history: History[Order] = History()
        self._numbers = {"order": 60_100_000, "line": 61_200_000, "listing": 2_300_000, "task": 1_011_000}
        self._numbers["product"] = 120_000
        self.edge = Window(clock, seconds=10, block=10)
        self.sensitive = Window(clock, seconds=10, block=10)
        self.competitor_calls = Window(clock, seconds=1)
        self.listing_lines = Window(clock, seconds=3600)

    def settle_in(self, zone: str) -> None:
        """Make this an account of the zone `EU`, `NA` or `AP`."""
        self.zone = zone
        self.markets: dict[str, Market] = markets_of(zone)
        self.home = ZONE_HOME[zone]

    def now(self) -> datetime:
        """Tell the time to the second, as Back Market's dates do."""
        return whole_seconds(self.clock())

    def next_number(self, of: str) -> int:
        """Count one up in a sequence of its own."""
        self._numbers[of] += self.dice.randrange(1, 5)
        return self._numbers[of]

    def next_uuid(self) -> str:
        """Make up an identifier, the same one for the same seed."""
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    # --- catalog and listings

    def add_product(self, title: str, *, brand: str = "Apple", **facts: Any) -> CatalogProduct:
        """Put a product into Back Market's catalog."""
        facts.setdefault("product_id", self.next_uuid())
        facts.setdefault("backmarket_id", self.next_number("product"))
        product = CatalogProduct(title=title, brand=brand, **facts)
        self.products[product.product_id] = self.products[str(product.backmarket_id)] = product
        return product

    def find_product(self, reference: str) -> CatalogProduct | None:
        """Find a product by UUID or old number."""
        return self.products.get(reference.lower())

    def add_listing(
        self,
        sku: str,
        *,
        product: CatalogProduct,
        grade: str = "GOOD",
        quantity: int = 0,
        prices: Mapping[str, Decimal | str] | None = None,
        comment: str | None = "Checked, cleaned and fully working.",
        **facts: Any,
    ) -> Listing:
        """List a SKU; it counts as online for long where its price allows it."""
        number = self.next_number("listing")
        listing = Listing(self.next_uuid(), number, sku, product, grade, quantity, **facts)
        for locale, price in (prices or {}).items():
            listing.offers[locale] = Offer(Decimal(price), comment=comment)
        if self.switches.listing_lag_seconds:
            self.listing_history.remember(listing.listing_id, None, self.clock())
        self.listings[listing.listing_id] = listing
        self.skus[sku.casefold()] = self.uuids[listing.id] = listing
        return listing

    def listing(self, reference: str | int) -> Listing | None:
        """Find a listing by SKU, UUID or number."""
        text = str(reference)
        if text.isascii() and text.isdigit() and int(text) in self.listings:
            return self.listings[int(text)]
        return self.skus.get(text.casefold()) or self.uuids.get(text.lower())

    def add_rival(self, product: CatalogProduct, locale: str, **facts: Any) -> Rival:
        """Let another seller offer a product in one market."""
        rival = Rival(product.product_id, locale, **facts)
        self.rivals_of.setdefault((product.product_id, locale), []).append(rival)
        return rival

    def rename_sku(self, old: str, new: str) -> None:
        """Give a listing another SKU, as a merchant may in the back office."""
        listing = self.skus.pop(old.casefold())
        listing.sku = new
        self.skus[new.casefold()] = listing

    def online(self, listing: Listing, locale: str) -> bool:
        """Tell whether buyers of a market can buy a listing now."""
        return listing.publication_state(locale, comment_needed=self.switches.comment_needed) == 2

    @contextmanager
    def changing(self, listing: Listing) -> Iterator[Listing]:
        """Change a listing; readers who lag behind still see its former shape."""
        if self.switches.listing_lag_seconds or self.switches.backbox_seconds:
            self.listing_history.remember(listing.listing_id, listing, self.clock())
        before = {locale for locale in self.markets if self.online(listing, locale)}
        yield listing
        for locale in self.markets:
            if not self.online(listing, locale):
                listing.online_since.pop(locale, None)
            elif locale not in before:
                listing.online_since[locale] = self.clock()

    def shown(self, listing: Listing, lag_seconds: float) -> Listing | None:
        """Show a listing as a reader sees it who lags behind, None when he does not know it yet."""
        moment = self.clock() - timedelta(seconds=lag_seconds)
        return self.listing_history.as_of(listing.listing_id, listing, moment)

    # --- orders

    def place_order(self, lines: Sequence[purchases.Wish], *, market: str | None = None, **wishes: Any) -> int:
        """Buy; see `purchases.Purchase` for the wishes. Nobody checks the stock."""
        return purchases.place(self, lines, MARKETS[market or self.home], **wishes)

    def pay(self, order_id: int) -> None:
        """Confirm the payment of an order."""
        purchases.pay(self, self.orders[order_id])

    def fail_payment(self, order_id: int) -> None:
        """Give an unpaid order up."""
        self._move(order_id, {0, 8, 9}, 7)

    def buyer_cancels(self, order_id: int, line_ids: Iterable[int] | None = None) -> list[int]:
        """Cancel lines that are not accepted yet; returns the lines that this moved."""
        return self._move(order_id, {0, 1, 8, 9}, 4, line_ids)

    def care_refunds(self, order_id: int, line_ids: Iterable[int] | None = None) -> list[int]:
        """Refund lines through customer care: 1 to 4, 2 to 5, 3 to 6."""
        moved: list[int] = []
        for before, after in ((3, 6), (2, 5), (1, 4)):
            moved += self._move(order_id, {before}, after, line_ids)
        return moved

    def set_line_state(self, order_id: int, line_id: int, state: int) -> None:
        """Put a line into any state, whatever the rules say."""
        self._move(order_id, set(range(11)), state, [line_id])

    @contextmanager
    def changing_order(self, order: Order, *, silently: bool = False) -> Iterator[Order]:
        """Change an order; afterwards it follows its lines and, unless silently, bears a fresh date."""
        if self.switches.order_list_lag_seconds:
            self.order_history.remember(order.order_id, order, self.clock())
        yield order
        order.follow_lines(first_accept_counts=self.switches.order_advances == "at_first_accept")
        if not silently:
            order.modified = self.now()

    def listed(self, order: Order) -> Order | None:
        """Show an order as the list shows it, None when the list does not know it yet."""
        lag = self.switches.order_list_lag_seconds
        return self.order_history.as_of(order.order_id, order, self.clock() - timedelta(seconds=lag))

    def take_stock(self, line: Line) -> None:
        """Take a line's units from its listing, once."""
        listing = self.listings.get(line.listing_id)
        if listing is not None and not line.took_stock:
            self._change_quantity(listing, -line.quantity)
            line.took_stock = True

    def give_stock_back(self, line: Line) -> None:
        """Put a cancelled line's units back, where the switch says that Back Market does so."""
        listing = self.listings.get(line.listing_id)
        if listing is not None and line.took_stock and self.switches.cancel_restores_stock:
            self._change_quantity(listing, line.quantity)
            line.took_stock = False

    def _change_quantity(self, listing: Listing, units: int) -> None:
        with self.changing(listing):
            listing.quantity += units
            if self.switches.oversold == "zero":
                listing.quantity = max(0, listing.quantity)

    def _move(self, order_id: int, before: set[int], after: int, line_ids: Iterable[int] | None = None) -> list[int]:
        order = self.orders[order_id]
        wanted = set(line_ids) if line_ids is not None else {line.id for line in order.lines}
        moved = [line for line in order.lines if line.id in wanted and line.state in before]
        if moved:
            with self.changing_order(order):
                for line in moved:
                    self.set_state(line, after)
        return [line.id for line in moved]

    def set_state(self, line: Line, state: int) -> None:
        """Put a line into a state, with what that means for the stock."""
        line.state = state
        if state in (4, 5, 7):
            self.give_stock_back(line)
        elif state == 1:
            self.take_stock(line)
