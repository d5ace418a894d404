"""What becomes of one row of a batch: read back, compared, and priced in its further markets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bmsc.domain.creations import CreateListing, NewListing
from bmsc.domain.ids import sku_key
from bmsc.domain.lines import USED_UP, LineUse
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import Alert, Hold
from bmsc.errors import Refused
from bmsc.jobs.create_courses import Course
from bmsc.jobs.create_ports import Shelf
from bmsc.jobs.listing_ports import Lines
from bmsc.planners import created, setbacks
from bmsc.planners.open_batches import ABSENCE_AFTER_UNKNOWN


class CreateRows:
    """Looks at rows that Back Market has worked off."""

    def __init__(self, shelf: Shelf, lines: Lines) -> None:
        self._shelf = shelf
        self._lines = lines

    def look_at(self, action: CreateListing, course: Course, now: datetime) -> Outcome:
        """Read a row's listing back and compare it; only what was asked for goes on."""
        wanted = action.wanted
        listing = self._read_back(wanted, course)
        if listing is None:
            return _absent(action, course, now)
        if other := created.identity_differences(listing, wanted):
            return _mismatch(action, listing, f"{other}; it stays at 0 until a person mends it")
        # Hours later the price may have moved on already; what it sells has not.
        if action.batch is None and created.price_difference(listing, wanted.home):
            listing = self._mended(listing, wanted)
            if other := created.price_difference(listing, wanted.home):
                return _mismatch(action, listing, f"{other}; never put on sale at a price far from its column")
        return self._opened(listing, action)

    def _read_back(self, wanted: NewListing, course: Course) -> Listing | None:
        """Read what stands under the SKU; if nothing does, what the task says was made of the row."""
        number = course.number_of(wanted.sku)
        named = self._shelf.listing_numbered(number, course.locale) if number else None
        if named and sku_key(named.sku) == sku_key(wanted.sku):
            return named
        return self._shelf.listing_of(wanted.sku, course.locale) or named

    def _mended(self, listing: Listing, wanted: NewListing) -> Listing:
        """Send the price once more by itself: a listing must not be sold at what a file was misread for."""
        if not self._lines.take(LineUse.CREATE):
            return listing
        try:
            return self._shelf.open_market(listing.id, wanted.home, warranty_months=wanted.warranty_months)
        except Refused:
            return listing

    def _opened(self, listing: Listing, action: CreateListing) -> Outcome:
        """Give every further market its price; a market that Back Market still misses something in is named."""
        shown = [listing]
        for price in action.wanted.prices[1:]:
            found = self._priced(listing, price, action)
            if isinstance(found, Outcome):
                return found
            shown.append(found)
        title = f' "{listing.title}"' if listing.title else ""
        done = f"listing {listing.listing_id}{title} read back and compared; left to `bmsc listings sync`"
        return Outcome(Verdict.APPLIED, done, alerts=(*_without_comment(action, shown), *_above_maximum(action, shown)))

    def _priced(self, listing: Listing, price: MarketPrice, action: CreateListing) -> Listing | Outcome:
        """Set a further market's price unless it stands there already."""
        if action.batch is not None:
            found = self._shelf.listing(listing.id, price.locale)
            if not created.price_difference(found, price):
                return found
        if not self._lines.take(LineUse.CREATE):
            return Outcome(Verdict.DEFERRED, f"made; its price in {price.locale} waits: {USED_UP}")
        after = self._shelf.open_market(listing.id, price, warranty_months=action.wanted.warranty_months)
        if other := created.price_difference(after, price):
            return Outcome(Verdict.FAILED, f"Back Market answered yes, and {other}")
        return after


def _absent(action: CreateListing, course: Course, now: datetime) -> Outcome:
    words = course.refusal_of(action.wanted.sku)
    if not words and now - course.at < ABSENCE_AFTER_UNKNOWN:
        return Outcome(Verdict.DEFERRED, "processed, and not to be seen yet: looked at again by a later run")
    said = words or "nothing, and has no such listing"
    return _held(action, setbacks.REFUSED, f'Back Market said of this row: "{said}"')


def _mismatch(action: CreateListing, listing: Listing, other: str) -> Outcome:
    return _held(action, setbacks.MISMATCH, f"Back Market gave listing {listing.listing_id}: {other}")


def _held(action: CreateListing, reason: str, detail: str) -> Outcome:
    return Outcome(Verdict.HELD, detail, hold=Hold(action.subject, reason, detail))


def _without_comment(action: CreateListing, shown: list[Listing]) -> Iterator[Alert]:
    """A market without a comment never sells: nobody but the seller can write one."""
    markets = [offer.locale for listing in shown for offer in listing.offers if offer.misses_price_or_comment]
    if markets:
        where = f"Back Market misses its comment in {', '.join(markets)}"
        detail = f"{where}: write it in the back office, else it never sells there"
        yield Alert(action.subject, "comment_missing", detail, passing=True)


def _above_maximum(action: CreateListing, shown: list[Listing]) -> Iterator[Alert]:
    """Back Market takes such a price without a word, and keeps the listing offline."""
    for offer in (offer for listing in shown for offer in listing.offers):
        if offer.price is not None and offer.max_price is not None and offer.price > offer.max_price:
            detail = f"{offer.locale}: {offer.price} {offer.currency} is above Back Market's maximum {offer.max_price}"
            yield Alert(action.subject, "above_max_price", f"{detail}: it stays offline there", passing=True)
