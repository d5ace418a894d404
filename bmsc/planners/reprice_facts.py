"""What `reprice` knows when it decides, and which prices it may decide at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, Sku, SkuKey, sku_key, sku_subject
from bmsc.domain.listings import KnownListing, Listing, Offer, Product
from bmsc.domain.repricing import (
    NOT_ASKED,
    Answer,
    Bounds,
    Contest,
    KnownPrices,
    MarketFacts,
    PriceMemory,
    Standing,
)
from bmsc.planners import cells
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.whose_row import Aliases, row_of

if TYPE_CHECKING:
    from bmsc.domain.settings import Market, Settings

ONLINE = 2
"""Back Market's `publication_state` of a listing that buyers can see."""


class Asked(Struct, frozen=True):
    """What became of one question about competitors; `rows` None when the answer named no rows."""

    rows: tuple[Standing, ...] | None
    contest: Contest = Contest.UNREADABLE
    detail: str = ""

    @property
    def believed(self) -> bool:
        """Say whether the listing was compared with the market: "unknown competitor" is an answer too."""
        return self.rows is not None or self.contest is Contest.UNKNOWN

    def names_buybox(self, listing_id: ListingId) -> bool:
        """Say whether a price to win is named for the listing, in any market."""
        return any(row.listing_id == listing_id and row.price_to_win is not None for row in self.rows or ())


class RepriceFacts(Struct, frozen=True):
    """Everything one run of `reprice` read before deciding."""

    now: datetime
    listings: tuple[Listing, ...]
    catalog: Catalog
    answers: Mapping[ListingId, Asked] = field(default_factory=dict)
    known: Mapping[ListingId, KnownPrices] = field(default_factory=dict)
    synced: Mapping[ListingId, KnownListing] = field(default_factory=dict)
    """What `listings sync` remembers: before the first repricing it wrote the prices."""
    named: frozenset[SkuKey] = frozenset()
    """The SKUs a narrowed run is about; the other listings are only their siblings."""

    def are_about(self, sku: Sku) -> bool:
        """Say whether the run may write a listing's prices."""
        return not self.named or sku_key(sku) in self.named


class Unruled(Struct, frozen=True):
    """A listing whose columns cannot be had, and why."""

    sku: Sku
    reason: str
    detail: str
    held: bool = False

    @property
    def subject(self) -> str:
        """Name the listing in reports."""
        return sku_subject(self.sku)


def read_columns(sku: Sku, catalog: Catalog, aliases: Aliases, settings: Settings) -> Product | Unruled:
    """Find the row whose columns rule a listing."""
    resolved = aliases.resolve(sku)
    row = row_of(resolved, catalog)
    if not isinstance(row, Product):
        return Unruled(sku, row.value, f"SellerCloud gave no row of {resolved}")
    if row.company_id != settings.sellercloud.company_id:
        return Unruled(sku, "other_company", f"product {row.sku} belongs to company {row.company_id}", held=True)
    if row.columns is None:
        return Unruled(sku, "unknown", f"product {row.sku} came without custom columns")
    if not row.active:
        return Unruled(sku, "not_enabled", f"product {row.sku} is inactive")
    return row


def bounds_of(row: Product, market: Market) -> Bounds | None:
    """Read a market's bounds; None when the SKU is not enabled there."""
    columns = row.columns or {}
    enabled = cells.truth(columns, market.enabled_column)
    if cells.is_bad(enabled):
        return Bounds(problem=str(enabled))
    if enabled is not True:
        return None
    default = cells.price(columns, market.price_column, market.currency)
    minimum = cells.price(columns, market.min_price_column, market.currency)
    problem = "; ".join(str(cell) for cell in (default, minimum) if cells.is_bad(cell))
    return Bounds(cells.good(default), cells.good(minimum), problem)


def ruled(facts: RepriceFacts, settings: Settings) -> tuple[list[MarketFacts], list[Unruled]]:
    """Give the facts of every price that is ours to set, siblings marked, and the listings that nothing rules."""
    aliases = Aliases(settings)
    prices: list[MarketFacts] = []
    unruled: list[Unruled] = []
    for listing in facts.listings:
        row = read_columns(listing.sku, facts.catalog, aliases, settings)
        if isinstance(row, Unruled):
            unruled.append(row)
            continue
        found = list(_markets(listing, row, facts, settings))
        prices += found
        if not found:
            unruled.append(Unruled(listing.sku, "not_enabled", "not enabled in any market"))
    return _with_siblings(prices, facts), unruled


def _markets(listing: Listing, row: Product, facts: RepriceFacts, settings: Settings) -> Iterator[MarketFacts]:
    known = facts.known.get(listing.id, KnownPrices())
    for market in settings.markets:
        bounds, offer = bounds_of(row, market), listing.offer(market.locale)
        if bounds is None or offer is None:
            continue
        asked = facts.answers.get(listing.id)
        unseen = MarketFacts(
            now=facts.now,
            sku=listing.sku,
            listing_id=listing.id,
            locale=market.locale,
            currency=market.currency,
            bounds=bounds,
            answer=NOT_ASKED if asked is None else understood(asked, listing.id, market),
            memory=_memory(known, facts.synced.get(listing.id), market.locale),
        )
        yield as_shown(unseen, listing, offer)


def as_shown(facts: MarketFacts, listing: Listing, offer: Offer) -> MarketFacts:
    """Give the facts with what the listing shows just now."""
    return replace(
        facts,
        # Back Market shows 0.00 where no price was ever set.
        shown=offer.price or None,
        shown_currency=offer.currency,
        max_price=offer.max_price,
        min_price=offer.min_price,
        units=listing.offered,
        online=offer.publication_state == ONLINE,
    )


def with_columns(facts: MarketFacts, bounds: Bounds) -> MarketFacts:
    """Give the facts with columns read anew: a jump since the first reading counts as one since the last run."""
    if bounds == facts.bounds:
        return facts
    before = facts.bounds
    memory = replace(
        facts.memory,
        default=before.default or facts.memory.default,
        minimum=before.minimum or facts.memory.minimum,
    )
    return replace(facts, bounds=bounds, memory=memory, acknowledged=False)


def understood(asked: Asked, listing_id: ListingId, market: Market) -> Answer:
    """Find our own row of a market: never the first one, and never somebody else's."""
    if asked.rows is None:
        return Answer(asked.contest, detail=asked.detail)
    ours = [row for row in asked.rows if row.listing_id == listing_id]
    row = next((row for row in ours if row.market == market.country), None)
    if row is None:
        return Answer(Contest.OTHER_MARKETS if ours else Contest.NOT_IN_ANSWER)
    answer = Answer(Contest.LOSING, row.price_to_win, row.winner_price, row.min_price)
    if row.is_winning:
        return replace(answer, contest=Contest.WINNING)
    if row.currency != market.currency:
        shown = row.currency or "no currency"
        return Answer(Contest.WRONG_CURRENCY, min_price=row.min_price, detail=f"the buybox is in {shown}")
    if row.is_winning is None or row.price_to_win is None or row.price_to_win <= 0:
        return Answer(Contest.UNREADABLE, min_price=row.min_price, detail="the answer names no price to win")
    return answer


def _memory(known: KnownPrices, synced: KnownListing | None, locale: str) -> PriceMemory:
    """Take what we remember; where `listings sync` wrote later, its price is the one we last wrote."""
    memory = known.markets.get(locale, PriceMemory())
    wrote = next((one for one in synced.prices if one.locale == locale), None) if synced else None
    if wrote is None or (memory.written_at is not None and memory.written_at >= wrote.at):
        return memory
    default = wrote.price if memory.default is None else memory.default
    return replace(memory, default=default, written=wrote.price, written_at=wrote.at)


def _with_siblings(prices: list[MarketFacts], facts: RepriceFacts) -> list[MarketFacts]:
    groups = {listing.id: group_of(listing) for listing in facts.listings}
    winners = {(groups[one.listing_id], one.locale): one.sku for one in prices if one.contest is Contest.WINNING}
    return [
        replace(one, sibling=winner)
        if (winner := winners.get((groups[one.listing_id], one.locale), one.sku)) != one.sku
        else one
        for one in prices
    ]


def group_of(listing: Listing) -> tuple[str, str]:
    """Name what a buyer sees as one offer; a listing without product or grade stands alone."""
    if not listing.product_id or listing.grade is None:
        return listing.id, ""
    return listing.product_id, listing.grade.condition
