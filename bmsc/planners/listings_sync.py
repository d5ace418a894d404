"""Which quantities and prices are written to Back Market, and why the other listings are left alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bmsc.domain.ids import ListingId, sku_subject
from bmsc.domain.plan import Plan, Skip
from bmsc.planners import falls, following, listing_chains, listing_guards
from bmsc.planners.falls import Fallen
from bmsc.planners.following import Followed
from bmsc.planners.guards import GuardMemory, Judged
from bmsc.planners.listing_decision import Ground, decide
from bmsc.planners.listing_facts import SyncFacts
from bmsc.planners.quiet import MOST_NAMED, Quiet, is_quiet
from bmsc.planners.reckoning import Reckoning, Rule
from bmsc.planners.whose_row import Aliases

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

PRICE_CLASS = "price_change"
"""Under this name the guards' memory keeps the price moves that a person was shown."""
WITHHELD = "withheld"


class Reckoned(Struct, frozen=True):
    """Every listing decided, with what the next run must know of it."""

    listings: tuple[Reckoning, ...]
    followed: Followed
    falls: Mapping[ListingId, Fallen]
    quiet: Quiet = field(default_factory=Quiet)
    """In a large shop, the listings nobody needs to hear of by name: they are not among `listings`."""


def reckon(facts: SyncFacts, settings: Settings, memory: GuardMemory, *, force: bool = False) -> Reckoned:
    """Decide every listing, in the order of their SKUs whatever the order of the facts."""
    settle = timedelta(minutes=settings.listings.settle_minutes)
    aliases = Aliases(settings)
    followed = following.follow(facts, aliases, settle)
    fallen = falls.falls_of(facts, settle)
    touched = facts.listings if fallen else ()
    taken = following.taken(followed, fallen, touched, facts.catalog, aliases, now=facts.now, settle=settle)
    acknowledged = frozenset(memory.refused.get(PRICE_CLASS, ())) if force else frozenset()
    ground = Ground(
        facts.catalog,
        taken,
        facts.known,
        settings,
        aliases,
        acknowledged,
        narrowed=facts.narrowed,
        columns_visible=_columns_visible(facts, settings),
    )
    named, quiet = _sorted_out((decide(listing, ground) for listing in facts.listings), facts, fallen, memory)
    return Reckoned(tuple(named), followed, fallen, quiet)


def _sorted_out(
    decided: Iterable[Reckoning],
    facts: SyncFacts,
    fallen: Mapping[ListingId, Fallen],
    memory: GuardMemory,
) -> tuple[list[Reckoning], Quiet]:
    """Keep every decision of a shop of common size, in the order of SKUs; of a large one count the quiet ones."""
    few = len(facts.listings) <= MOST_NAMED
    zeroed = listing_guards.zeroed_lately(memory, facts.now)
    named, quiet = [], Quiet()
    for one in decided:
        if few or not is_quiet(one):
            named.append(one)
        else:
            quiet.count(one, facts.known.get(one.listing.id), fallen.get(one.listing.id), zeroed)
    return sorted(named, key=lambda one: (one.listing.sku, one.listing.id)), quiet


def _columns_visible(facts: SyncFacts, settings: Settings) -> bool:
    names = [market.enabled_column.casefold() for market in settings.markets]
    return any(name in (row.columns or ()) for row in facts.catalog.products.values() for name in names)


def plan(reckoned: Reckoned, settings: Settings, memory: GuardMemory, *, now: datetime, force: bool) -> Judged:
    """Judge the decisions class by class, and put what may go in its order."""
    withheld = listing_guards.judge(
        reckoned.listings, settings.guards, memory, now=now, force=force, live_besides=reckoned.quiet.live
    )
    chains = listing_chains.arrange(reckoned.listings, withheld.subjects)
    plan = Plan(
        chains=tuple(chains),
        skips=tuple(_skips(reckoned.listings, withheld.subjects)),
        holds=tuple(hold for one in reckoned.listings for hold in one.holds),
        warnings=tuple(_warnings(reckoned.listings)),
        counted=dict(reckoned.quiet.reasons),
    )
    return Judged(plan, withheld.reports)


def _skips(reckonings: Sequence[Reckoning], withheld: Container[str]) -> Iterator[Skip]:
    for one in reckonings:
        subject, held = sku_subject(one.listing.sku), any(hold.reason == one.rule for hold in one.holds)
        if one.quantity is None and not held:
            yield Skip(subject, one.rule.value, one.detail)
        elif one.quantity is not None and subject in withheld:
            yield Skip(subject, WITHHELD, f"{one.listing.offered} -> {one.quantity} ({one.detail})")
        for price in one.prices:
            if price.rule in (Rule.NO_PRICE, Rule.UNKNOWN):
                yield Skip(sku_subject(one.listing.sku, price.locale), price.rule.value, price.detail)


def _warnings(reckonings: Sequence[Reckoning]) -> Iterator[str]:
    doubtful = sum(1 for one in reckonings if one.rule in (Rule.UNKNOWN, Rule.UNPROVEN))
    if doubtful:
        left = f"{doubtful} of {len(reckonings)} listings are left alone"
        yield f"{left}: what was read about them is not believed; `bmsc doctor` looks for the cause"


def price_holds(reckoned: Reckoned) -> list[str]:
    """Name the price moves a person was shown in this run: --force passes exactly these next time."""
    return [hold.subject for one in reckoned.listings for hold in one.holds if hold.reason == Rule.PRICE_JUMP]
