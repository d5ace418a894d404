"""Which decisions of a large shop are only counted: those that write, hold and ask nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, sku_subject
from bmsc.domain.listings import KnownListing
from bmsc.planners.falls import Fallen
from bmsc.planners.reckoning import Reckoning, Rule

MOST_NAMED = 5_000
"""Up to here every listing is named in a report; nobody reads a longer list."""
_QUIET = frozenset({Rule.IN_STEP, Rule.SETTLING, Rule.UNMANAGED, Rule.IGNORED, Rule.DISABLED, Rule.ABSENT})
_LEAVES_UNITS = frozenset({Rule.UNMANAGED, Rule.IGNORED})
_QUIET_PRICES = frozenset({Rule.IN_STEP, Rule.NO_PRICE})


class Quiet(Struct):
    """The listings that were only counted: by reason, how many are live, and what is newly known of them."""

    reasons: Counter[str] = field(default_factory=Counter)
    live: int = 0
    known: dict[ListingId, KnownListing] = field(default_factory=dict)

    def count(self, one: Reckoning, before: KnownListing | None, fallen: Fallen | None, zeroed: Container[str]) -> None:
        """Count a listing; one that was `zeroed` within the guards' window is counted as live there already."""
        self.reasons[one.rule.value] += 1
        self.reasons.update(price.rule.value for price in one.prices if price.rule is Rule.NO_PRICE)
        self.live += one.is_live and sku_subject(one.listing.sku) not in zeroed
        after = known_after(one, before, fallen)
        if after != before:
            self.known[one.listing.id] = after


def is_quiet(one: Reckoning) -> bool:
    """Say whether nobody needs to hear of a listing by name."""
    if one.rule not in _QUIET or one.quantity is not None or one.holds or one.in_doubt:
        return False
    if one.rule in _LEAVES_UNITS and one.is_live:
        return False
    return all(price.rule in _QUIET_PRICES for price in one.prices)


def known_after(one: Reckoning, before: KnownListing | None, fallen: Fallen | None) -> KnownListing:
    """Give what is known of a listing that was looked at and not written to."""
    row = before or KnownListing()
    seen = row.seen if one.listing.quantity is None else one.listing.quantity
    falls = fallen.falls if fallen else ()
    row = replace(row, managed=row.managed or bool(one.enabled), seen=seen, falls=falls)
    return row if one.terms is None else replace(row, available=one.terms.available, uncounted=one.terms.uncounted)
