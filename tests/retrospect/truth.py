"""What a month came to, reckoned from what happened alone: never from a journal, never with the code under test."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from retrospect.month import DEFAULT, MINIMUM, NO_MINIMUM, SKUS, Events, Mishap, Run
from shops import Shop

from bmsc.sandbox.backmarket.orders import Order

DAY = timedelta(days=1)
WINDOW_DAYS = 30
LISTING_HOUR = timedelta(seconds=3660)
"""The program keeps listing lines for an hour and the minute that they may be on their way."""
LIMITS = {"listing_lines": 1900, "sellercloud": 10_800, "backmarket": 150 * 360}
COMMANDS = ("orders pull", "tracking push", "cancel sync", "listings sync", "listings create", "reprice")
ENDINGS = {0: "done", 14: "guard", 130: "interrupted"}
NOTHING_WAS_READ = (11, 12, 13)
SPANS = (
    ("paid_to_sellercloud", "paid", "created"),
    ("sellercloud_to_accepted", "created", "accepted"),
    ("accepted_to_tracking", "accepted", "shipped"),
    ("paid_to_tracking", "paid", "shipped"),
)
Figures = dict[str, Any]


def lengths(seconds: Iterable[float]) -> Figures:
    ordered = sorted(seconds)
    if not ordered:
        return {"count": 0, "median": None, "p95": None, "longest": None}
    rank = -(-len(ordered) * 95 // 100)
    return {"count": len(ordered), "median": median(ordered), "p95": ordered[rank - 1], "longest": ordered[-1]}


@dataclass
class Road:
    """What happened to one order."""

    order: Order
    paid: datetime
    created: datetime | None = None
    accepted: datetime | None = None
    shipped: datetime | None = None
    ended: datetime | None = None

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.order.lines)


@dataclass(frozen=True)
class Finding:
    """How a price stood when a repricing looked at it, and what it made of it."""

    at: datetime
    sku: str
    contest: str
    reason: str
    price: Decimal
    buybox: Decimal | None
    minimum: Decimal | None
    written: bool
    before: Decimal
    told: bool


class Truth:
    """The month as it was, seen from `now`."""

    def __init__(self, shop: Shop, events: Events, now: datetime) -> None:
        self.shop, self.events, self.now = shop, events, now
        self.start = now.replace(hour=0, minute=0, second=0, microsecond=0) - (WINDOW_DAYS - 1) * DAY
        self.days = [(self.start + number * DAY).date() for number in range(WINDOW_DAYS)]
        self.live = [run for run in events.runs if not run.dry and not run.locked_out]
        self.roads = self._roads()
        self.paid = {number: road for number, road in self.roads.items() if self.within(road.paid)}
        self.findings = self._findings()

    def within(self, moment: datetime) -> bool:
        return self.start <= moment <= self.now

    def figures(self) -> Figures:
        """Give everything that --json tells, save how many lines were read."""
        return {
            "schema_version": 1,
            "made_at": text(self.now),
            "from": text(self.start),
            "until": text(self.now + timedelta(seconds=1)),
            "skus": [],
            "orders": self.orders(),
            "facts": self.facts(),
            "cancellations": self.cancellations(),
            "prices": self.prices(),
            "buybox": self.buybox(),
            "money": self.money(),
            "budgets": self.budgets(),
            "runs": self.runs(),
        }

    # -- orders ------------------------------------------------------------------------------------------------------

    def _roads(self) -> dict[int, Road]:
        strangers = {*self.events.never_met, *self.events.by_hand}
        orders = self.shop.world.account.orders
        roads = {
            number: Road(order, order.paid)
            for number, order in orders.items()
            if order.paid and number not in strangers
        }
        for write in self.events.writes:
            if write.path.endswith("/Orders"):
                roads[int(write.body["OrderDetails"]["OrderSourceOrderID"])].created = write.at
            elif write.path.endswith("/StatusCode"):
                for there in write.body["Orders"]:
                    roads[int(self.shop.world.tenant.orders[there].number)].ended = write.at
            elif "/ws/orders/" in write.path:
                road = roads[write.body["order_id"]]
                name = {2: "accepted", 3: "shipped"}.get(write.body["new_state"], "ended")
                setattr(road, name, write.at)
        return roads

    def orders(self) -> Figures:
        roads = self.paid
        days = Counter(road.paid.date() for road in roads.values())
        units: Counter[date] = Counter()
        for road in roads.values():
            units[road.paid.date()] += road.units
        waiting = [(number, road) for number, road in roads.items() if not road.shipped and not road.ended]
        where = Counter(self._place(number, road) for number, road in waiting)
        return {
            "days": [{"day": str(day), "orders": days[day], "units": units[day]} for day in self.days],
            "spans": [self._span(*span) for span in SPANS],
            "orders": len(roads),
            "units": sum(units.values()),
            "adopted": sum(number in roads for number in self.events.adopted),
            "cancelled": sum(bool(road.ended and not road.shipped) for road in roads.values()),
            "on_their_way": dict(where),
            "unmet": 0,
        }

    def _place(self, number: int, road: Road) -> str:
        if road.accepted:
            return "accepted"
        return "in_sellercloud" if road.created or number in self.events.adopted else "paid"

    def _span(self, name: str, begin: str, end: str) -> Figures:
        took: dict[int, float] = {}
        for number, road in self.paid.items():
            began, ended = getattr(road, begin), getattr(road, end)
            if began and ended:
                took[number] = (ended - began).total_seconds()
        by_day: dict[date, list[float]] = defaultdict(list)
        for number, seconds in took.items():
            by_day[self.paid[number].paid.date()].append(seconds)
        worst = sorted(took, key=lambda number: (-took[number], number))[:3]
        return {
            "name": name,
            "all": lengths(took.values()),
            "days": [{"day": str(day), "took": lengths(by_day[day])} for day in sorted(by_day)],
            "worst": [{"order_id": number, "seconds": took[number]} for number in worst],
        }

    # -- what a person heard of --------------------------------------------------------------------------------------

    def _looks(self, command: str) -> list[Run]:
        return [
            run
            for run in self.live
            if run.command == command and not run.narrowed and run.exit_code not in NOTHING_WAS_READ
        ]

    def _begun(self, one: Mishap) -> datetime:
        runs = [run for run in self.live if run.command == one.command and not run.narrowed]
        return next(run.ended for run in runs if run.began >= one.at)

    def _ended(self, one: Mishap) -> datetime | None:
        if one.mended is None or one.released:
            return one.mended
        return next((run.ended for run in self._looks(one.command) if run.began >= one.mended), None)

    def facts(self) -> Figures:
        known = [(one, self._begun(one), self._ended(one)) for one in self.events.mishaps]
        known = [(one, begun, ended) for one, begun, ended in known if not ended or ended >= self.start]
        reasons: dict[tuple[str, str], list[tuple[Mishap, datetime, datetime | None]]] = defaultdict(list)
        for one, begun, ended in known:
            reasons[one.kind, one.reason].append((one, begun, ended))
        told = [self._reason(*key, some) for key, some in reasons.items()]
        told.sort(key=lambda one: (one["kind"] == "alert", -one["begun"], one["reason"]))
        return {"days": [self._day_of_facts(day, known) for day in self.days], "reasons": told}

    def _reason(self, kind: str, reason: str, some: Sequence[tuple[Mishap, datetime, datetime | None]]) -> Figures:
        over = [((ended - begun).total_seconds(), one.subject) for one, begun, ended in some if ended]
        return {
            "kind": kind,
            "reason": reason,
            "begun": sum(self.within(begun) for _, begun, _ in some),
            "standing": sum(ended is None for _, _, ended in some),
            "lasted": lengths(seconds for seconds, _ in over),
            "longest": max(over, default=(0.0, ""))[1],
        }

    @staticmethod
    def _day_of_facts(day: date, known: Sequence[tuple[Mishap, datetime, datetime | None]]) -> Figures:
        holds = [
            (one, begun.date(), ended.date() if ended else date.max)
            for one, begun, ended in known
            if one.kind == "hold"
        ]
        begun = Counter(one.reason for one, first, _ in holds if first == day)
        return {"day": str(day), "begun": dict(begun), "standing": sum(first <= day < last for _, first, last in holds)}

    def cancellations(self) -> Figures:
        causes = self.events.cancelled
        days = {day: dict.fromkeys(causes, 0) for day in self.days}
        for name, orders in causes.items():
            for at in orders.values():
                days[at.date()][name] += 1
        order = (
            "sellercloud_before_acceptance",
            "sellercloud_after_acceptance",
            "buyer_before_acceptance",
            "backmarket_undone",
            "backmarket_told",
        )
        return {
            "days": [{"day": str(day), "orders": {n: c for n, c in days[day].items() if c}} for day in self.days],
            "causes": [{"name": name, "orders": list(causes[name])} for name in order if name in causes],
        }

    # -- prices ------------------------------------------------------------------------------------------------------

    def _good(self) -> list[Run]:
        return [run for run in self.live if run.command == "reprice" and run.exit_code == 0]

    def _findings(self) -> list[Finding]:
        """Play the market again: who wins at which price, and what a merchant's bounds make of it."""
        prices = dict.fromkeys(SKUS, DEFAULT)
        noted: dict[str, tuple[object, ...]] = {}
        found: list[Finding] = []
        for run in self._good():
            moment = run.began + timedelta(seconds=run.seconds)
            here = [sku for sku in SKUS if not run.narrowed or sku == "PHONE-A"]
            wished = {sku: judged(sku, prices[sku], self._rival(sku, moment)) for sku in here}
            for sku in here:
                contest, buybox, wish, reason = wished[sku]
                price = prices[sku]
                minimum = None if sku == NO_MINIMUM else MINIMUM
                written = next((at for at, what, new in self._price_writes(run) if what == sku), None)
                assert (written is not None) == (wish != price), (run, sku, wish, price)
                stands = (contest, reason, price, buybox)
                told = written is not None or stands != noted.get(sku)
                noted[sku] = stands
                prices[sku] = wish
                at = written or run.ended
                found.append(Finding(at, sku, contest, reason, wish, buybox, minimum, bool(written), price, told))
        return found

    def _rival(self, sku: str, moment: datetime) -> Decimal | None:
        return [one.price for one in self.events.rivals if one.sku == sku and one.at <= moment][-1]

    def _price_writes(self, run: Run) -> list[tuple[datetime, str, Decimal]]:
        account = self.shop.world.account
        return [
            (write.at, account.listing(write.path.rpartition("/")[2]).sku, Decimal(write.body["price"]))
            for write in self.events.writes
            if run.began <= write.at <= run.ended and "/ws/listings/" in write.path and "price" in write.body
        ]

    def sold(self) -> Counter[str]:
        lines = [line for road in self.paid.values() for line in road.order.lines]
        return Counter({sku: sum(line.quantity for line in lines if line.sku == sku) for sku in SKUS})

    def prices(self) -> Figures:
        within = [one for one in self.findings if self.within(one.at)]
        writes = Counter(one.sku for one in within if one.written)
        sold = self.sold()
        shown = sorted((sku for sku in SKUS if sold[sku] or writes[sku]), key=lambda s: (-sold[s], -writes[s], s))
        return {
            "shown": [self._history(sku, writes[sku], sold[sku]) for sku in shown],
            "listings": len(SKUS),
            "moved": len(writes),
            "writes": writes.total(),
            "up": sum(one.written and one.price > one.before for one in within),
            "down": sum(one.written and one.price < one.before for one in within),
        }

    def _history(self, sku: str, writes: int, units: int) -> Figures:
        told = [one for one in self.findings if one.sku == sku and one.told]
        before = [one for one in told if one.at < self.start][-1:]
        points = [*before, *(one for one in told if self.within(one.at))]
        currency = "USD" if any(one.sku == sku and one.written for one in self.findings) else ""
        return {
            "sku": sku,
            "locale": "en-us",
            "currency": currency,
            "points": [point(one) for one in points],
            "writes": writes,
            "units": units,
        }

    def buybox(self) -> Figures:
        by_run = [(run, [one for one in self.findings if run.began <= one.at <= run.ended]) for run in self._good()]
        whole = [(run, found) for run, found in by_run if self.within(run.ended) and not run.narrowed]
        asked = {run.ended: len([one for one in found if one.sku != NO_MINIMUM]) for run, found in whole}
        held = {run.ended: 100 * contests(found)["winning"] / asked[run.ended] for run, found in whole}
        ages = {run.ended: (run.ended - run.began).total_seconds() - run.seconds for run, _ in whole}
        last, found = whole[-1]
        return {
            "days": [self._day_of_buybox(day, held, ages) for day in sorted({at.date() for at in held})],
            "winning": contests(found)["winning"],
            "competing": asked[last.ended],
            "worth_asking": len(SKUS) - 1,
            "never_checked": 0,
            "asked": sum(asked.values()),
            "answered": self._questions(),
            "held": fmean(held.values()),
            "coverage": 100.0,
            "oldest_seconds": ages[last.ended],
            "median_seconds": ages[last.ended],
        }

    def _questions(self) -> int:
        whole = [run for run in self._good() if self.within(run.ended) and not run.narrowed]
        return sum(
            entry.status == 200 for run in whole for entry in self._requests(run) if "/competitors/" in entry.path
        )

    @staticmethod
    def _day_of_buybox(day: date, held: Mapping[datetime, float], ages: Mapping[datetime, float]) -> Figures:
        some = [at for at in held if at.date() == day]
        oldest = max(ages[at] for at in some)
        return {
            "day": str(day),
            "runs": len(some),
            "held": fmean(held[at] for at in some),
            "coverage": 100.0,
            "oldest_seconds": oldest,
        }

    # -- money -------------------------------------------------------------------------------------------------------

    def money(self) -> list[Figures]:
        sums: Counter[str] = Counter()
        amounts = dict.fromkeys(("revenue", "below_default", "above_minimum"), Decimal(0))
        for road in self.paid.values():
            for line in road.order.lines:
                sums["units"] += line.quantity
                amounts["revenue"] += line.price
                known = [one for one in self.findings if one.sku == line.sku and one.at <= road.paid and one.told]
                if not known:
                    continue
                sums["units_with_default"] += line.quantity
                below = DEFAULT * line.quantity - line.price
                sums["units_below"] += line.quantity if below > 0 else 0
                amounts["below_default"] += max(below, Decimal(0))
                if line.sku != NO_MINIMUM:
                    sums["units_with_minimum"] += line.quantity
                    amounts["above_minimum"] += line.price - MINIMUM * line.quantity
                sums["units_winning"] += line.quantity * (known[-1].contest == "winning")
                sums["units_not_winning"] += line.quantity * (known[-1].contest == "losing")
        names = ("units_with_default", "units_below", "units_with_minimum", "units_winning", "units_not_winning")
        counts = {name: sums[name] for name in ("units", *names)}
        return [{"currency": "USD", **counts, **{name: str(amount) for name, amount in amounts.items()}}]

    # -- the program itself ------------------------------------------------------------------------------------------

    def _requests(self, run: Run) -> list[Any]:
        return [e for e in self.shop.world.log.entries if run.first_request <= e.sequence <= run.last_request]

    def budgets(self) -> list[Figures]:
        hours: dict[str, Counter[datetime]] = {name: Counter() for name in LIMITS}
        fullest: Counter[str] = Counter()
        for run in self.live:
            if self.within(run.began):
                for entry in self._requests(run):
                    hours[entry.platform][hour(run.began)] += 1
            if self.within(run.ended):
                lines = self._lines_before(run.ended)
                hours["listing_lines"][hour(run.ended)] = max(hours["listing_lines"][hour(run.ended)], lines.total())
                fullest = lines if lines.total() > fullest.total() else fullest
        return [self._budget(name, hours[name], fullest if name == "listing_lines" else None) for name in LIMITS]

    def _lines_before(self, moment: datetime) -> Counter[str]:
        writes = (write for write in self.events.writes if "/ws/listings/" in write.path)
        recent = [write for write in writes if timedelta() <= moment - write.at < LISTING_HOUR]
        return Counter(
            "reprice" if "price" in write.body else "decrease" if write.body["quantity"] < write.quantity else "sync"
            for write in recent
        )

    def _budget(self, name: str, hours: Counter[datetime], by_use: Counter[str] | None) -> Figures:
        peak = max(hours.values(), default=0)
        first = min((one for one in hours if hours[one] == peak), default=None)
        days = [max((hours[one] for one in hours if one.date() == day), default=0) for day in self.days]
        return {
            "name": name,
            "limit": LIMITS[name],
            "peak": peak,
            "peak_at": text(first) if first else None,
            "days": [{"day": str(day), "peak": most} for day, most in zip(self.days, days, strict=True)],
            "total": hours.total() if by_use is None else None,
            "by_use": dict(by_use or {}),
        }

    def runs(self) -> Figures:
        within = [run for run in self.live if self.within(run.ended)]
        locked = Counter(run.command for run in self.events.runs if run.locked_out and self.within(run.ended))
        failed = [run for run in within if run.exit_code not in ENDINGS]
        return {
            "commands": [self._command(name, within, locked[name]) for name in COMMANDS if name != "listings create"],
            "days": [
                {"day": str(day), "failed": dict(Counter(r.command for r in failed if r.ended.date() == day))}
                for day in self.days
            ],
        }

    @staticmethod
    def _command(name: str, within: Sequence[Run], locked_out: int) -> Figures:
        runs = [run for run in within if run.command == name]
        return {
            "command": name,
            "runs": len(runs),
            "endings": dict(Counter(ENDINGS.get(run.exit_code, "failed") for run in runs)),
            "statuses": {str(code): n for code, n in sorted(Counter(run.exit_code for run in runs).items())},
            "took": lengths((run.ended - run.began).total_seconds() for run in runs),
            "locked_out": locked_out,
            "waited_seconds": 0.0,
        }


def judged(sku: str, price: Decimal, rival: Decimal | None) -> tuple[str, Decimal | None, Decimal, str]:
    """Say who wins, at which price one would, which price is to be asked, and why."""
    if sku == NO_MINIMUM:
        return "not_asked", None, DEFAULT, "in_step"
    to_win = price if rival is None else rival - Decimal("0.01")
    if price <= to_win:
        return "winning", price, price, "in_step"
    if to_win < MINIMUM:
        reason, wish = "buybox_below_minimum", DEFAULT
    else:
        reason, wish = "buybox", min(to_win, DEFAULT)
    return "losing", to_win, wish, "in_step" if wish == price else reason


def contests(found: Sequence[Finding]) -> Counter[str]:
    return Counter(one.contest for one in found)


def point(one: Finding) -> Figures:
    return {
        "at": text(one.at),
        "price": f"{one.price:.2f}",
        "buybox": None if one.buybox is None else f"{one.buybox:.2f}",
        "minimum": None if one.minimum is None else f"{one.minimum:.2f}",
        "default": f"{DEFAULT:.2f}",
        "contest": one.contest,
        "reason": one.reason,
        "written": one.written,
    }


def hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def rounded(value: Any) -> Any:
    """Leave of a number with decimals what any way of adding up agrees on."""
    match value:
        case float():
            return round(value, 6)
        case Mapping():
            return {key: rounded(one) for key, one in value.items()}
        case list():
            return [rounded(one) for one in value]
    return value
