"""A month in a small shop: buyers, colleagues, rivals and mishaps, and every run of bmsc, each noted as it happens."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from price_shop import priced, rival
from shops import Shop
from typer.testing import CliRunner
from werkzeug.wrappers import Request, Response

from bmsc.cli import app
from bmsc.sandbox.log import is_mutating
from bmsc.sandbox.onlooker import Onlooker

FIRST = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
DAYS = 33
"""Three days more than the page looks back on: what was before must not be counted, and still be known."""
SKUS = ("PHONE-A", "PHONE-B", "PHONE-C", "PHONE-D", "PHONE-E")
DEFAULT, MINIMUM = Decimal("319.00"), Decimal("280.00")
NO_MINIMUM = "PHONE-E"
EVERY_FIVE_MINUTES = ("orders pull", "tracking push", "cancel sync")
REPRICE = "\n[reprice]\nenabled = true\n"
CANCEL_THERE = '\n[cancel]\nfrom_backmarket = "cancel"\n'
WRITE_SECONDS = 2
MISSING = "SOLD-BUT-UNKNOWN"


@dataclass(frozen=True)
class Run:
    """One start of a command, as cron and the platforms saw it."""

    command: str
    began: datetime
    ended: datetime
    exit_code: int
    seconds: float
    first_request: int
    last_request: int
    dry: bool = False
    narrowed: bool = False
    locked_out: bool = False


@dataclass(frozen=True)
class Write:
    """Something that a platform changed at somebody's request."""

    at: datetime
    method: str
    path: str
    body: Any
    quantity: int = 0
    """What Back Market showed of the listing before."""


@dataclass(frozen=True)
class RivalPrice:
    """From a moment on another seller asks so much for a SKU's product; None when he has left."""

    at: datetime
    sku: str
    price: Decimal | None


@dataclass(frozen=True)
class Mishap:
    """Something that a person must hear of, from `at` until `mended`, by the runs of one command."""

    command: str
    kind: str
    subject: str
    reason: str
    at: datetime
    mended: datetime | None = None
    released: bool = False
    passing: bool = False


@dataclass
class Events:
    """Everything that happened, besides what the platforms' own books show."""

    runs: list[Run] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    rivals: list[RivalPrice] = field(default_factory=list)
    mishaps: list[Mishap] = field(default_factory=list)
    cancelled: dict[str, dict[int, datetime]] = field(default_factory=dict)
    adopted: list[int] = field(default_factory=list)
    by_hand: list[int] = field(default_factory=list)
    never_met: list[int] = field(default_factory=list)


class Clerk(Onlooker):
    """Keeps every write that a platform took, with its moment: the first answer of a run takes its time, a write some
    seconds, all else none.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.writes: list[Write] = []
        self.seconds = 0.0
        self._before = 0
        self.at_a_write: Callable[[], object] | None = None

    def sees(self, request: Request) -> None:
        writes = is_mutating(request.method, request.path)
        self._shop.advance(self.seconds or (WRITE_SECONDS if writes else 0))
        self.seconds = 0.0
        if writes:
            listing = self._shop.world.account.listing(request.path.rpartition("/")[2])
            self._before = listing.quantity if listing else 0

    def saw(self, request: Request, response: Response) -> None:
        if not is_mutating(request.method, request.path):
            return
        if response.status_code < 400:
            now = self._shop.world.clock.now()
            self.writes.append(Write(now, request.method, request.path, request.get_json(), self._before))
        if self.at_a_write:
            happen, self.at_a_write = self.at_a_write, None
            happen()


class Month:
    """Plays it; `rounds` are the hours of a day at which cron comes by, `orders` the most that come between."""

    def __init__(self, shop: Shop, *, rounds: tuple[int, ...] = (9, 18), orders: int = 2) -> None:
        self.shop = shop
        self.events = Events()
        self._rounds = rounds
        self._orders = orders
        self._dice = Random("a month")
        self._clerk = Clerk(shop)
        self.events.writes = self._clerk.writes
        shop.world.onlooker = self._clerk
        self._to_ship: list[tuple[datetime, int]] = []
        self._more = ""
        self._unknown = self._regretted = self._refunded = 0
        self._token = self._unsure = ""

    @property
    def now(self) -> datetime:
        return self.shop.world.clock.now()

    def play(self) -> Events:
        """Play it all."""
        self.shop.world.clock.set(FIRST)
        self.shop.switch("backmarket", competitors_per_second=0, edge_requests_per_10s=0, sensitive_requests_per_10s=0)
        self._configure(REPRICE)
        self._furnish()
        for day in range(DAYS):
            for number, hour in enumerate(self._rounds):
                self.shop.world.clock.set(FIRST + timedelta(days=day, hours=hour))
                self._round(day, number)
        return self.events

    def _furnish(self) -> None:
        for sku in SKUS:
            minimum = None if sku == NO_MINIMUM else str(MINIMUM)
            priced(self.shop, sku, minimum=minimum)
            rival(self.shop, sku, "330.00")
            self.events.rivals.append(RivalPrice(self.now, sku, Decimal("330.00")))
            with self.shop.world.lock:
                self.shop.world.tenant.set_physical(sku, 4000)

    def _round(self, day: int, number: int) -> None:
        self._buyers()
        self._warehouse()
        if number == 0:
            self._rivals()
        self._of_the_day(day, number)
        for command in EVERY_FIVE_MINUTES:
            self.run(command)
        if number == 0:
            self.run("listings sync")
        self.run("reprice")

    # -- people ------------------------------------------------------------------------------------------------------

    def place(self, sku: str = "", quantity: int = 1, *, minutes_ago: int = 0, **wishes: Any) -> int:
        """Let a buyer order."""
        sku = sku or self._dice.choice(SKUS)
        created = (self.now - timedelta(minutes=minutes_ago, seconds=62)).replace(microsecond=0)
        with self.shop.world.lock:
            return self.shop.world.account.place_order([(sku, quantity)], created=created, **wishes)

    def _buyers(self) -> None:
        for _ in range(self._dice.randint(0, self._orders)):
            order_id = self.place(quantity=self._dice.choice((1, 1, 2)), minutes_ago=self._dice.randrange(1, 360))
            self._to_ship.append((self.now + timedelta(hours=self._dice.randrange(4, 70)), order_id))

    def _warehouse(self) -> None:
        for due, order_id in list(self._to_ship):
            if due <= self.now and self.shop.twins(order_id):
                with self.shop.world.lock:
                    self.shop.world.actors.warehouse.ship(str(order_id), tracking=f"1Z999AA1{order_id:010d}")
                self._to_ship.remove((due, order_id))

    def _rivals(self) -> None:
        gone = {one.sku for one in self.events.rivals if one.price is None}
        for sku in SKUS:
            if self._dice.random() < 0.4 and sku not in gone:
                price = Decimal(self._dice.randrange(27_000, 33_500)) / 100
                with self.shop.world.lock:
                    self.shop.world.actors.rivals.set_price(sku, str(price))
                self.events.rivals.append(RivalPrice(self.now, sku, price))

    # -- runs --------------------------------------------------------------------------------------------------------

    def run(self, command: str, *words: str, seconds: float | None = None, **facts: bool) -> Run:
        """Let cron start a command; its first answer takes some seconds, all others none."""
        began, first = self.now, self.shop.world.log.total
        took = self._clerk.seconds = self._dice.randrange(1, 20) if seconds is None else seconds
        where = ("--config", str(self.shop.config), "--state-dir", str(self.shop.state_dir))
        done = CliRunner().invoke(app, [*command.split(), "--quiet", *words, *where])
        self._clerk.seconds = 0.0
        last = self.shop.world.log.total
        run = Run(command, began, self.now, done.exit_code, took, first + 1, last, **facts)
        assert done.exit_code != 1, done.output
        self.events.runs.append(run)
        self.shop.advance(5)
        return run

    @contextmanager
    def _alive(self, command: str) -> Iterator[None]:
        """Let another run of a command be alive."""
        folder = self.shop.state_dir / "locks"
        with (folder / f"{command.replace(' ', '-')}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # -- mishaps -----------------------------------------------------------------------------------------------------

    def _of_the_day(self, day: int, number: int) -> None:
        happen = getattr(self, f"_day_{day}_{number}", None)
        if happen:
            happen()

    def _configure(self, more: str) -> None:
        self._more += more
        self.shop.configure(self._more)
        one_at_a_time = self.shop.config.read_text()
        for name in ("username", "user_agent"):
            one_at_a_time = one_at_a_time.replace(f"\n{name} =", f"\nconcurrency = 1\n{name} =")
        self.shop.config.write_text(one_at_a_time)

    def _act(self, actor: str, action: str, **args: Any) -> None:
        self.shop.world.act(actor, action, args)

    def _cancelled(self, cause: str, order_id: int) -> None:
        self.events.cancelled.setdefault(cause, {})[order_id] = self.now

    def _held(self, command: str, subject: str, reason: str, *, kind: str = "hold") -> None:
        self.events.mishaps.append(Mishap(command, kind, subject, reason, self.now))

    def _mended(self, subject: str, *, released: bool = False) -> None:
        """Note that what was wrong with a subject no longer is."""
        for number, one in enumerate(self.events.mishaps):
            if one.subject == subject and one.mended is None:
                self.events.mishaps[number] = replace(one, mended=self.now, released=released)

    def _day_2_0(self) -> None:
        self._unknown = self.place(MISSING)
        self._held("orders pull", f"order:{self._unknown}", "unknown_sku")

    def _day_4_0(self) -> None:
        order_id = self.place(minutes_ago=90)
        self._act("other_tool", "copies_order", order_id=order_id)
        self.events.adopted.append(order_id)
        self._to_ship.append((self.now + timedelta(hours=30), order_id))

    def _day_5_1(self) -> None:
        with self.shop.world.lock:
            self.shop.world.tenant.add_product(MISSING, company_id=163, name="Found again", quantity=9)
        self._mended(f"order:{self._unknown}")
        self._to_ship.append((self.now + timedelta(hours=20), self._unknown))

    def _day_6_0(self) -> None:
        order_id = self.place(minutes_ago=30)
        self._act("other_tool", "copies_order", order_id=order_id)
        self._act("warehouse", "cancel", number=str(order_id))
        self._cancelled("sellercloud_before_acceptance", order_id)

    def _day_7_0(self) -> None:
        self._regretted = self.place("PHONE-B")

    def _day_7_1(self) -> None:
        self._act("warehouse", "cancel", number=str(self._regretted))
        self._cancelled("sellercloud_after_acceptance", self._regretted)

    def _day_8_0(self) -> None:
        order_id = self.place("PHONE-C", minutes_ago=20)
        self._act("buyer", "cancel", order_id=order_id)
        self.events.never_met.append(order_id)

    def _day_9_0(self) -> None:
        self._refunded = self.place("PHONE-A")

    def _day_9_1(self) -> None:
        self._act("backmarket", "refund", order_id=self._refunded)
        self._cancelled("backmarket_told", self._refunded)
        self._held("cancel sync", f"order:{self._refunded}", "cancelled_on_backmarket", kind="alert")

    def _day_10_0(self) -> None:
        self.place("PHONE-A")
        self._held("orders pull", "run", "unavailable", kind="alert")
        self.shop.world.faults.add("status_before", platform="sellercloud", times=None, args={"status": 503})

    def _day_10_1(self) -> None:
        self.shop.world.faults.rules.clear()
        self._mended("run")

    def _day_12_0(self) -> None:
        self.place("PHONE-B")
        self._held("orders pull", "run", "credentials", kind="alert")
        self._token = self.shop.world.account.token
        self._act("backmarket", "hand_back_token", token="another")

    def _day_12_1(self) -> None:
        self._act("backmarket", "hand_back_token", token=self._token)
        self._mended("run")

    def _day_13_0(self) -> None:
        self._configure(CANCEL_THERE)
        self._cancelled("backmarket_undone", self._refunded)
        self._mended(f"order:{self._refunded}")

    def _day_14_0(self) -> None:
        for command in ("orders pull", "orders pull", "reprice"):
            with self._alive(command):
                self.run(command, locked_out=True, seconds=0)

    def _day_15_0(self) -> None:
        self.run("orders pull", seconds=95)
        self.run("reprice", seconds=180)

    def _day_16_0(self) -> None:
        for sku in SKUS:
            self._act("merchant", "set_column", sku=sku, column="BACKMARKET_ENABLED_US", value=False)
        self._held("listings sync", "run", "guard:zeroed", kind="alert")
        self.run("listings sync")
        for sku in SKUS:
            self._act("merchant", "set_column", sku=sku, column="BACKMARKET_ENABLED_US", value=True)
        self._mended("run")

    def _day_17_0(self) -> None:
        self.place("PHONE-D")
        self.place("PHONE-D")
        self._clerk.at_a_write = lambda: os.kill(os.getpid(), signal.SIGTERM)

    def _day_20_0(self) -> None:
        order_id = self.place("PHONE-E")
        cancels = {"actor": "buyer", "action": "cancel", "args": {"order_id": order_id}}
        self.shop.world.faults.add("act_after", method="POST", path="/api/orders$", args=cancels)
        self._cancelled("buyer_before_acceptance", order_id)

    def _day_21_0(self) -> None:
        order_id = self.place("PHONE-E")
        self.shop.world.faults.add("cut_after", method="POST", path="/api/orders$")
        self._unsure = f"order:{order_id}"
        self._held("orders pull", self._unsure, "outcome_unknown")

    def _day_21_1(self) -> None:
        self._mended(self._unsure)

    def _day_22_0(self) -> None:
        self._unknown = self.place("NEVER-HEARD-OF")
        self._held("orders pull", f"order:{self._unknown}", "unknown_sku")

    def _day_24_0(self) -> None:
        self.run("orders pull", "--dry-run", dry=True)
        self.run("reprice", "--sku", "PHONE-A", narrowed=True)

    def _day_25_0(self) -> None:
        where = ("--state-dir", str(self.shop.state_dir))
        done = CliRunner().invoke(app, ["holds", "release", str(self._unknown), *where])
        assert done.exit_code == 0, done.output
        self._mended(f"order:{self._unknown}", released=True)
        self._held("orders pull", f"order:{self._unknown}", "unknown_sku")

    def _day_26_0(self) -> None:
        order_id = self.place("PHONE-A", minutes_ago=200)
        self._act("merchant", "move_order", order_id=order_id, new_state=2, sku="PHONE-A")
        self.events.by_hand.append(order_id)
        self._held("tracking push", f"order:{order_id}", "not_in_sellercloud")

    def _day_28_0(self) -> None:
        for sku in SKUS[:2]:
            self._act("rivals", "leave", sku=sku)
            self.events.rivals.append(RivalPrice(self.now, sku, None))
