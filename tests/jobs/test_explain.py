"""`explain`: each term of a listing's numbers, in few requests, whatever else is remembered or open."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from listing_shop import PRICE, both, listed, settle, stock, sync
from shops import Shop

from bmsc import wiring
from bmsc.errors import UsageError
from bmsc.report import explanation


def told(shop: Shop, sku: str) -> dict[str, Any]:
    """Explain a SKU as `--json` does."""
    found: dict[str, Any] = json.loads(explanation.render_json(wiring.explain(sku, shop.config, shop.state_dir)))
    return found


def asked(shop: Shop) -> Counter[str]:
    """Count the requests since the log was last cleared, by what they were for."""
    names = {"/api/Catalog": "rows", "/api/Orders": "look-ups", "/ws/orders": "order pages", "/ws/listings": "listings"}
    paths = (entry.path for entry in shop.world.log.entries)
    return Counter(name for path in paths for part, name in names.items() if part in path)


class TestTerms:
    """What a person reads."""

    def test_each_term(self, shop: Shop) -> None:
        both(shop, "X", 9, 5, SAFETY_QTY=2)
        order_id = shop.place(("X", 1))
        sync(shop)
        found = told(shop, "x")
        terms = found["quantity"]["terms"]
        assert [terms[name] for name in ("available", "safety", "in_flight", "high", "low")] == [9, 2, 1, 6, 6]
        assert (found["quantity"]["rule"], found["quantity"]["would_send"]) == ("in_step", None)
        assert [order["order_id"] for order in found["orders"]] == [order_id]
        assert found["last_written"]["quantity"] == 6
        assert found["prices"][0]["wanted"] == PRICE
        lines = explanation.render(wiring.explain("x", shop.config, shop.state_dir))
        for words in ("available          9", "- safety           2", "in flight", "last written  6 units", "in_step"):
            assert words in lines

    def test_a_sku_nobody_lists(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="no listing") as refused:
            wiring.explain("NO BODY", shop.config, shop.state_dir)
        assert refused.value.next_step.endswith("bmsc listings create --dry-run --sku 'NO BODY'")

    def test_orders_of_a_sibling_and_of_an_alias(self, shop: Shop) -> None:
        shop.configure('\n[sku_aliases]\n"OLD" = "PARENT"\n')
        both(shop, "PARENT", 9, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        both(shop, "OTHER", 9, 5)
        listed(shop, "OLD", 5)
        orders = [shop.place((sku, 1)) for sku in ("PARENT", "SHADOW", "OLD")]
        shop.place(("OTHER", 1))
        for sku in ("PARENT", "SHADOW", "OLD"):
            found = told(shop, sku)
            assert [order["order_id"] for order in found["orders"]] == sorted(orders)
            assert found["quantity"]["terms"]["in_flight"] == 3

    def test_an_order_counts_with_the_units_it_takes_of_this_listing(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        both(shop, "OTHER", 9, 5)
        both(shop, "KIT", 0, 1, parts=(("X", 2),))
        order_id = shop.place(("X", 3), ("OTHER", 4))
        taken = {sku: told(shop, sku)["orders"] for sku in ("X", "OTHER", "KIT")}
        assert {sku: (order["order_id"], order["takes"]) for sku, (order,) in taken.items()} == {
            "X": (order_id, 3),
            "OTHER": (order_id, 4),
            "KIT": (order_id, 2),
        }

    def test_a_price_is_shown_in_the_currency_back_market_names(self, shop: Shop) -> None:
        for name in ("ENABLED_FR", "PRICE_FR"):
            shop.world.tenant.define_column(f"BACKMARKET_{name}", 0)
        both(shop, "X", 5, 5, ENABLED_FR="yes", PRICE_FR="319.00")
        shop.configure(locale="fr-fr", suffix="FR", currency="EUR")
        lines = explanation.render(wiring.explain("X", shop.config, shop.state_dir))
        (line,) = (line for line in lines.splitlines() if "BACKMARKET_PRICE_FR" in line)
        assert line.endswith("319.00 EUR, Back Market 319.00 USD")

    def test_what_a_guard_held_back_is_told(self, shop: Shop) -> None:
        for number in range(5):
            both(shop, f"S{number}", 5, 5)
        settle(shop)
        for number in range(4):
            shop.world.tenant.set_active(f"S{number}", active=False)
        sync(shop)
        assert [told(shop, sku)["quantity"]["withheld_by"] for sku in ("S0", "S4")] == [["zeroed"], []]
        lines = explanation.render(wiring.explain("S0", shop.config, shop.state_dir))
        assert "would send    0 units\n  withheld      zeroed: " in lines
        sync(shop, force=True)
        assert told(shop, "S0")["quantity"]["withheld_by"] == []

    def test_what_back_market_asks_is_told_beside_a_bad_cell(self, shop: Shop) -> None:
        both(shop, "X", 5, 5, PRICE_US="1.299,00")
        (price,) = told(shop, "X")["prices"]
        assert (price["wanted"], price["backmarket"], price["would_send"]) == (None, "319.00", None)
        lines = explanation.render(wiring.explain("X", shop.config, shop.state_dir))
        assert "BACKMARKET_PRICE_US unreadable, Back Market 319.00 USD\n                bad_cell: " in lines

    def test_an_alias_of_nothing_is_named(self, shop: Shop) -> None:
        shop.configure('\n[sku_aliases]\n"OLD" = "MISSPELT"\n')
        both(shop, "X", 9, 9)
        listed(shop, "OLD", 5)
        (action,) = sync(shop).plan.actions
        assert "no product MISSPELT, which [sku_aliases] names for OLD" in action.detail

    def test_it_says_what_the_next_sync_does(self, shop: Shop) -> None:
        shop.configure('\n[orders]\nmoney_mismatch = "warn"\n')
        shop.switch("sellercloud", aggregate_lag_seconds=600)
        both(shop, "PARENT", 5, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        settle(shop)
        for step in range(8):
            shop.advance(150)
            if step % 3 == 0:
                shop.place(("PARENT", 1))
            would = {sku: told(shop, sku)["quantity"]["would_send"] for sku in ("PARENT", "SHADOW")}
            report = sync(shop, dry_run=True)
            does = {action.sku: action.quantity for action in report.plan.actions}
            assert {sku: units for sku, units in would.items() if units is not None} == does
            shop.pull() if step % 2 else None
            sync(shop) if step % 4 == 1 else None


class TestFast:
    """What is asked, and what is not read."""

    def test_many_open_orders_are_not_looked_up_for_one_sku(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        for number in range(60):
            stock(shop, f"S{number}", 5)
            shop.place((f"S{number}", 1))
        order_id = shop.place(("X", 1))
        shop.world.log.clear()
        assert [order["order_id"] for order in told(shop, "X")["orders"]] == [order_id]
        assert asked(shop) == {"listings": 1, "rows": 3, "order pages": 5, "look-ups": 3}

    def test_what_a_sync_has_seen_is_not_read_again(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        for number in range(60):
            stock(shop, f"S{number}", 5)
            shop.place((f"S{number}", 1))
        sync(shop)
        shop.world.log.clear()
        assert told(shop, "X")["orders"] == []
        assert asked(shop) == {"listings": 1, "rows": 1, "order pages": 4}

    def test_it_does_not_read_the_journal(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        sync(shop)
        for journal in shop.state_dir.glob("journal-*"):
            journal.unlink()
            journal.mkdir()  # whoever opens it fails
        assert told(shop, "X")["last_written"]["quantity"] == 9
