"""How one listing is written: book a line, look again before raising, write, compare the answer, note it."""

from __future__ import annotations

from msgspec.structs import replace

from bmsc.domain.ids import ListingId
from bmsc.domain.lines import USED_UP, LineUse
from bmsc.domain.listing_actions import ListingAction, MarketPrice, SetPrice, SetQuantity
from bmsc.domain.listings import KnownListing, Listing, WrittenPrice
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import Alert
from bmsc.domain.settings import Settings
from bmsc.errors import OutcomeUnknown, Refused
from bmsc.jobs.house import STALE_AFTER_SECONDS, House
from bmsc.jobs.listing_ports import Lines, ListingMemory, ListingsWriter


class ListingSteps:
    """The writes of `listings sync`, one method an action. Absolute writes: the next read settles them."""

    def __init__(
        self, listings: ListingsWriter, lines: Lines, memory: ListingMemory, settings: Settings, house: House
    ) -> None:
        self._listings = listings
        self._lines = lines
        self._memory = memory
        self._home = settings.markets[0].locale
        self._house = house
        self._full: set[LineUse] = set()

    def set_quantity(self, action: SetQuantity) -> Outcome:
        """Write a quantity, with the price that rides along; a raise on old facts is looked at once more."""
        if self._use(action) in self._full:
            return Outcome(Verdict.DEFERRED, USED_UP)
        if action.raises and (moved := self._moved(action)):
            return moved
        if not self._book(action):
            return Outcome(Verdict.DEFERRED, USED_UP)
        try:
            return self._write(action, action.quantity, action.price)
        except Refused as refused:
            if action.price is None or action.raises:
                raise
            return self._without_price(action, action.price, refused)

    def set_price(self, action: SetPrice) -> Outcome:
        """Write one market's price."""
        if not self._book(action):
            return Outcome(Verdict.DEFERRED, USED_UP)
        return self._write(action, None, action.price)

    def _without_price(self, action: SetQuantity, price: MarketPrice, refused: Refused) -> Outcome:
        """Take units off sale although Back Market refused the price that rode along."""
        if not self._book(action):
            return Outcome(Verdict.DEFERRED, USED_UP)
        done = self._write(action, action.quantity, None)
        alert = Alert(f"{action.subject}@{price.locale}", "price_refused", str(refused))
        return replace(done, message=f"{done.message}; the price was refused", alerts=(alert,))

    def _moved(self, action: SetQuantity) -> Outcome | None:
        if self._house.age_seconds() <= STALE_AFTER_SECONDS:
            return None
        shown = self._listings.listing(action.listing_id, self._locale(action.price)).quantity
        if shown == action.before:
            return None
        return Outcome(Verdict.DEFERRED, f"Back Market shows {shown} by now: left to the next run")

    def _book(self, action: ListingAction) -> bool:
        use = self._use(action)
        if use in self._full:
            return False
        if self._lines.take(use):
            return True
        self._full.add(use)
        return False

    @staticmethod
    def _use(action: ListingAction) -> LineUse:
        return LineUse.DECREASE if action.urgency.lowers_quantity else LineUse.SYNC

    def _write(self, action: ListingAction, quantity: int | None, price: MarketPrice | None) -> Outcome:
        try:
            after = self._listings.update_listing(
                action.listing_id, self._locale(price), quantity=quantity, price=price
            )
        except OutcomeUnknown:
            if quantity is not None:
                self._note(action.listing_id, seen=quantity, quantity=None, price=None)
            raise
        self._note(action.listing_id, seen=after.quantity, quantity=quantity, price=price)
        return _compared(after, quantity, price)

    def _note(
        self, listing_id: ListingId, *, seen: int | None, quantity: int | None, price: MarketPrice | None
    ) -> None:
        now = self._house.clock.now()
        row = self._memory.load().get(listing_id, KnownListing())
        if price is not None:
            others = tuple(one for one in row.prices if one.locale != price.locale)
            row = replace(row, prices=(*others, WrittenPrice(price.locale, price.price, now)))
        if quantity is not None:
            row = replace(row, written=quantity, written_at=now)
        self._memory.note(listing_id, replace(row, seen=row.seen if seen is None else seen))

    def _locale(self, price: MarketPrice | None) -> str:
        return price.locale if price else self._home


def _compared(after: Listing, quantity: int | None, price: MarketPrice | None) -> Outcome:
    """Compare the answer with what was asked: a yes that shows other numbers is no yes."""
    if quantity is not None and after.quantity != quantity:
        return Outcome(Verdict.FAILED, f"Back Market answered yes and shows {after.quantity} units")
    offer = after.offer(price.locale) if price else None
    if price and (offer is None or (offer.price, offer.currency) != (price.price, price.currency)):
        shown = f"{offer.price} {offer.currency}" if offer else "no price"
        return Outcome(Verdict.FAILED, f"Back Market answered yes and shows {shown}")
    return Outcome(Verdict.APPLIED)
