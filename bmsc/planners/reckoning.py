"""What a listing's numbers are made of, term by term: what `explain` prints and the plan is drawn from."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from bmsc.domain.ids import Sku
from bmsc.domain.listing_actions import GuardClass, MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.plan import Hold


class Rule(StrEnum):
    """The rule that decided a quantity or a price, as reports spell it."""

    IN_STEP = "in_step"
    TO_SET = "to_set"
    SETTLING = "settling"
    UNKNOWN = "unknown"
    UNPROVEN = "absence_unproven"
    ABSENT = "not_in_sellercloud"
    OTHER_COMPANY = "other_company"
    BAD_CELL = "bad_cell"
    DISABLED = "not_enabled"
    UNMANAGED = "never_managed"
    IGNORED = "ignored"
    WRONG_PRODUCT = "product_differs"
    WRONG_GRADE = "grade_differs"
    PRICE_FIRST = "price_not_right"
    NO_PRICE = "no_price"
    ABOVE_MAXIMUM = "above_max_price"
    PRICE_JUMP = "price_change"
    WRONG_CURRENCY = "currency_differs"
    STALE = "read_again_first"


class QuantityTerms(Struct, frozen=True):
    """The terms of what may be offered: `left` is available - safety - in flight.

    `high = max(0, min(max_quantity, left - uncounted))`, `low = max(0, min(max_quantity, left - unsettled))`;
    `uncounted` are those of the unsettled units that SellerCloud's available quantity is seen not to show as taken.
    """

    available: int
    source: str
    safety: int
    in_flight: int
    uncounted: int
    unsettled: int
    max_quantity: int | None

    @property
    def high(self) -> int:
        """Give the most units that may be offered."""
        return self._offer(self.uncounted)

    @property
    def low(self) -> int:
        """Give the fewest units that should be offered; between both, Back Market is left alone."""
        return self._offer(max(self.uncounted, self.unsettled))

    def formula(self) -> str:
        """Write the sum with its numbers."""
        cap = "" if self.max_quantity is None else f", at most {self.max_quantity}"
        late = f" - not counted yet {self.uncounted}" if self.uncounted else ""
        parts = f"available {self.available} - safety {self.safety} - in flight {self.in_flight}{late}{cap}"
        return f"{parts} = {self.high}; unsettled {self.unsettled}"

    def _offer(self, sold: int) -> int:
        left = self.available - self.safety - self.in_flight - sold
        return max(0, left if self.max_quantity is None else min(self.max_quantity, left))


class PriceReckoning(Struct, frozen=True):
    """One market's price: what SellerCloud asks, what Back Market has, what would be sent and why."""

    locale: str
    column: str
    currency: str
    wanted: Decimal | None
    on_backmarket: Decimal | None
    max_price: Decimal | None
    rule: Rule
    detail: str
    percent: Decimal | None = None
    """How far the price would move."""

    @property
    def to_send(self) -> MarketPrice | None:
        """Give the price that would be written."""
        if self.rule is not Rule.TO_SET or self.wanted is None:
            return None
        return MarketPrice(self.locale, self.currency, self.wanted, self.on_backmarket)

    @property
    def is_right(self) -> bool:
        """Say whether units may go on sale at what this market will then ask."""
        if self.rule is Rule.NO_PRICE:
            return self.on_backmarket is not None
        if self.rule is Rule.ABOVE_MAXIMUM:
            return self.on_backmarket == self.wanted
        return self.rule in (Rule.IN_STEP, Rule.TO_SET)


class Reckoning(Struct, frozen=True):
    """A whole listing as it was decided; `quantity` None leaves the quantity alone."""

    listing: Listing
    sellercloud_sku: Sku
    rule: Rule
    detail: str
    quantity: int | None = None
    terms: QuantityTerms | None = None
    prices: tuple[PriceReckoning, ...] = ()
    holds: tuple[Hold, ...] = ()
    enabled: tuple[str, ...] = ()
    guard: GuardClass | None = None
    in_doubt: bool = False
    """Whether what SellerCloud said of the SKU is too strange to act on."""

    @property
    def raises(self) -> bool:
        """Say whether more units would be offered."""
        return self.quantity is not None and self.quantity > self.listing.offered

    @property
    def is_live(self) -> bool:
        """Say whether buyers can buy it now."""
        return self.listing.offered > 0
