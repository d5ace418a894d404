"""Which open questions about Back Market can be settled by reading alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlsplit

from bmsc.clients.survey import Row
from bmsc.clients.wire import text
from bmsc.domain import money
from bmsc.errors import BmscError, NotFound
from bmsc.upkeep.answers import UNSETTLED, Question, kinds, shape
from bmsc.upkeep.readings import Readings

PLATFORM = "Back Market"
_COMPETITORS = 5
_COMPETITORS_SECONDS = 0.6
"""Back Market answers two such questions a second."""
_STATES = ("state_or_province", "stateOrProvince", "state")


def questions(readings: Readings) -> Iterator[Question]:
    """Give every question."""
    ask = _Asker(readings)
    for words, assumed, find in (
        ("a page larger than 50 is", "cut to 50; 50 is what bmsc asks for", ask.oversized),
        ("a page past the end is", "a 404 or an empty list: both end it", ask.past_end),
        ("the order list is", "in any order", ask.order),
        ("the state filter is", "honoured; a list that ignores it is refused", ask.state_filter),
        ("orders in states 0 and 8 are listed", "not relied upon", ask.hidden_states),
        ("address keys are", "snake_case or camelCase", ask.address_keys),
        ("the state of an address is called", "state_or_province, stateOrProvince or state", ask.state_key),
        ("a line's price is", "the total of its units", ask.line_price),
        ("the commission is shown", "yes, as orderline_fee; else 0", lambda: ask.shown("orderline_fee")),
        ("delivery_mode is shown", "not needed", lambda: ask.order_shows("delivery_mode")),
        ("dates carry", "their offset", ask.dates),
        ("max_price arrives as", "number or text", lambda: ask.listing_shapes("max_price")),
        ("deactivated listings are listed by default", "no", ask.deactivated),
        ("an unpriced market shows", "0, null or nothing", ask.unpriced),
        ("the next page is on", "our own host", ask.next_host),
        ("an unknown language gives", "the home market: bmsc always names one", ask.foreign_language),
        ("throttle headers are named", "Retry-After, if any", ask.headers),
        ("buybox data covers", "unknown: 404 means no data", ask.coverage),
        ("a buybox answer names", "the listing asked about; others of ours are left out", ask.siblings),
        ("while winning, price_to_win is", "our own price or higher", ask.winning),
        ("while winning, winner_price is", "not needed", ask.winner),
    ):
        yield Question(PLATFORM, words, assumed, find)


class _Asker:
    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._bm = readings.backmarket
        self._home = {"Accept-Language": readings.settings.markets[0].locale}

    def _orders(self) -> Sequence[Row]:
        return self._readings.market_orders().rows

    def _lines(self) -> Iterator[Row]:
        return (line for order in self._orders() for line in order.get("orderlines") or ())

    def _listings(self) -> Sequence[Row]:
        return self._readings.listings(self._readings.settings.markets[0].locale)[1].rows

    def oversized(self) -> str:
        try:
            got = self._bm.rows("/ws/listings", (("page", "1"), ("page-size", "100")), self._home)
        except BmscError:
            return "refused"
        if got.total <= 50:
            return f"{UNSETTLED}fewer than 51 listings (not refused)"
        return f"answered with {len(got.rows)} rows"

    def past_end(self) -> str:
        try:
            self._bm.rows("/ws/listings", (("page", "9999"), ("page-size", "50")), self._home)
        except NotFound:
            return "a 404"
        return "an empty list"

    def order(self) -> str:
        dates = [text(order.get("date_creation")) for order in self._orders()]
        if len(dates) < 3:
            return f"{UNSETTLED}fewer than three orders"
        if dates == sorted(dates):
            return "oldest first"
        return "newest first" if dates == sorted(dates, reverse=True) else "without order"

    def _state(self, state: int) -> Sequence[Row]:
        return self._bm.rows("/ws/orders", (("state", str(state)), ("page", "1"), ("page-size", "50"))).rows

    def state_filter(self) -> str:
        states = {order.get("state") for order in self._orders()}
        if len(states) < 2:
            return f"{UNSETTLED}all orders are in one state"
        wanted = 3 if 3 in states else 1
        return "honoured" if all(order.get("state") == wanted for order in self._state(wanted)) else "ignored"

    def hidden_states(self) -> str:
        return "yes" if self._state(0) or self._state(8) else "none came"

    def _addresses(self) -> Iterator[Row]:
        return (order["shipping_address"] for order in self._orders() if order.get("shipping_address"))

    def address_keys(self) -> str:
        return kinds(self._addresses(), lambda one: "snake_case" if "first_name" in one else "camelCase")  # type: ignore[operator]

    def state_key(self) -> str:
        keys = [key for one in self._addresses() for key in _STATES if key in one]
        return kinds(keys, str) if keys else "nothing: no address has one"

    def line_price(self) -> str:
        return kinds((order for order in self._orders() if _tells(order)), _priced)  # type: ignore[arg-type]

    def shown(self, key: str) -> str:
        return kinds(self._lines(), lambda line: "yes" if key in line else "no")  # type: ignore[operator]

    def order_shows(self, key: str) -> str:
        return kinds(self._orders(), lambda order: "yes" if key in order else "no")  # type: ignore[operator]

    def dates(self) -> str:
        found = (text(order.get("date_creation")) for order in self._orders())
        return kinds(filter(None, found), lambda value: _offset(str(value)))

    def listing_shapes(self, key: str) -> str:
        return kinds((row[key] for row in self._listings() if row.get(key) is not None), shape)

    def deactivated(self) -> str:
        return kinds(self._listings(), lambda row: "yes" if row.get("publication_state") == 4 else "none came")  # type: ignore[attr-defined]

    def unpriced(self) -> str:
        prices = [row.get("price") for row in self._listings() if not money.parse(row.get("price"))]
        return kinds(prices, lambda value: "0" if value not in (None, "") else shape(value))

    def next_host(self) -> str:
        following = self._bm.get("/ws/listings", (("page", "1"), ("page-size", "1")), self._home).get("next")
        if not following:
            return f"{UNSETTLED}there is no next page"
        ours = urlsplit(self._readings.settings.backmarket.base_url).netloc
        return "our own host" if urlsplit(text(following)).netloc == ours else "another host"

    def foreign_language(self) -> str:
        try:
            self._bm.rows("/ws/listings", (("page", "1"), ("page-size", "1")), {"Accept-Language": "xx-xx"})
        except BmscError:
            return "a refusal"
        return "the home market"

    def headers(self) -> str:
        return ", ".join(sorted(self._bm.watch.headers)) or "none met"

    def _online(self) -> list[str]:
        online = (row for row in self._listings() if row.get("publication_state") == 2)
        return [text(row.get("id")) for row in online][:_COMPETITORS]

    @cached_property
    def _competitors(self) -> dict[str, object]:
        """Ask about some listings once, no faster than Back Market lets us."""
        return {listing_id: self._asked(listing_id) for listing_id in self._online()}

    def _asked(self, listing_id: str) -> object:
        self._readings.clock.sleep(_COMPETITORS_SECONDS)
        try:
            return self._bm.get(f"/ws/backbox/v1/competitors/{listing_id}", (), self._home)
        except NotFound:
            return None

    def coverage(self) -> str:
        answers = list(self._competitors.values())
        if not answers:
            return f"{UNSETTLED}no listing is online"
        return f"{sum(1 for one in answers if one)} of {len(answers)} online listings asked for"

    def siblings(self) -> str:
        rows = ((asked, row) for asked, answer in self._competitors.items() for row in _competitor_rows(answer))
        named = (text(row.get("listing_id")).casefold() == asked.casefold() for asked, row in rows)
        return kinds(named, lambda same: "the listing asked about" if same else "others of ours too")

    def winner(self) -> str:
        return kinds((row.get("winner_price") for row in self._winning()), lambda one: "named" if one else "null")

    def winning(self) -> str:
        return kinds(self._winning(), _winning_word)  # type: ignore[arg-type]

    def _winning(self) -> list[Row]:
        found = [row for answer in self._competitors.values() for row in _competitor_rows(answer)]
        return [row for row in found if row.get("is_winning") is True]


def _competitor_rows(answer: object) -> list[Row]:
    found = answer if isinstance(answer, list) else [answer]
    return [row for row in found if isinstance(row, dict)]


def _amount(value: object) -> Decimal | None:
    return money.parse(value.get("amount")) if isinstance(value, dict) else money.parse(value)


def _winning_word(row: Row) -> str:
    ours, asked = _amount(row.get("price")), _amount(row.get("price_to_win"))
    if asked is None or ours is None:
        return "not named"
    return "our own price" if asked == ours else "higher" if asked > ours else "lower"


def _tells(order: Row) -> bool:
    return any((line.get("quantity") or 1) > 1 for line in order.get("orderlines") or ())


def _priced(order: Row) -> str:
    lines = order.get("orderlines") or ()
    price = money.parse(order.get("price"))
    totals = sum((money.parse(line.get("price")) or Decimal(0) for line in lines), Decimal(0))
    units = sum(
        (Decimal(line.get("quantity") or 1) * (money.parse(line.get("price")) or 0) for line in lines), Decimal(0)
    )
    return "the total of its units" if price == totals else "one unit's" if price == units else "neither"


def _offset(value: str) -> str:
    if value.endswith(("Z", "+00:00")):
        return "UTC"
    return "an offset of their own" if "+" in value[10:] or "-" in value[10:] else "no offset"
