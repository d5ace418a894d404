"""Whether Back Market made the listing that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from bmsc.domain.creations import NewListing
from bmsc.domain.ids import sku_key
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing


def identity_differences(listing: Listing, wanted: NewListing) -> str:
    """Name what differs in SKU, grade or product: prices move later on, these never."""
    return "; ".join(_of_identity(listing, wanted))


def _of_identity(listing: Listing, wanted: NewListing) -> Iterator[str]:
    if sku_key(listing.sku) != sku_key(wanted.sku):
        yield f"its SKU is {listing.sku}"
    if listing.grade is not wanted.grade:
        yield f"its grade is {listing.grade.value if listing.grade else 'not told'}, not {wanted.grade.value}"
    if wanted.product not in (listing.product_id.casefold(), str(listing.backmarket_id)):
        shown = listing.product_id if "-" in wanted.product else listing.backmarket_id
        yield f"it sells product {shown}, not {wanted.product}"


def price_difference(listing: Listing, wanted: MarketPrice) -> str:
    """Say what a market shows instead of the price that was sent there; empty when it is the same."""
    offer = listing.offer(wanted.locale)
    if offer is not None and (offer.price, offer.currency) == (wanted.price, wanted.currency):
        return ""
    told = f"{offer.price} {offer.currency}" if offer else "nothing"
    return f"{wanted.locale} shows {told}, not {wanted.price} {wanted.currency}"
