"""What is written to a listing, and how urgent each write is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum, StrEnum

from msgspec import Struct

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.plan import Action, Kind


class Urgency(IntEnum):
    """The stage a write belongs to; lower goes first, and gets the hour's lines first."""

    TO_ZERO = 0
    DOWN = 1
    PRICE_UP = 2
    PRICE_DOWN = 3
    UP = 4

    @property
    def lowers_quantity(self) -> bool:
        """Say whether units are taken off sale: such writes have lines of their own."""
        return self in (Urgency.TO_ZERO, Urgency.DOWN)


class GuardClass(StrEnum):
    """The classes of quantity changes that guards judge."""

    ZEROED = "zeroed"
    SOLD_OUT = "sold_out"
    RAISED = "raised"
    IN_DOUBT = "in_doubt"


class MarketPrice(Struct, frozen=True):
    """A price for one market; `before` is what Back Market shows, None where it has none."""

    locale: str
    currency: str
    price: Decimal
    before: Decimal | None = None

    def journaled(self) -> Mapping[str, object]:
        """Give it as the journal keeps it."""
        return {"locale": self.locale, "currency": self.currency, "old": self.before, "new": self.price}


class ListingAction(Action, frozen=True):
    """One line of the hour's listing updates."""

    listing_id: ListingId
    sku: Sku
    urgency: Urgency


class SetQuantity(ListingAction, frozen=True):
    """Put a number of units on sale, in every market at once; a price of one market may ride along."""

    kind = Kind.SET_QUANTITY
    quantity: int
    before: int
    price: MarketPrice | None = None
    guard: GuardClass | None = None

    @property
    def raises(self) -> bool:
        """Say whether more units are offered than before."""
        return self.quantity > self.before

    def journaled(self) -> Mapping[str, object]:
        """Give the units, and the price that rides along."""
        price = {"sku": self.sku, **self.price.journaled()} if self.price else {}
        return {"quantity": self.quantity, "before": self.before, **price}


class SetPrice(ListingAction, frozen=True):
    """Ask a price in one market."""

    kind = Kind.SET_PRICE
    price: MarketPrice

    def journaled(self) -> Mapping[str, object]:
        """Give the price."""
        return {"sku": self.sku, **self.price.journaled()}
