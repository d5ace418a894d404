"""How a listing and a catalog row are written into one line of the fact cache, and read back unchanged."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listings import Listing, Offer, Part, Product
from bmsc.domain.papers import amount, flag, perhaps_whole, text, whole


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
        listing_id=whole(number),
        sku=Sku(text(sku)),
        quantity=perhaps_whole(quantity),
        grade=Grade(grade) if grade else None,
        product_id=text(product_id),
        backmarket_id=perhaps_whole(backmarket_id),
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
        sku=Sku(text(sku)),
        company_id=whole(company_id),
        name="",
        active=flag(active),
        available=perhaps_whole(available),
        shadow_of=None if shadow_of is None else Sku(text(shadow_of)),
        is_kit=flag(is_kit),
        is_matrix_parent=flag(is_matrix_parent),
        columns=None if columns is None else dict(columns),
        parts=tuple(Part(Sku(text(part)), whole(number)) for part, number in parts),
        read_at=read_at,
    )


def _offer(locale: Any, price: Any, currency: Any, ceiling: Any, floor: Any, state: Any) -> Offer:
    amounts = _amount(ceiling), _amount(floor)
    return Offer(text(locale), _amount(price), text(currency), *amounts, publication_state=perhaps_whole(state))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(value: Any) -> Decimal | None:
    return None if value is None else amount(value)
