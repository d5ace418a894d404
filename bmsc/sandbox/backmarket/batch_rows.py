"""What does one row of a CSV batch do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket.listing_edits import BadEdit, apply, check
from bmsc.sandbox.backmarket.listing_views import publication_state
from bmsc.sandbox.backmarket.listings import GRADES, CatalogProduct, Listing
from bmsc.sandbox.backmarket.markets import Market

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

LONGEST_SKU = 200
COMMENTS = {grade: f"Fully tested, {grade.replace('_', ' ').lower()} appearance." for grade in GRADES}
"""The sentence that a listing gets whose row brings no comment."""


def work(account: Account, market: Market, row: Mapping[str, str]) -> dict[str, Any]:
    """Update the listing that the SKU names, or create it; raises BadEdit."""
    sku = row.get("sku", "")
    if not sku or len(sku) > LONGEST_SKU:
        raise BadEdit("sku", "sku is missing or too long")
    listing = account.skus.get(sku.casefold())
    if listing is None:
        listing = _create(account, market, sku, row)
    else:
        apply(account, listing, market, check(account, listing, market, row))
    return {
        "listing_id": listing.listing_id,
        "backmarket_id": listing.product.backmarket_id,
        "publication_state": publication_state(account, listing, market),
    }


def _create(account: Account, market: Market, sku: str, row: Mapping[str, str]) -> Listing:
    for name in ("quantity", "price"):
        if name not in row:
            raise BadEdit(name, f"{name} is missing")
    product, grade = _product(account, row), _grade(account, row)
    edit = check(account, None, market, row)
    listing = _idle(account, product)
    if listing is None:
        spelled = sku.upper() if account.switches.created_under_upper_sku else sku
        listing = account.add_listing(spelled, product=product, grade=grade)
        listing.new_battery = row.get("new_battery", "").lower() == "true"
    elif account.switches.old_listing_takes_new_sku:
        account.rename_sku(listing.sku, sku)
    if account.switches.default_comment:
        edit.values.setdefault("comment", COMMENTS[listing.grade])
    apply(account, listing, market, edit)
    return listing


def _idle(account: Account, product: CatalogProduct) -> Listing | None:
    if not account.switches.old_listing_handed_back:
        return None
    idle = (x for x in account.listings.values() if x.product is product and x.quantity <= 0)
    return next(idle, None)


def _product(account: Account, row: Mapping[str, str]) -> CatalogProduct:
    reference = row.get("product_id") or row.get("backmarket_id") or ""
    product = account.find_product(reference) if reference else None
    if not reference and row.get("ean"):
        product = next((p for p in account.products.values() if p.ean == row["ean"]), None)
    if product is None:
        raise BadEdit("product_id", f"product {reference or row.get('ean', '')} not found")
    return product


def _grade(account: Account, row: Mapping[str, str]) -> str:
    given = row.get("grade") or row.get("state") or ""
    by_number = {str(number): grade for grade, number in GRADES.items()}
    named = given.upper().replace(" ", "_")
    if named in GRADES:
        return named
    numbers = account.switches.grade_numbers == "accept" or "grade" not in row
    if given in by_number and numbers:
        return by_number[given]
    if not given and account.switches.ungraded == "good":
        return "GOOD"
    raise BadEdit("grade", f"grade {given} is not known" if given else "grade is missing")
