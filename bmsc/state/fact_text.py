"""How a listing and a catalog row are written into one line of the fact cache, and read back unchanged."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listings import Listing, Offer, Part, Product


def of_listing(listing: Listing) -> str:
    """Write everything but the id and the SKU, which have columns of their own."""
    offers = [
        [one.locale, _text(one.price), one.currency, _text(one.max_price), _text(one.min_price), one.publication_state]
        for one in listing.offers
    ]
    facts = [listing.listing_id, listing.quantity, listing.grade, listing.product_id, listing.backmarket_id, offers]
    return json.dumps(facts, separators=(",", ":"))


def listing(listing_id: str, sku: str, body: str, read_at: datetime) -> Listing:
    """Read a listing back."""
    number, quantity, grade, product_id, backmarket_id, offers = json.loads(body)
    return Listing(
        id=ListingId(listing_id),
        listing_id=number,
        sku=Sku(sku),
        quantity=quantity,
        grade=Grade(grade) if grade else None,
        product_id=product_id,
        backmarket_id=backmarket_id,
        offers=tuple(_offer(*one) for one in offers),
        read_at=read_at,
    )


def of_product(product: Product) -> str:
    """Write a row; a cell that came as a decimal number is kept as the text of its digits."""
    facts = [
        product.sku,
        product.company_id,
        product.active,
        product.available,
        product.shadow_of,
        product.is_kit,
        product.is_matrix_parent,
        product.columns if product.columns is None else dict(product.columns),
        [[part.sku, part.quantity] for part in product.parts],
    ]
    return json.dumps(facts, separators=(",", ":"), default=str)


def product(body: str, read_at: datetime) -> Product:
    """Read a row back; names are not kept."""
    sku, company_id, active, available, shadow_of, is_kit, is_matrix_parent, columns, parts = json.loads(body)
    return Product(
        sku=Sku(sku),
        company_id=company_id,
        name="",
        active=active,
        available=available,
        shadow_of=shadow_of,
        is_kit=is_kit,
        is_matrix_parent=is_matrix_parent,
        columns=columns,
        parts=tuple(Part(Sku(part), number) for part, number in parts),
        read_at=read_at,
    )


def _offer(locale: str, price: str | None, currency: str, ceiling: str | None, floor: str | None, state: Any) -> Offer:
    return Offer(locale, _amount(price), currency, _amount(ceiling), _amount(floor), state)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
