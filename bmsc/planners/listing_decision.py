"""What becomes of one listing; the first rule that applies decides."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, Sku, sku_subject
from bmsc.domain.listing_actions import GuardClass
from bmsc.domain.listings import KnownListing, Listing, Product
from bmsc.domain.plan import Hold
from bmsc.domain.settings import WhenDisabled
from bmsc.planners import following, identity, pricing, whose_row, wishes
from bmsc.planners.following import Taken
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reckoning import QuantityTerms, Reckoning, Rule
from bmsc.planners.whose_row import Aliases, Missing
from bmsc.planners.wishes import Wishes

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

_MISSING = {
    Missing.UNKNOWN: (Rule.UNKNOWN, "SellerCloud gave no believable answer about it"),
    Missing.UNPROVEN: (Rule.UNPROVEN, "SellerCloud returned none of the SKUs it was asked for, which proves nothing"),
}
_ASKED_ALONE = "; a whole `bmsc listings sync` asks beside others"
_TAKE_IT_OFF = 'listings.when_disabled = "zero" would take it off sale'


class Ground(Struct, frozen=True):
    """What every decision of one run stands on."""

    catalog: Catalog
    taken: Taken
    known: Mapping[ListingId, KnownListing]
    settings: Settings
    aliases: Aliases
    acknowledged: Container[str] = frozenset()
    """Price moves that a person has seen and passes with --force."""
    narrowed: bool = False
    """Whether only named listings were read, so that nobody saw the falls of those that share their stock."""
    columns_visible: bool = True
    """Whether any product shows a column that enables a market: an absent column is not a no."""


def decide(listing: Listing, ground: Ground) -> Reckoning:
    """Decide one listing."""
    sku = ground.aliases.resolve(listing.sku)
    if listing.quantity is None:
        return Reckoning(listing, sku, Rule.UNKNOWN, "Back Market did not say how many units it offers")
    row = whose_row.row_of(sku, ground.catalog)
    if row is Missing.ABSENT:
        return _to_zero(listing, sku, Rule.ABSENT, f"SellerCloud has no product {_named(sku, listing)}: asked twice")
    if isinstance(row, Missing):
        rule, detail = _MISSING[row]
        detail += _ASKED_ALONE if ground.narrowed and row is Missing.UNPROVEN else ""
        return Reckoning(listing, sku, rule, detail, in_doubt=True)
    if row.company_id != ground.settings.sellercloud.company_id:
        detail = f"product {row.sku} belongs to company {row.company_id}"
        hold = Hold(sku_subject(listing.sku), Rule.OTHER_COMPANY.value, detail)
        return Reckoning(listing, sku, Rule.OTHER_COMPANY, detail, holds=(hold,), in_doubt=True)
    if row.columns is None:
        # Some tenants list only columns that are set: a product that never had any is no sign of trouble.
        in_doubt = not ground.columns_visible or _counts_when_disabled(listing, ground)
        detail = f"product {row.sku} came without custom columns"
        return Reckoning(listing, sku, Rule.UNKNOWN, detail, in_doubt=in_doubt)
    if not ground.columns_visible:
        detail = "no product shows any column that enables a market: not defined, or hidden from this user"
        return Reckoning(listing, sku, Rule.UNKNOWN, detail, in_doubt=True)
    asked = wishes.read(row.columns, ground.settings, with_prices=pricing.in_play(ground.settings))
    return _with_wishes(listing, row, asked, ground)


def _named(sku: Sku, listing: Listing) -> str:
    return sku if sku == listing.sku else f"{sku}, which [sku_aliases] names for {listing.sku}"


def _with_wishes(listing: Listing, row: Product, asked: Wishes, ground: Ground) -> Reckoning:
    if why := _why_off(row, asked, ground.settings):
        return _disabled(listing, row, why, ground)
    stock = whose_row.stock_of(row, ground.catalog)
    if stock is None:
        return Reckoning(
            listing, row.sku, Rule.UNKNOWN, f"SellerCloud does not say how many {row.sku} are available", in_doubt=True
        )
    terms = _terms(listing, stock, asked, ground)
    prices = pricing.reckon(listing, asked, ground.settings, ground.acknowledged)
    found = Reckoning(
        listing,
        row.sku,
        Rule.IN_STEP,
        terms.formula(),
        terms=terms,
        prices=prices,
        holds=tuple(pricing.holds(listing, prices)),
        enabled=tuple(sorted(asked.enabled)),
    )
    decided = _bad(found, terms, asked) if asked.problems else _quantity(found, terms, asked)
    return _first_at_a_right_price(decided, row, ground)


def _why_off(row: Product, asked: Wishes, settings: Settings) -> str:
    """Tell why a product is not on sale, if it is not; a bad cell that is no switch neither keeps it on nor off."""
    if not row.active:
        return f"product {row.sku} is inactive"
    switches = [market.enabled_column for market in settings.markets]
    if asked.enabled or any(cell.column in switches for cell in asked.problems):
        return ""
    return f"no market is switched on ({', '.join(switches)} of {row.sku})"


def _terms(listing: Listing, stock: whose_row.Stock, asked: Wishes, ground: Ground) -> QuantityTerms:
    pools = whose_row.pools_of(listing.sku, ground.catalog, ground.aliases)
    ours = ground.settings.listings
    taken = ground.taken
    unsettled = whose_row.share({pool: taken.unsettled(pool) for pool in pools}, pools)
    fresh = whose_row.share(taken.fresh, pools)
    known = ground.known.get(listing.id)
    if ground.narrowed and known is not None:
        unsettled = max(unsettled, known.uncounted)
    return QuantityTerms(
        available=stock.available,
        source=stock.source,
        safety=ours.safety_quantity if asked.safety is None else asked.safety,
        in_flight=whose_row.share(taken.in_flight, pools),
        uncounted=following.uncounted(known, stock.available, fresh=fresh, unsettled=unsettled),
        unsettled=unsettled,
        max_quantity=ours.max_quantity,
    )


def _bad(found: Reckoning, terms: QuantityTerms, asked: Wishes) -> Reckoning:
    """Guess nothing, yet never offer more than is there: whatever the cell meant, lowering is right."""
    words = "; ".join(map(str, asked.problems))
    hold = Hold(sku_subject(found.listing.sku), Rule.BAD_CELL.value, words)
    prices = tuple(replace(price, rule=Rule.BAD_CELL, detail=words) for price in found.prices)
    named = replace(found, rule=Rule.BAD_CELL, detail=words, prices=prices, holds=(hold,))
    unreadable = any(cell.column == wishes.SAFETY_COLUMN for cell in asked.problems)
    most = replace(terms, safety=0) if unreadable else terms
    if found.listing.offered > most.high:
        return replace(named, quantity=most.high, terms=most, guard=_sold_out(found.listing, most.high))
    return named


def _quantity(found: Reckoning, terms: QuantityTerms, asked: Wishes) -> Reckoning:
    offered = found.listing.offered
    if offered > terms.high:
        lowered = replace(found, rule=Rule.TO_SET, quantity=terms.high)
        return _identified(replace(lowered, guard=_sold_out(found.listing, terms.high)), asked)
    if offered < terms.low:
        return _raised(found, terms, asked)
    settled = offered == terms.high
    rule = Rule.IN_STEP if settled else Rule.SETTLING
    return _identified(replace(found, rule=rule), asked)


def _raised(found: Reckoning, terms: QuantityTerms, asked: Wishes) -> Reckoning:
    from_zero = found.listing.offered == 0
    if from_zero and (other := identity.difference(found.listing, asked)):
        rule = Rule(other.reason)
        return replace(found, rule=rule, detail=other.detail, holds=(*found.holds, other))
    wrong = next((price for price in found.prices if not price.is_right), None)
    if from_zero and wrong is not None:
        return replace(found, rule=Rule.PRICE_FIRST, detail=f"price of {wrong.locale} first: {wrong.detail}")
    return _identified(replace(found, rule=Rule.TO_SET, quantity=terms.low), asked)


def _first_at_a_right_price(decided: Reckoning, row: Product, ground: Ground) -> Reckoning:
    """Keep a listing that we never put on sale from appearing at a price that is nowhere near its column."""
    listing, known = decided.listing, ground.known.get(decided.listing.id)
    was_on_sale = listing.offered > 0 or (known is not None and known.written is not None)
    if was_on_sale or not decided.quantity or pricing.in_play(ground.settings):
        return decided
    doubt = pricing.first_doubt(listing, row.columns or {}, ground.settings, ground.acknowledged)
    if doubt is None:
        return decided
    return replace(decided, rule=Rule.PRICE_FIRST, detail=doubt.detail, quantity=None, holds=(*decided.holds, doubt))


def _identified(found: Reckoning, asked: Wishes) -> Reckoning:
    other = identity.difference(found.listing, asked)
    return found if other is None else replace(found, holds=(*found.holds, other))


def _disabled(listing: Listing, row: Product, why: str, ground: Ground) -> Reckoning:
    units = listing.offered
    if _counts_when_disabled(listing, ground):
        return _to_zero(listing, row.sku, Rule.DISABLED, why)
    if ground.settings.listings.when_disabled is WhenDisabled.IGNORE:
        return Reckoning(listing, row.sku, Rule.IGNORED, f"{why}; left alone with {units} units")
    detail = f"{why}, and bmsc never saw it enabled: left alone with {units} units; {_TAKE_IT_OFF}"
    return Reckoning(listing, row.sku, Rule.UNMANAGED, detail)


def _counts_when_disabled(listing: Listing, ground: Ground) -> bool:
    policy, known = ground.settings.listings.when_disabled, ground.known.get(listing.id)
    managed = known is not None and known.managed
    return policy is WhenDisabled.ZERO or (policy is WhenDisabled.ZERO_IF_MANAGED and managed)


def _to_zero(listing: Listing, sku: Sku, rule: Rule, why: str) -> Reckoning:
    if not listing.offered:
        return Reckoning(listing, sku, rule, why)
    return Reckoning(listing, sku, rule, why, quantity=0, guard=GuardClass.ZEROED)


def _sold_out(listing: Listing, quantity: int) -> GuardClass | None:
    return GuardClass.SOLD_OUT if quantity == 0 and listing.offered else None
