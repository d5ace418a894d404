"""Whether Back Market made the listing that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from bmsc.domain.creations import NewListing
from bmsc.domain.ids import sku_key
from bmsc.domain.listings import Listing


def differences(listing: Listing, wanted: NewListing) -> str:
    """Name all that differs, in words; empty when it is the listing that was asked for."""
    return "; ".join((*_of_identity(listing, wanted), *_of_price(listing, wanted)))


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


def _of_price(listing: Listing, wanted: NewListing) -> Iterator[str]:
    price = wanted.home
    offer = listing.offer(price.locale)
    if offer is None or (offer.price, offer.currency) != (price.price, price.currency):
        told = f"{offer.price} {offer.currency}" if offer else "nothing"
        yield f"{price.locale} shows {told}, not {price.price} {price.currency}"
