"""Whether a listing sells what SellerCloud says it sells."""

from __future__ import annotations

from bmsc.domain.ids import sku_subject
from bmsc.domain.listings import Listing
from bmsc.domain.plan import Hold
from bmsc.planners.reckoning import Rule
from bmsc.planners.wishes import GRADE_COLUMN, ID_COLUMN, Wishes


def difference(listing: Listing, wishes: Wishes) -> Hold | None:
    """Name a product or grade that is set in SellerCloud and another on Back Market."""
    wanted = wishes.backmarket_id
    if wanted is not None and wanted not in (listing.product_id.casefold(), str(listing.backmarket_id)):
        shown = listing.product_id if "-" in wanted else listing.backmarket_id
        detail = f"{ID_COLUMN} says {wanted}, Back Market sells {shown}: never raised from 0"
        return Hold(sku_subject(listing.sku), Rule.WRONG_PRODUCT.value, detail)
    if wishes.grade is not None and wishes.grade is not listing.grade:
        told = listing.grade.words if listing.grade else "does not tell a grade known here"
        detail = f"{GRADE_COLUMN} says {wishes.grade.words}, Back Market {told}: never raised from 0"
        return Hold(sku_subject(listing.sku), Rule.WRONG_GRADE.value, detail)
    return None
