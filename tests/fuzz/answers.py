"""Every call of both clients, fed with its recorded answer spoilt: read, judged, never trusted, never repeated."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import builders
from fuzz.rooms import room
from fuzz.target import Broken, Target, made_of
from fuzz.wire import Answer, Canned, Clients, Key, Recording, clients, loopback
from shops import COMPANY, PASSWORD, TOKEN

from bmsc.clients import survey
from bmsc.clients.backmarket_backbox import BackMarketBackbox
from bmsc.clients.backmarket_batches import BackMarketBatches
from bmsc.clients.backmarket_listings import BackMarketListings
from bmsc.clients.backmarket_prices import BackMarketPrices
from bmsc.clients.sellercloud_catalogue import SellerCloudCatalogue
from bmsc.clients.sellercloud_changes import SellerCloudChanges
from bmsc.clients.sellercloud_stock import SellerCloudStock
from bmsc.domain.creations import NewListing
from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Feed
from bmsc.domain.orders import OrderState, OrderStatus, ShippingStatus
from bmsc.domain.repricing import PriceLimits
from bmsc.domain.shipments import Parcel, UnitSerial
from bmsc.planners import drafts
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.serve import start
from bmsc.sandbox.world import World

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
COLUMNS = frozenset({"backmarket_enabled_us", "backmarket_price_us", "backmarket_min_price_us", "backmarket_id"})
WRITES = ("POST", "PUT", "PATCH", "DELETE")
GONE = "5f0c1e52-0000-4000-8000-00000000ffff"
TOKEN_CALL = ("POST", "/rest/api/token")
SECRETS = (PASSWORD, TOKEN)
MOST_PAGES = 30
"""A spoilt count may promise thousands of pages; so many show what becomes of them."""
Act = Callable[[Clients], object]


@dataclass(frozen=True)
class Named:
    """What the sandbox's shop is asked about."""

    order: OrderId
    other: OrderId
    other_sku: Sku
    accepted: OrderId
    line: OrderLineId
    number: OrderNumber
    twin: SellerCloudOrderId
    listing: ListingId
    listing_number: int
    sku: Sku
    view: int


NOBODY = Named(
    order=OrderId(0),
    other=OrderId(0),
    other_sku=Sku(""),
    accepted=OrderId(0),
    line=OrderLineId(0),
    number=OrderNumber(""),
    twin=SellerCloudOrderId(0),
    listing=ListingId(""),
    listing_number=0,
    sku=Sku(""),
    view=0,
)
"""For whoever only wants the names of the calls."""


def reads(named: Named) -> dict[str, Act]:
    """Name every read by its call."""
    return {
        "bm.orders_in_state": lambda on: on.backmarket.orders_in_state(OrderState.TO_SHIP, changed_since=NOW),
        "bm.waiting_orders": lambda on: on.backmarket.waiting_orders(),
        "bm.order": lambda on: on.backmarket.order(named.order),
        "bm.listings": lambda on: list(islice(_shelf(on).listings("en-us"), MOST_PAGES * 50)),
        "bm.page": lambda on: _shelf(on).page(1, "en-us"),
        "bm.each": lambda on: list(_shelf(on).each([named.listing, ListingId(GONE)], "en-us")),
        "bm.deactivated": lambda on: list(_shelf(on).deactivated("en-us")),
        "bm.listing": lambda on: _shelf(on).listing(named.listing, "en-us"),
        "bm.listing_numbered": lambda on: _shelf(on).listing_numbered(named.listing_number, "en-us"),
        "bm.listing_of": lambda on: _shelf(on).listing_of(named.sku, "en-us"),
        "bm.standings": lambda on: BackMarketBackbox(on.backmarket.http).standings(named.listing),
        "bm.survey": lambda on: survey.backmarket(on.backmarket.http, on.clock).rows("/ws/orders"),
        "sc.login": lambda on: on.sellercloud.check_login(),
        "sc.orders_by_number": lambda on: on.sellercloud.orders_by_number([named.number, OrderNumber("404")]),
        "sc.order": lambda on: on.sellercloud.order(named.twin),
        "sc.company_orders_readable": lambda on: on.sellercloud.company_orders_readable(),
        "sc.company_orders": lambda on: on.sellercloud.company_orders(
            6, OrderStatus.IN_PROCESS, shipping=ShippingStatus.UNSHIPPED, updated_since=NOW
        ),
        "sc.products": lambda on: on.sellercloud.products([named.sku, Sku("KIT")]),
        "sc.product_by_keyword": lambda on: on.sellercloud.products([Sku("A,B")]),
        "sc.serials": lambda on: on.sellercloud.serials(named.twin),
        "sc.stock": lambda on: list(_stock(on).rows([named.sku, Sku("GONE")])),
        "sc.warehouses": lambda on: _stock(on).units_in_warehouses(named.sku),
        "sc.catalogue": lambda on: list(islice(_catalogue(on).of_company(), MOST_PAGES)),
        "sc.view": lambda on: list(islice(_catalogue(on).of_view(named.view), MOST_PAGES)),
        "sc.parts_of_kits": lambda on: _catalogue(on).parts_of_kits(),
        "sc.edited": lambda on: _changes(on).changed(Feed.EDITED, NOW, [COMPANY], most=900),
        "sc.counted": lambda on: _changes(on).changed(Feed.COUNTED, NOW, [COMPANY], most=900),
        "sc.survey": lambda on: survey.sellercloud(on.sellercloud.http, on.clock).rows("/api/Orders"),
    }


def writes(named: Named) -> dict[str, Act]:
    """Name every write by its call; recorded after the reads, for they change the shop."""
    order = builders.an_order(lines=[builders.a_line(named.sku)])
    draft = drafts.draft_of(order, builders.settings())
    price = MarketPrice("en-us", "USD", Decimal("310.00"), Decimal("319.00"))
    limits = PriceLimits(Decimal("329.00"), Decimal("289.00"), None)
    row = NewListing(Sku("NEW"), "761585", Grade.GOOD, 12, (price,), name="Phone")
    parcel = Parcel("1Z999", "UPS", None, NOW)
    return {
        "bm.accept_line": lambda on: on.backmarket.accept_line(named.order, named.sku),
        "bm.cancel_line": lambda on: on.backmarket.cancel_line(named.other, named.other_sku, message="sorry"),
        "bm.refund_line": lambda on: on.backmarket.refund_line(named.order, named.sku),
        "bm.register_serial": lambda on: on.backmarket.register_serial(named.line, UnitSerial("S-2")),
        "bm.ship_order": lambda on: on.backmarket.ship_order(named.accepted, parcel),
        "bm.update_listing": lambda on: _shelf(on).update_listing(named.listing, "en-us", quantity=3, price=price),
        "bm.open_market": lambda on: _shelf(on).open_market(named.listing, price, warranty_months=12),
        "bm.set_price": lambda on: BackMarketPrices(_shelf(on), builders.settings().markets).set_price(
            named.listing, price, limits
        ),
        "bm.submit": lambda on: BackMarketBatches(on.backmarket.http).submit([row], "en-us"),
        "sc.create_order": lambda on: on.sellercloud.create_order(draft),
        "sc.receive_payment": lambda on: on.sellercloud.receive_payment(named.twin, Decimal("1.00"), reference="1"),
        "sc.cancel_order": lambda on: on.sellercloud.cancel_order(named.twin),
        "sc.mark_channel_notified": lambda on: on.sellercloud.mark_channel_notified(named.twin),
    }


def looks_back(task: int) -> dict[str, Act]:
    """Name what can only be asked after a write."""
    return {"bm.task": lambda on: BackMarketBatches(on.backmarket.http).task(task)}


def _shelf(on: Clients) -> BackMarketListings:
    return BackMarketListings(on.backmarket.http)


def _changes(on: Clients) -> SellerCloudChanges:
    return SellerCloudChanges(on.sellercloud, columns=COLUMNS)


def _stock(on: Clients) -> SellerCloudStock:
    return SellerCloudStock(on.sellercloud, columns=COLUMNS)


def _catalogue(on: Clients) -> SellerCloudCatalogue:
    return SellerCloudCatalogue(on.sellercloud, builders.settings().sellercloud, columns=COLUMNS)


@dataclass(frozen=True)
class Tape:
    """One call with everything the sandbox answered to it."""

    act: Act
    answers: Mapping[Key, Answer]
    is_write: bool


@cache
def tapes() -> Mapping[str, Tape]:
    """Ask a sandbox everything once."""
    world = World(SandboxClock(), shop="us")
    world.tenant.password, world.account.token = PASSWORD, TOKEN
    with start(world) as running, tempfile.TemporaryDirectory() as folder:
        named = _names(world)
        made = dict(_recorded(reads(named), running.url, Path(folder), is_write=False))
        made |= dict(_recorded(writes(named), running.url, Path(folder), is_write=True))
        world.clock.advance(3600)
        after = looks_back(next(iter(world.account.tasks)))
        return made | dict(_recorded(after, running.url, Path(folder), is_write=False))


def _names(world: World) -> Named:
    order, other, *_ = (order for order in world.account.orders.values() if order.state == 1)
    sku = order.lines[0].sku
    accepted = world.account.place_order([("AW7-45-MID-A", 1)], state=3)
    lines = [(sku, 1, Decimal(100))]
    twin = world.tenant.add_order(str(accepted), COMPANY, lines=lines, paid=True, currency="USD")
    listing = world.account.skus[sku.casefold()]
    return Named(
        OrderId(order.order_id),
        OrderId(other.order_id),
        Sku(other.lines[0].sku),
        OrderId(accepted),
        OrderLineId(world.account.orders[accepted].lines[0].id),
        OrderNumber(str(accepted)),
        SellerCloudOrderId(twin),
        ListingId(listing.id),
        listing.listing_id,
        Sku(sku),
        next(iter(world.tenant.catalogue.views)),
    )


def _recorded(calls: Mapping[str, Act], url: str, folder: Path, *, is_write: bool) -> Iterator[tuple[str, Tape]]:
    for name, act in calls.items():
        recording, room = Recording(), folder / name
        room.mkdir()
        with clients(url, room, password=PASSWORD, token=TOKEN, adapter=recording) as on:
            act(on)
        yield name, Tape(act, recording.answers, is_write)


def target(name: str, share: int) -> Target:
    """Give the target of one call."""
    return Target(f"answer of {name}", share, lambda dice: _feed(name, dice))


def _feed(name: str, dice: Random) -> str:
    tape = tapes()[name]
    place = dice.choice([key for key in sorted(tape.answers) if key != TOKEN_CALL] or [TOKEN_CALL])
    canned = Canned(tape.answers, tape.answers[place].spoilt(dice), place)
    server = loopback()
    server.canned = canned
    with (
        tempfile.TemporaryDirectory(dir=room()) as folder,
        clients(server.url, Path(folder), password=PASSWORD, token=TOKEN) as on,
    ):
        made = made_of(lambda: tape.act(on), silent=SECRETS)
    _sent_as_it_should_be(tape, canned, made)
    return made


def _sent_as_it_should_be(tape: Tape, canned: Canned, made: str) -> None:
    """A read changes nothing; a write is sent once, unless the platform says that it did nothing."""
    sent = [method for method, path in canned.sent if method in WRITES and (method, path) != TOKEN_CALL]
    if not tape.is_write and sent:
        raise Broken(f"a read sent {sent}")
    spoilt = canned.spoilt
    letters = spoilt.body.replace(b"\0", b"")
    throttles = any(words in letters for words in (b"RateLimitResetTime", b"E008", b"Too many requests"))
    nothing_done = spoilt.status in (401, 429) or (400 <= spoilt.status < 500 and throttles)
    if len(sent) > 1 and not nothing_done:
        raise Broken(f"a write was sent {len(sent)} times, made of it: {made}")


def targets() -> list[Target]:
    """Give a target for each call."""
    names = (*reads(NOBODY), *writes(NOBODY), *looks_back(0))
    return [target(name, 3) for name in names]
