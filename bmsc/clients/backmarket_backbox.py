"""What is asked about competitors, and what comes back."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from bmsc.clients import errands
from bmsc.clients.backmarket import COMPETITORS
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.wire import NOT_BELIEVED, Amount, Part, RequiredText, Text, Wire, parse
from bmsc.domain.ids import ListingId
from bmsc.domain.repricing import Standing
from bmsc.errors import RemoteMisbehaved

ONE_LISTING = "/ws/backbox/v1/competitors/{id}"


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


class BackMarketBackbox:
    """Reads the buybox of one listing in all its markets."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def standings(self, listing_id: ListingId) -> tuple[Standing, ...]:
        """Read how a listing stands; raises NotFound where Back Market has nothing to compare it with."""
        answer = self._http.send(Call("GET", f"{COMPETITORS}/{listing_id}", ONE_LISTING))
        where = errands.where("Back Market", ONE_LISTING)
        if not isinstance(answer, list):
            raise RemoteMisbehaved(f"{where} came without the list it should hold", next_step=NOT_BELIEVED)
        return tuple(parse(WireStanding, row, where=where).to_domain() for row in answer)
