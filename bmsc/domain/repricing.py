"""What is known of one listing in one market when its price is decided, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, field

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listing_actions import SetPrice


class Contest(StrEnum):
    """How a listing stands in a market, or why nobody can say."""

    WINNING = "winning"
    LOSING = "losing"
    SIBLING_WINS = "sibling_wins"
    UNKNOWN = "unknown_competitor"
    NOT_IN_ANSWER = "not_in_answer"
    OTHER_MARKETS = "other_markets_only"
    UNREADABLE = "unreadable_answer"
    WRONG_CURRENCY = "currency_differs"
    NOT_ASKED = "not_asked"
    NO_ANSWER = "no_answer"
    OFFLINE = "offline"
    NO_STOCK = "no_stock"


class Floor(StrEnum):
    """Whether the merchant has set a minimum."""

    SET = "minimum"
    UNSET = "no_minimum"


class Place(StrEnum):
    """Where a price lies: the buybox when losing, our own when winning; nowhere when there is none."""

    NOWHERE = "nowhere"
    BELOW_MINIMUM = "below_minimum"
    AT_MINIMUM = "at_minimum"
    BETWEEN = "between"
    AT_DEFAULT = "at_default"
    ABOVE_DEFAULT = "above_default"


class Standing(Struct, frozen=True):
    """One row of an answer about competitors; what the row did not say is None."""

    listing_id: ListingId
    market: str
    """Two letters: GB for en-gb."""
    currency: str
    price_to_win: Decimal | None = None
    winner_price: Decimal | None = None
    is_winning: bool | None = None
    min_price: Decimal | None = None
    """Set while Back Market's own BackPricer moves the price."""


class Answer(Struct, frozen=True):
    """What an answer about competitors means for one market."""

    contest: Contest
    price_to_win: Decimal | None = None
    winner_price: Decimal | None = None
    min_price: Decimal | None = None
    detail: str = ""


NOT_ASKED = Answer(Contest.NOT_ASKED)


class Bounds(Struct, frozen=True):
    """The merchant's own columns for one market; `problem` names a cell nobody may guess."""

    default: Decimal | None = None
    minimum: Decimal | None = None
    problem: str = ""

    @property
    def floor(self) -> Floor:
        """Say whether there is a minimum."""
        return Floor.UNSET if self.minimum is None else Floor.SET


class Told(Struct, frozen=True):
    """One decision as it is remembered for `explain`."""

    at: datetime
    reason: str
    detail: str
    price: Decimal | None
    buybox: Decimal | None = None


class Noted(NamedTuple):
    """How a price stood when the journal was last told: a line is written when any of it changes."""

    contest: str
    reason: str
    shown: Decimal | None = None
    buybox: Decimal | None = None
    minimum: Decimal | None = None
    default: Decimal | None = None


class PriceMemory(Struct, frozen=True):
    """What earlier runs leave of one listing in one market; losing it costs caution, never a bound.

    `unsure` is a price that was perhaps not taken. `changes` are our writes of the last 24 hours with the price
    before each. `won_at` is the last price seen to win.
    """

    default: Decimal | None = None
    minimum: Decimal | None = None
    written: Decimal | None = None
    written_at: datetime | None = None
    unsure: Decimal | None = None
    won_at: Decimal | None = None
    climbed: bool = False
    climb_lost_at: datetime | None = None
    changes: tuple[tuple[datetime, Decimal], ...] = ()
    decisions: tuple[Told, ...] = ()
    noted: Noted | None = None


class KnownPrices(Struct, frozen=True):
    """What earlier runs leave of one listing: when competitors were last asked, and each market's memory."""

    checked_at: datetime | None = None
    """When it was last asked about, whatever came of it: this puts the next questions in order."""
    answered_at: datetime | None = None
    """When an answer was last believed; before the first one, when the listing was first worth a question."""
    markets: Mapping[str, PriceMemory] = field(default_factory=dict)


class MarketFacts(Struct, frozen=True):
    """Everything the price of one listing in one market is decided from."""

    now: datetime
    sku: Sku
    listing_id: ListingId
    locale: str
    currency: str
    bounds: Bounds
    shown: Decimal | None = None
    shown_currency: str = ""
    max_price: Decimal | None = None
    min_price: Decimal | None = None
    """BackPricer's floor as the listing shows it."""
    units: int = 0
    online: bool = False
    answer: Answer = NOT_ASKED
    sibling: str = ""
    """The SKU of a listing of ours that holds this buybox."""
    memory: PriceMemory = PriceMemory()
    acknowledged: bool = False
    """Whether a person has seen what holds this price and lets it pass."""

    @property
    def contest(self) -> Contest:
        """Say how the listing stands."""
        if self.units <= 0:
            return Contest.NO_STOCK
        if not self.online:
            return Contest.OFFLINE
        if self.answer.contest is Contest.LOSING and self.sibling:
            return Contest.SIBLING_WINS
        return self.answer.contest


class Decision(Struct, frozen=True):
    """What becomes of one price and why; without a price nothing is written."""

    reason: str
    detail: str
    price: Decimal | None = None
    held: bool = False
    """Whether a person must settle something first."""
    climbs: bool = False


class PriceLimits(Struct, frozen=True):
    """The bounds a price was decided in, carried along to the last step before the wire."""

    default: Decimal
    minimum: Decimal | None
    max_price: Decimal | None


class Reprice(SetPrice, frozen=True):
    """Ask a price in one market, decided from facts that are looked at once more before it is written."""

    facts: MarketFacts
    decision: Decision
    slice_number: int
    slice_skus: tuple[Sku, ...]
    """The SKUs whose columns are read again together, right before the first write of the slice."""
    acknowledged: bool = False
    """Whether a person has seen this cut and lets it pass."""

    def journaled(self) -> Mapping[str, object]:
        """Give nothing: a price that was written has a line of its own, with what it was decided from."""
        return {}
