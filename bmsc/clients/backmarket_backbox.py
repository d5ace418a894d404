"""What is asked about competitors, at the pace Back Market allows all our processes together, and what comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from bmsc.clients import errands
from bmsc.clients.exchange import Call
from bmsc.clients.governor import Governor
from bmsc.clients.http import Clock, Http
from bmsc.clients.wire import NOT_BELIEVED, Amount, Part, RequiredText, Text, Wire, parse
from bmsc.domain.ids import ListingId
from bmsc.domain.repricing import Standing
from bmsc.errors import RemoteMisbehaved, RemoteUnavailable

COMPETITORS = "/ws/backbox/v1/competitors"
ONE_LISTING = "/ws/backbox/v1/competitors/{id}"
LEDGER = "backbox.requests"
"""Name of the ledger that spaces these requests across processes."""
SECONDS_APART = 0.53
"""Two a second are allowed (seller documentation, 2026); the rest is for requests that arrive closer than they left."""
_FARTHEST_TURN_SECONDS = 60.0


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


class WireMoney(Wire):
    """An amount with its currency."""

    amount: Amount = None
    currency: Text = ""


class WireStanding(Wire):
    """How a listing stands in one market."""

    listing_id: RequiredText
    market: RequiredText
    price: Part[WireMoney] = WireMoney()
    min_price: Part[WireMoney] = WireMoney()
    price_to_win: Part[WireMoney] = WireMoney()
    winner_price: Part[WireMoney] = WireMoney()
    is_winning: Annotated[bool | None, BeforeValidator(_truth)] = None

    def to_domain(self) -> Standing:
        """Give the row; an amount that cannot be read is None."""
        currency = self.price_to_win.currency or self.price.currency
        return Standing(
            listing_id=ListingId(self.listing_id.strip().casefold()),
            market=self.market.strip().upper(),
            currency=currency.strip().upper(),
            price_to_win=self.price_to_win.amount,
            winner_price=self.winner_price.amount,
            is_winning=self.is_winning,
            min_price=self.min_price.amount,
        )


class Turns:
    """Lets one caller after another have its turn in the ledger that all processes share.

    The next turn also waits for the answer to the one before, as long as answers come faster than turns do:
    what left apart then arrives apart.
    """

    def __init__(self, cache: Path, clock: Clock) -> None:
        self._pace = Governor(cache / LEDGER, clock, interval_seconds=SECONDS_APART, burst=1)
        self._clock = clock
        self._queue = threading.Lock()
        self._answered = threading.Event()
        self._answered.set()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and have it; raises RemoteUnavailable when other processes have taken the next minute."""
        with self._queue:
            self._answered.wait(timeout=SECONDS_APART)
            self._wait()
            answered = self._answered = threading.Event()
        try:
            yield
        finally:
            answered.set()

    def _wait(self) -> None:
        wait = self._pace.take(patience=_FARTHEST_TURN_SECONDS)
        if wait > _FARTHEST_TURN_SECONDS:
            message = f"other processes ask about competitors for {wait:.0f} s more"
            raise RemoteUnavailable(message, next_step="nothing; the next run tries again")
        if wait > 0:
            self._clock.sleep(wait)


class BackMarketBackbox:
    """Reads the buybox of one listing in all its markets."""

    def __init__(self, http: Http, turns: Turns) -> None:
        self._http = http
        self._turns = turns

    def standings(self, listing_id: ListingId) -> tuple[Standing, ...]:
        """Read how a listing stands; raises NotFound where Back Market has nothing to compare it with."""
        with self._turns.turn():
            answer = self._http.send(Call("GET", f"{COMPETITORS}/{listing_id}", ONE_LISTING))
        where = errands.where("Back Market", ONE_LISTING)
        if not isinstance(answer, list):
            raise RemoteMisbehaved(f"{where} came without the list it should hold", next_step=NOT_BELIEVED)
        return tuple(parse(WireStanding, row, where=where).to_domain() for row in answer)
