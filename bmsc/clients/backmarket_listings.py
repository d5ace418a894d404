"""What is asked of Back Market's listings, market by market, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bmsc.clients import errands, next_link, words
from bmsc.clients.backmarket import LISTINGS
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.paging import PAGE_SIZE, Page, whole_stream
from bmsc.clients.side_by_side import side_by_side
from bmsc.clients.wire import NOT_BELIEVED, Amount, Identifier, RequiredText, RequiredWhole, Text, Whole, Wire, parse
from bmsc.domain.grades import grade_of
from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import DEACTIVATED, Listing, ListingsPage, Offer
from bmsc.domain.money import text
from bmsc.errors import NotFound, OutcomeUnknown, RemoteMisbehaved

ONE_LISTING = "/ws/listings/{id}"
BY_SKU = "/ws/listings/detail"
_READ_LATER = "nothing; the next run reads the listing and writes again what still differs"


class WireListing(Wire):
    """A listing as one market shows it; prices come as text or number, the ceiling mostly as a number."""

    id: Identifier
    listing_id: RequiredWhole
    sku: RequiredText
    quantity: Whole = None
    price: Amount = None
    currency: Text = ""
    min_price: Amount = None
    max_price: Amount = None
    publication_state: Whole = None
    grade: Text = ""
    state: Text = ""
    product_id: Text = ""
    backmarket_id: Whole = None

    def to_domain(self, locale: str) -> Listing:
        """Give the listing with the offer of the one market that was read."""
        offer = Offer(
            locale=locale,
            price=self.price,
            currency=self.currency.strip().upper(),
            max_price=self.max_price,
            min_price=self.min_price,
            publication_state=self.publication_state,
        )
        return Listing(
            id=ListingId(self.id.casefold()),
            listing_id=self.listing_id,
            sku=Sku(self.sku),
            quantity=self.quantity,
            # The deprecated number speaks only where the word is missing: a word nobody knows is no known grade.
            grade=grade_of(self.grade or self.state),
            product_id=self.product_id,
            backmarket_id=self.backmarket_id,
            offers=(offer,),
        )


class ListingsEnvelope(Wire):
    """The envelope of `GET /ws/listings`."""

    count: Whole = None
    next: Text = ""
    results: list[object]


class BackMarketListings:
    """Reads and writes listings. The language of a request chooses the market it is about."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def slowed_to(self) -> float | None:
        """Tell how many requests a second listings are held to; None while no block has taught that."""
        return self._http.slowed_to(LISTINGS)

    def listings(self, locale: str, *, first: ListingsPage | None = None) -> Iterator[Listing]:
        """Read every listing as one market shows it, each once, as pages arrive; raises when the list stays short.

        `first` is the first page where it was read already.
        """
        return self._all(locale, (), first)

    def page(self, number: int, locale: str) -> ListingsPage:
        """Read one page of the list; one past the end is empty."""
        found = self._page(number, locale, ())
        return ListingsPage(number, tuple(found.rows), found.total, found.is_last)

    def pages(self, numbers: Iterable[int], locale: str) -> Iterator[ListingsPage]:
        """Read pages side by side."""
        return side_by_side(lambda number: self.page(number, locale), numbers, workers=self._http.concurrency)

    def deactivated(self, locale: str) -> Iterator[Listing]:
        """Read the listings that are switched off for good: a plain list may leave them out."""
        return self._all(locale, (("publication_state", str(DEACTIVATED)),))

    def listing_numbered(self, number: int, locale: str) -> Listing | None:
        """Read the listing of an old number; None when Back Market has none."""
        try:
            return self._one(Call("GET", f"{LISTINGS}/{number}", ONE_LISTING, extra_headers=_in(locale)), locale)
        except NotFound:
            return None

    def listing(self, listing_id: ListingId, locale: str) -> Listing:
        """Read one listing as one market shows it."""
        found = self._one(Call("GET", f"{LISTINGS}/{listing_id}", ONE_LISTING, extra_headers=_in(locale)), locale)
        if found.id != listing_id:
            raise RemoteMisbehaved(f"{_where(ONE_LISTING)} gave another listing", next_step=NOT_BELIEVED)
        return found

    def each(self, listing_ids: Iterable[ListingId], locale: str) -> Iterator[Listing | None]:
        """Read listings one by one, side by side; None for one that Back Market no longer has."""

        def one(listing_id: ListingId) -> Listing | None:
            try:
                return self.listing(listing_id, locale)
            except NotFound:
                return None

        return side_by_side(one, listing_ids, workers=self._http.concurrency)

    def listing_of(self, sku: Sku, locale: str) -> Listing | None:
        """Look a listing up by its SKU; None when Back Market has none."""
        call = Call("GET", BY_SKU, BY_SKU, query=(("sku", sku),), extra_headers=_in(locale))
        try:
            found = self._one(call, locale)
        except NotFound:
            return None
        if sku_key(found.sku) != sku_key(sku):
            raise RemoteMisbehaved(f"{_where(BY_SKU)} gave another SKU: it ignored the filter", next_step=NOT_BELIEVED)
        return found

    def update_listing(
        self, listing_id: ListingId, locale: str, *, quantity: int | None, price: MarketPrice | None
    ) -> Listing:
        """Write a quantity, a price of this market, or both in one line; answers with the listing as it then is."""
        body: dict[str, object] = {} if quantity is None else {"quantity": quantity}
        return self._edit(listing_id, locale, body | _asking(price))

    def open_market(self, listing_id: ListingId, price: MarketPrice, *, warranty_months: int) -> Listing:
        """Give one market its price and warranty, in one line; answers with the listing as it then is."""
        body: dict[str, object] = {"warranty_delay": warranty_months}
        return self._edit(listing_id, price.locale, body | _asking(price))

    def _edit(self, listing_id: ListingId, locale: str, body: dict[str, object]) -> Listing:
        call = Call("POST", f"{LISTINGS}/{listing_id}", ONE_LISTING, body=body, extra_headers=_in(locale))
        answer = self._http.send(call)
        try:
            return _listing(answer, locale, errands.where("Back Market", ONE_LISTING, method="POST"))
        except RemoteMisbehaved as misbehaved:
            raise OutcomeUnknown(misbehaved.message, next_step=_READ_LATER) from None

    def _all(
        self, locale: str, narrowed: tuple[tuple[str, str], ...], first: ListingsPage | None = None
    ) -> Iterator[Listing]:
        at_hand = [Page(first.listings, first.total, first.is_last)] if first else []

        def read(number: int) -> Page[Listing]:
            return at_hand.pop() if number == 1 and at_hand else self._page(number, locale, narrowed)

        return whole_stream(read, lambda one: one.id, workers=self._http.concurrency, where=_where(LISTINGS))

    def _page(self, number: int, locale: str, narrowed: tuple[tuple[str, str], ...]) -> Page[Listing]:
        # The hyphen matters: Back Market ignores `page_size` and falls back to 10 rows.
        paging = (("page", str(number)), ("page-size", str(PAGE_SIZE)))
        try:
            answer = self._http.send(
                Call("GET", LISTINGS, LISTINGS, query=(*narrowed, *paging), extra_headers=_in(locale))
            )
        except NotFound:
            if number == 1:
                raise
            return Page((), None, is_last=True)
        envelope = parse(ListingsEnvelope, answer, where=_where(LISTINGS))
        next_link.check(envelope.next, self._http.base_url, where=_where(LISTINGS))
        rows = [_listing(row, locale, _where(LISTINGS)) for row in envelope.results]
        return Page(rows, envelope.count, is_last=not envelope.next)

    def _one(self, call: Call, locale: str) -> Listing:
        answer = self._http.send(call)
        title = words.tidy(str(answer.get("title") or "")) if isinstance(answer, dict) else ""
        return replace(_listing(answer, locale, _where(call.template)), title=title)


def _listing(value: object, locale: str, where: str) -> Listing:
    sku = words.tidy(str(value.get("sku", ""))) if isinstance(value, dict) else ""
    return parse(WireListing, value, where=where, subject=f"SKU {sku}" if sku else "").to_domain(locale)


def _asking(price: MarketPrice | None) -> dict[str, object]:
    """Outside the default currency of its zone Back Market refuses a price that names none."""
    return {"price": text(price.price, price.currency), "currency": price.currency} if price else {}


def _in(locale: str) -> dict[str, str]:
    return {"Accept-Language": locale}


def _where(template: str) -> str:
    return errands.where("Back Market", template)
