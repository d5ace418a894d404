"""The probe against each variant of the sandbox that reading can tell: it prints the variant it met."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from listing_shop import PHONE, both, listed, stock
from shops import PASSWORD, TOKEN, Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.sandbox.backmarket.switches import BackMarketSwitches
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches
from bmsc.upkeep import probing

SC, BM = "sellercloud", "backmarket"
NAMES = {SC: "SellerCloud", BM: "Back Market"}


@pytest.fixture(autouse=True)
def furnished(shop: Shop) -> Shop:
    """Fill the shop with something of everything the probe looks for."""
    shop.world.account.add_product("Phone", product_id=PHONE, max_prices={"en-us": Decimal(1499)})
    for number in range(55):
        listing = both(shop, f"SKU-{number:02}", 5, 5, MIN_PRICE_US="289.5", SAFETY_QTY=3)
    assert listing
    stock(shop, "OFF", 3, ENABLED_US=False, active=False)
    stock(shop, "THEIRS", 3, company_id=164)
    stock(shop, "SHADOW", 0, shadow_of="A", PRICE_US="111.00")
    listed(shop, "IDLE", 3, prices={})
    product = shop.world.account.find_product(PHONE)
    assert product
    shop.world.account.add_rival(product, "en-us", grade="GOOD", price=500)
    listed(shop, "RETIRED", 0, disabled=True)
    stock(shop, "KIT", 1, parts=[("SKU-00", 2)])
    with shop.world.lock:
        cancelled = shop.world.tenant.add_order("1", 163, lines=[("A", 1, 100)], paid=True)
        shop.world.tenant.cancel(cancelled)
    for hours in (9, 5, 3):
        shop.place(("B", 1), created=shop.world.clock.now() - timedelta(hours=hours))
    shop.place(("A", 2), totals={"A": "150.00"})
    shop.place(("B", 1), state=0)
    shop.pull(order_ids=(shop.place(("C", 1)),))
    shop.advance(60)
    shop.world.log.clear()
    return shop


def answers(shop: Shop) -> dict[tuple[str, str], str]:
    return {(one.platform, one.question): one.found for one in probing.probe(shop.config, shop.state_dir)}


VARIANTS: list[tuple[str, dict[str, Any], str, str]] = [
    (SC, {"boolean_encoding": "title"}, "Boolean columns arrive as", 'text "True"'),
    (SC, {"boolean_encoding": "json"}, "Boolean columns arrive as", "JSON boolean"),
    (SC, {"boolean_encoding": "lower"}, "Boolean columns arrive as", 'text "true"'),
    (SC, {"boolean_encoding": "number"}, "Boolean columns arrive as", "number"),
    (SC, {"boolean_encoding": "digit"}, "Boolean columns arrive as", 'text "1"'),
    (SC, {"boolean_encoding": "letter"}, "Boolean columns arrive as", 'text "Y"'),
    (SC, {"boolean_encoding": "word"}, "Boolean columns arrive as", 'text "Yes"'),
    (SC, {"boolean_encoding": "padded"}, "Boolean columns arrive as", 'padded text "True"'),
    (SC, {"boolean_encoding": "garbage"}, "Boolean columns arrive as", "something nobody can read"),
    (SC, {"decimal_encoding": "number"}, "Decimal columns arrive as", "number"),
    (SC, {"decimal_encoding": "text"}, "Decimal columns arrive as", "text"),
    (SC, {"decimal_encoding": "scaled"}, "Decimal columns arrive as", "text with 4 decimals"),
    (SC, {"decimal_encoding": "comma"}, "Decimal columns arrive as", "text with a comma"),
    (SC, {"decimal_encoding": "padded"}, "Decimal columns arrive as", "padded text"),
    (SC, {"integer_encoding": "text"}, "Integer columns arrive as", "text"),
    (SC, {"integer_encoding": "padded"}, "Integer columns arrive as", "padded text"),
    (SC, {"unset_columns": "null"}, "unset columns are", "null"),
    (SC, {"unset_columns": "omitted"}, "unset columns are", "left out of the row"),
    (SC, {"unset_columns": "empty"}, "unset columns are", "empty text"),
    (SC, {"unset_columns": "sentinel"}, "unset columns are", "0 or 0.00 as text"),
    (SC, {"columns_key": "missing"}, "the custom columns of a row are", "no such key"),
    (SC, {"columns_key": "null"}, "the custom columns of a row are", "null"),
    (SC, {"columns_key": "empty"}, "the custom columns of a row are", "empty array"),
    (SC, {"max_page_size": 50}, "the largest page is", "50 rows"),
    (SC, {"max_page_size": 25}, "the largest page is", "25 rows"),
    (SC, {"past_end_page": "empty"}, "a page past the end is", "an empty list, total kept"),
    (SC, {"past_end_page": "last"}, "a page past the end is", "the last page again"),
    (SC, {"past_end_page": "total_zero"}, "a page past the end is", "an empty list, total 0"),
    (SC, {"empty_items_null": True}, "an empty list is", "null"),
    (SC, {"list_values": "comma"}, "several values of one filter come", "comma list work"),
    (SC, {"list_values": "repeated"}, "several values of one filter come", "repeated key work"),
    (SC, {"default_companies": "all"}, "without companyID a catalog shows", "more than our company"),
    (SC, {"default_active": "active"}, "without activeStatus a catalog shows", "active products only"),
    (SC, {"default_active": "all"}, "without activeStatus a catalog shows", "all products"),
    (SC, {"default_shadows": "shown"}, "without displayShadows a catalog shows", "shadows too"),
    (SC, {"shadow_catalog_quantity": "zero"}, "a shadow's own quantity is", "0"),
    (SC, {"shadow_catalog_quantity": "parent"}, "a shadow's own quantity is", "the parent's"),
    (SC, {"shadow_columns": "parent"}, "a shadow's custom columns are", "the parent's"),
    (SC, {"available_quantity_null": True}, "InventoryAvailableQty is", "null"),
    (SC, {"aggregate_quantity_zero": True}, "AggregateQty equals it", "no"),
    (SC, {"quantities_as_text": True}, "quantities arrive as", "text"),
    (SC, {"money_as_text": True}, "money arrives as", "text"),
    (SC, {"date_style": "utc_z"}, "dates are written", "in UTC with Z"),
    (SC, {"date_style": "offset"}, "dates are written", "with an offset"),
    (SC, {"time_zone": "America/New_York"}, "dates are in", "America/New_York"),
    (SC, {"time_zone": "UTC"}, "dates are in", "UTC"),
    (SC, {"warehouses_shape": "object"}, "Inventory/Warehouses is", "an object"),
    (SC, {"warehouses_shape": "wrapped"}, "Inventory/Warehouses is", "an object with Items"),
    (SC, {"single_columns_shape": "object"}, "Products/CustomColumns is", "an object"),
    (BM, {"oversized_page": "clamp"}, "a page larger than 50 is", "answered with 50 rows"),
    (BM, {"oversized_page": "serve"}, "a page larger than 50 is", "answered with 56 rows"),
    (BM, {"oversized_page": "refuse"}, "a page larger than 50 is", "refused"),
    (BM, {"past_end_page": "not_found"}, "a page past the end is", "a 404"),
    (BM, {"past_end_page": "empty"}, "a page past the end is", "an empty list"),
    (BM, {"order_list": "newest_first"}, "the order list is", "newest first"),
    (BM, {"order_list": "oldest_first"}, "the order list is", "oldest first"),
    (BM, {"address_keys": "snake"}, "address keys are", "snake_case"),
    (BM, {"address_keys": "camel"}, "address keys are", "camelCase"),
    (BM, {"state_key": "state"}, "the state of an address is called", "state"),
    (BM, {"state_key": "none"}, "the state of an address is called", "nothing"),
    (BM, {}, "a line's price is", "the total of its units"),
    (BM, {"order_fee": "hidden"}, "the commission is shown", "no"),
    (BM, {"delivery_mode": "hidden"}, "delivery_mode is shown", "no"),
    (BM, {"date_zone": "utc"}, "dates carry", "UTC"),
    (BM, {"date_zone": "market"}, "dates carry", "an offset of their own"),
    (BM, {"max_price": "text"}, "max_price arrives as", "text"),
    (BM, {"unpriced": "zero"}, "an unpriced market shows", "0"),
    (BM, {"unpriced": "null"}, "an unpriced market shows", "null"),
    (BM, {"unpriced": "empty"}, "an unpriced market shows", "empty text"),
    (BM, {"next_host": "https://www.backmarket.fr"}, "the next page is on", "another host"),
    (BM, {"foreign_language": "refuse"}, "an unknown language gives", "a refusal"),
    (BM, {"foreign_language": "home"}, "an unknown language gives", "the home market"),
    (BM, {}, "buybox data covers", "5 of 5"),
    (BM, {"price_to_win_when_winning": "own_price"}, "while winning, price_to_win is", "our own price"),
    (BM, {"price_to_win_when_winning": "highest_winning"}, "while winning, price_to_win is", "higher"),
    (BM, {"winner_price_null": True}, "while winning, winner_price is", "null"),
    (BM, {"winner_price_null": False}, "while winning, winner_price is", "named"),
    (SC, {"default_shadows": "hidden"}, "without displayShadows a catalog shows", "no shadow"),
    (SC, {"default_companies": "default"}, "without companyID a catalog shows", "our company or less"),
    (SC, {"negative_available": True}, "InventoryAvailableQty is", "number, negative when oversold"),
    (SC, {"negative_available": False}, "InventoryAvailableQty is", "=number"),
    (SC, {"available_quantity_null": False}, "InventoryAvailableQty is", "=number"),
    (SC, {"aggregate_quantity_zero": False}, "AggregateQty equals it", "=yes"),
    (SC, {"quantities_as_text": False}, "quantities arrive as", "=number"),
    (SC, {"money_as_text": False}, "money arrives as", "=number"),
    (SC, {"integer_encoding": "number"}, "Integer columns arrive as", "=number"),
    (SC, {"integer_encoding": "garbage"}, "Integer columns arrive as", "something nobody can read"),
    (SC, {"product_id_case": "upper"}, "SKUs are spelled", "in another case"),
    (SC, {"columns_key": "present"}, "the custom columns of a row are", "=array"),
    (SC, {"shadow_columns": "own"}, "a shadow's custom columns are", "=its own"),
    (SC, {"warehouses_shape": "array"}, "Inventory/Warehouses is", "=an array"),
    (SC, {"single_columns_shape": "array"}, "Products/CustomColumns is", "=an array"),
    (SC, {"list_values": "both"}, "several values of one filter come", "comma list and repeated key work"),
    (SC, {"empty_items_null": False}, "an empty list is", "=array"),
    (SC, {"date_fraction": "trimmed"}, "a date's seconds carry", "digit"),
    (SC, {"decimal_encoding": "garbage"}, "Decimal columns arrive as", "something nobody can read"),
    (BM, {"state_filter": "works"}, "the state filter is", "honoured"),
    (BM, {"state_filter": "ignored"}, "the state filter is", "ignored"),
    (BM, {"hidden_order_states": "shown"}, "orders in states 0 and 8 are listed", "yes"),
    (BM, {"hidden_order_states": "empty"}, "orders in states 0 and 8 are listed", "none came"),
    (BM, {"no_rival": "not_found"}, "buybox data covers", "0 of 5"),
    (SC, {"page_overlap": 0}, "two pages share rows", "no"),
    (SC, {"page_overlap": 2}, "two pages share rows", "yes"),
    (SC, {"max_list_values": 20}, "of 50 SKUs in one filter come", "20"),
    (SC, {"max_list_values": 0}, "of 50 SKUs in one filter come", "all"),
    (SC, {"product_id_case": "kept"}, "SKUs are spelled", "as on Back Market"),
    (SC, {"product_id_case": "lower"}, "SKUs are spelled", "in another case"),
    (SC, {"reference_id_kept": True}, "an order's line keeps ReferenceID", "yes"),
    (SC, {"reference_id_kept": False}, "an order's line keeps ReferenceID", "not on every order"),
    (SC, {"unlisted_statuses": []}, "cancelled orders are listed", "yes"),
    (SC, {"unlisted_statuses": [-1]}, "cancelled orders are listed", "none came"),
    (SC, {"missing_order_status": 404}, "an order that is not there is", "a 404"),
    (SC, {"missing_order_status": 500}, "an order that is not there is", "a 500"),
    (SC, {"missing_order_status": 200}, "an order that is not there is", "null"),
    (SC, {"date_style": "naive"}, "dates are written", "without an offset"),
    (SC, {"date_fraction": "none"}, "a date's seconds carry", "no fraction"),
    (SC, {"date_fraction": "seven"}, "a date's seconds carry", "7 digits"),
    (SC, {"null_dates": "null"}, "a missing date is", "null"),
    (SC, {"null_dates": "minimum"}, "a missing date is", "the year 1"),
    (SC, {"row_width": "full"}, "a row's keys are", "more than 40"),
    (SC, {"row_width": "known"}, "a row's keys are", "40 or fewer"),
    (SC, {"kit_quantity": "derived"}, "a kit's quantity is", "what its parts allow"),
    (SC, {"kit_quantity": "own"}, "a kit's quantity is", "another"),
    (SC, {}, "a shadow's stock by warehouse is", "its parent's"),
    (BM, {"order_list": "shuffled"}, "the order list is", "without order"),
    (BM, {"deactivated_listings": "hidden"}, "deactivated listings are listed by default", "none came"),
    (BM, {"deactivated_listings": "listed"}, "deactivated listings are listed by default", "yes"),
    (BM, {"order_fee": "shown"}, "the commission is shown", "yes"),
    (BM, {"delivery_mode": "shown"}, "delivery_mode is shown", "yes"),
    (BM, {"max_price": "number"}, "max_price arrives as", "number"),
    (BM, {"next_host": ""}, "the next page is on", "our own host"),
    (BM, {"state_key": "state_or_province"}, "the state of an address is called", "state_or_province"),
    (BM, {"siblings_listed": False}, "a buybox answer names", "the listing asked about"),
    (BM, {"siblings_listed": True}, "a buybox answer names", "others of ours too"),
    (BM, {"no_rival": "winning"}, "buybox data covers", "5 of 5"),
]
NOT_TOLD = {
    "a write shows it: steps are in docs/launch.md": """
        duplicate_numbers required_addresses channel_required last_name_checked refused_last_names unknown_sku
        other_company_sku currency own_tax_rate tax_exempt_honoured line_tax_kept initial_order_status payment_body
        overpayment_refused payment_of_cancelled_refused status_code_answer status_code_changes
        shipped_can_be_cancelled ship_date_required ship_dates_checked unpaid_shipping_refused
        package_carrier_required split_number merge_number merged_status reserve_at aggregate_lag_seconds
        order_list_lag_seconds payment_moves_last_updated shipping_moves_last_updated serials_move_last_updated
        column_edit_moves_modified price_edit_moves_modified order_advances repeated_state same_sku_lines sku_case
        ship_unaccepted ship_partly_accepted unknown_shipper bad_imei imei_for_several repeated_serial
        serial_line_states future_ship_date backship_tracking form_bodies stock_falls_at cancel_restores_stock
        oversold currency_default min_price_band zero_price extra_decimals listing_lag_seconds listing_writes
        task_start_seconds task_end_seconds task_end task_todo_status task_row_key task_error_shape
        old_listing_handed_back old_listing_takes_new_sku created_under_upper_sku breaking_sku broken_file
        batch_too_long_status unfinished_applied ungraded grade_numbers default_comment task_marks backbox_seconds
        competitors_after_seconds comment_needed backbox_by error_shape""",
    "only too many or too long requests show it": """
        requests_per_hour throttle_status edge_requests_per_10s edge_answer sensitive_listings answer_seconds
        answers_at_once
        sensitive_requests_per_10s competitors_per_second listing_lines_per_hour max_query_characters""",
    "only wrong credentials show it": "bad_credentials_status unauthorized_status user_agent token_seconds",
    "doctor tells it": "visible_companies hidden_columns column_encodings backpricer",
    "bmsc never asks that way": """
        model_required mixed_names_drop_bare date_filters_inclusive sku_list_ignores_active unknown_product_status
        unknown_column single_columns_boolean shadow_inventory_quantity child_products_listed naive_dates
        no_language listings_bi unknown_competitor""",
}
"""Why the probe does not tell a behaviour, and which ones."""


def test_every_behaviour_is_told_or_there_is_a_reason(shop: Shop) -> None:
    told = {name for _, switches, _, _ in VARIANTS for name in switches}
    untold = {name for names in NOT_TOLD.values() for name in names.split()}
    switches = {field.name for side in (SC, BM) for field in fields(getattr(shop.world.switches, side))}
    assert switches - told - untold - {"retry_after"} == set()
    assert (told | untold) - switches == set()
    assert told & untold == set()


@pytest.mark.parametrize(("platform", "switches"), [(SC, SellerCloudSwitches), (BM, BackMarketSwitches)])
def test_every_variant_of_a_told_behaviour_is_met(platform: str, switches: type) -> None:
    met = [pair for side, some, *_ in VARIANTS if side == platform for pair in some.items()]
    for name, hint in get_type_hints(switches).items():
        values = (True, False) if hint is bool else get_args(hint) if get_origin(hint) is Literal else ()
        if any(name == told for told, _ in met):
            assert [value for value in values if (name, value) not in met] == [], name


def test_throttle_headers_are_named(shop: Shop) -> None:
    shop.switch(BM, retry_after=True, edge_requests_per_10s=3)
    assert "retry-after" in answers(shop)["Back Market", "throttle headers are named"]


def make_it_show(shop: Shop, switches: dict[str, Any]) -> None:
    """Add what a behaviour shows itself by, where the shop does not have it anyway."""
    if "shadow_columns" in switches or "unpriced" in switches:
        shop.world.tenant.set_column("A", "BACKMARKET_PRICE_US", "222.00")
    if "negative_available" in switches:
        shop.world.tenant.add_order("2", 163, lines=[("SKU-01", 9, 100)], paid=True)
        shop.advance(60)
    if "date_fraction" in switches:
        shop.advance(0.125)
        shop.world.tenant.set_column("A", "BACKMARKET_PRICE_US", "222.00")
    if "product_id_case" in switches:
        both(shop, "Mixed-Case", 5, 5)
    if "no_rival" in switches:
        shop.world.account.rivals_of.clear()


@pytest.mark.parametrize(("platform", "switches", "question", "found"), VARIANTS, ids=lambda value: str(value)[:60])
def test_the_variant_met_is_printed(
    shop: Shop, platform: str, switches: dict[str, Any], question: str, found: str
) -> None:
    shop.switch(platform, **switches)
    make_it_show(shop, switches)
    told = answers(shop)
    if found.startswith("="):
        assert told[NAMES[platform], question] == found[1:]
    assert found.removeprefix("=") in told[NAMES[platform], question], told
    assert shop.writes() == []


def test_the_report_holds_shapes_and_no_value_of_the_shop(shop: Shop, tmp_path: Path) -> None:
    path = probing.write_report(probing.probe(shop.config, shop.state_dir), tmp_path / "probe.json")
    text = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert len(json.loads(text)["answers"]) == 55
    private = [PASSWORD, TOKEN, "SKU-0", "SHADOW", "319", "127.0.0.1", "example.test", "Example Refurb", "163"]
    private += list(filter(None, vars(next(iter(shop.world.account.orders.values())).shipping).values()))
    assert [word for word in private if len(str(word)) > 2 and str(word) in text] == []


def test_answers_stand_on_the_screen_though_their_file_is_refused(shop: Shop) -> None:
    files = ["--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    done = CliRunner().invoke(app, ["doctor", "--probe", "--report", "/dev/full", *files])
    assert "questions settled" in done.output
    assert "/dev/full: No space left on device" in done.output
    assert done.exit_code == 10


def test_a_platform_that_is_away_leaves_its_questions_unsettled(shop: Shop) -> None:
    shop.world.faults.add("status_before", platform="backmarket", times=None, args={"status": 503})
    told = answers(shop)
    assert told["Back Market", "a line's price is"].startswith("cannot be told")
    assert 'text "True"' in told["SellerCloud", "Boolean columns arrive as"]
