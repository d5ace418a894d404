"""Who buys in the sandbox? Invented people at invented addresses."""

from __future__ import annotations

import random

from bmsc.sandbox.backmarket.orders import Address

FIRST = ("Ada", "Bruno", "Chloe", "Dmitri", "Esther", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Kira")
LAST = ("Archer", "Bellamy", "Castell", "Duarte", "Ekholm", "Ferrand", "Garner", "O'Hallo", "Ibarra")
STREETS = ("Sample Street", "Invented Avenue", "Pretend Road", "Fable Lane", "Nowhere Boulevard")
PLACES = {
    "US": (("Los Angeles", "90001", "CA"), ("Austin", "78701", "TX"), ("Buffalo", "14201", "NY")),
    "GB": (("Leeds", "LS1 1AA", None), ("Bristol", "BS1 1AA", None)),
    "FR": (("Lyon", "69001", None), ("Nantes", "44000", None)),
    "DE": (("Bremen", "28195", None), ("Jena", "07743", None)),
}


def buyer(dice: random.Random, country: str, order_id: int) -> tuple[Address, Address]:
    """Invent the shipping and the billing address of one order."""
    city, postal_code, state = dice.choice(PLACES.get(country, (("Springfield", "10000", None),)))
    first, last = dice.choice(FIRST), dice.choice(LAST)
    street = f"{dice.randrange(1, 300)} {dice.choice(STREETS)}"

    def address(kind: str, phone: str | None) -> Address:
        email = f"{kind}_1_{order_id}@example.invalid"
        return Address(first, last, street, city, postal_code, country, email, phone=phone, state_or_province=state)

    return address("shipping", f"+1555{dice.randrange(10**6):07d}"), address("invoice", None)
