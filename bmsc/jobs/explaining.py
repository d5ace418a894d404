"""Why one listing shows what it shows: the numbers of `listings sync`, read live for one SKU."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from shlex import quote

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import OrderId, Sku, sku_subject
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.repricing import KnownPrices
from bmsc.domain.settings import Settings
from bmsc.errors import UsageError
from bmsc.jobs import guard_memory, listings_memory, orders_memory
from bmsc.jobs.explain_gather import ExplainGatherer
from bmsc.jobs.listing_ports import ListingMemory
from bmsc.jobs.listings_gather import COMMAND, Remembered
from bmsc.jobs.ports import Memory
from bmsc.jobs.reprice_ports import PriceBook
from bmsc.planners import following, listings_sync
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listing_facts import Catalog, FollowedOrder
from bmsc.planners.reckoning import Reckoning
from bmsc.planners.whose_row import Aliases


class Drawing(Struct, frozen=True):
    """An open order that draws on a listing's stock, and how many units of the listing it takes."""

    order: FollowedOrder
    takes: int


class Explanation(Struct, frozen=True):
    """One listing's reckoning, what we remember of it, and the open orders that draw on its stock."""

    reckoning: Reckoning
    known: KnownListing | None
    orders: Mapping[OrderId, Drawing]
    at: datetime
    repriced: KnownPrices | None = None
    """What `reprice` remembers of the listing, its last decisions among it."""
    withheld: tuple[str, ...] = ()
    """The guard classes by which the last whole run held such a write back."""


def explain(
    sku: str,
    gatherer: ExplainGatherer,
    settings: Settings,
    *,
    memory: Memory,
    listings: ListingMemory,
    prices: PriceBook,
) -> Explanation:
    """Read one SKU on both sides and reckon it as `listings sync` would; raises UsageError for an unlisted one."""
    section = memory.load_other(COMMAND)
    own = listings_memory.load(section)
    sentinels = orders_memory.load(memory.load_other("orders pull")).sentinels
    facts = gatherer.gather(Sku(sku), Remembered({}, own, sentinels))
    listing = next(iter(facts.listings), None)
    if listing is None:
        remedy = f"look at its spelling, or see what it lacks: bmsc listings create --dry-run --sku {quote(sku)}"
        raise UsageError(f"Back Market has no listing of SKU {sku}", next_step=remedy)
    known = listings.one(listing.id)
    facts = replace(facts, known={listing.id: known} if known else {})
    reckoned = listings_sync.reckon(facts, settings, GuardMemory())
    orders = _drawing(reckoned.followed.orders, listing, facts.catalog, Aliases(settings))
    found = reckoned.listings[0]
    withheld = _withheld(found, guard_memory.load(section)) if found.quantity is not None else ()
    return Explanation(found, known, orders, facts.now, prices.one(listing.id), withheld)


def _withheld(one: Reckoning, memory: GuardMemory) -> tuple[str, ...]:
    subject = sku_subject(one.listing.sku)
    return tuple(name for name, subjects in memory.refused.items() if subject in subjects)


def _drawing(
    orders: Mapping[OrderId, FollowedOrder], listing: Listing, catalog: Catalog, aliases: Aliases
) -> dict[OrderId, Drawing]:
    return {
        order_id: Drawing(order, units)
        for order_id, order in sorted(orders.items())
        if (units := following.drawn(listing.sku, order, catalog, aliases))
    }
