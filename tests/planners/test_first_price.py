"""At which price a listing may appear for the first time where `listings sync` writes no prices."""

from __future__ import annotations

from typing import Any

import pytest
from builders import a_listing, a_row, settings, sync_facts
from msgspec.structs import replace

from bmsc.domain.listings import KnownListing
from bmsc.domain.settings import ListingsSettings, ListingUpdate, RepriceSettings, Settings
from bmsc.planners import listings_sync
from bmsc.planners.guards import GuardMemory
from bmsc.planners.reckoning import Reckoning

QUANTITY_ONLY = replace(settings(), listings=ListingsSettings(update=ListingUpdate.QUANTITY))
REPRICED = replace(settings(), reprice=RepriceSettings(enabled=True))


def reckon(chosen: Settings, *, price: str | None, force: bool = False, memory: GuardMemory, **facts: Any) -> Reckoning:
    listing = a_listing(quantity=facts.pop("quantity", 0), price=price)
    known = {listing.id: facts.pop("known")} if "known" in facts else {}
    found = sync_facts([listing], [a_row(**facts)], known=known)
    (one,) = listings_sync.reckon(found, chosen, memory, force=force).listings
    return one


@pytest.mark.parametrize("chosen", [QUANTITY_ONLY, REPRICED], ids=["quantity only", "repriced"])
@pytest.mark.parametrize(
    ("price", "facts", "raised"),
    [
        ("319.00", {}, True),
        ("250.00", {}, True),
        ("31.90", {}, False),
        ("3190.00", {}, False),
        (None, {}, True),
        ("31.90", {"PRICE_US": None}, True),
        ("31.90", {"PRICE_US": "1.299,00"}, True),
        ("31.90", {"quantity": 1}, True),
        ("31.90", {"known": KnownListing(managed=True)}, False),
        ("31.90", {"known": KnownListing(managed=True, written=0)}, True),
    ],
)
def test_what_appears(chosen: Settings, price: str | None, facts: dict[str, Any], raised: bool) -> None:
    found = reckon(chosen, price=price, memory=GuardMemory(ran_live=True), **facts)
    assert (found.quantity == 5) is raised
    assert [hold.reason for hold in found.holds] == ([] if raised else ["price_change"])


def test_another_currency_never_appears() -> None:
    dollars = replace(QUANTITY_ONLY.markets[0], currency="EUR")
    found = reckon(replace(QUANTITY_ONLY, markets=(dollars,)), price="319.00", memory=GuardMemory(ran_live=True))
    assert (found.quantity, found.holds[0].reason) == (None, "currency_differs")


def test_force_passes_what_was_shown() -> None:
    seen = GuardMemory(ran_live=True, refused={listings_sync.PRICE_CLASS: ["sku:IP13@en-us"]})
    assert reckon(QUANTITY_ONLY, price="31.90", memory=seen).quantity is None
    assert reckon(QUANTITY_ONLY, price="31.90", memory=seen, force=True).quantity == 5
