"""A file that is right becomes the plain values it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmsc.config.model import known_keys
from bmsc.domain.platforms import CURRENCY_OF_LOCALE
from bmsc.domain.settings import (
    BelowMinimum,
    FromBackMarket,
    ListingUpdate,
    Market,
    MoneyMismatch,
    NoData,
    OnShortStock,
    PartialShipment,
    SalesTax,
    Settings,
    WhenDisabled,
    Winning,
)

SECRET_KEYS = {"password_file", "token_file"}


def test_what_the_file_leaves_out_is_the_default(document, load_document) -> None:
    settings = load_document(document).settings
    assert settings == Settings(settings.sellercloud, settings.backmarket, settings.markets)


@pytest.mark.parametrize("table", Settings.__struct_fields__)
def test_file_and_settings_have_the_same_keys(table, document, load_document) -> None:
    value = getattr(load_document(document).settings, table)
    sample = value[0] if table == "markets" else value
    names = set(sample.__struct_fields__) if table != "sku_aliases" else set()
    assert set(known_keys((table,))) - SECRET_KEYS == names


def test_the_new_listings_table_has_the_same_keys(document, load_document) -> None:
    create = load_document(document).settings.listings.create
    assert set(known_keys(("listings", "create"))) == set(create.__struct_fields__)


def test_every_choice_arrives(document, load_document) -> None:
    document |= {
        "sku_aliases": {"A old": "A", "A older": "A"},
        "orders": {
            "on_short_stock": "hold",
            "sales_tax": "include",
            "money_mismatch": "warn",
            "order_number_prefix": "BM-",
        },
        "tracking": {
            "partial_shipment": "first",
            "unknown_carrier": "DHL  EXPRESS",
            "send_serials": False,
            "mark_channel_notified": True,
            "carriers": {"Priority": "USPS - Priority Mail", "Colis privé": "ColisPrivé"},
        },
        "cancel": {"from_backmarket": "cancel", "message": "Désolé"},
        "listings": {"update": "quantity", "when_disabled": "zero", "max_quantity": 9},
        "reprice": {
            "enabled": True,
            "below_minimum": "minimum",
            "no_data": "hold",
            "winning": "climb",
            "climb_percent": 1,
        },
    }
    settings = load_document(document).settings
    assert settings.sku_aliases == {"A old": "A", "A older": "A"}
    assert settings.orders.on_short_stock is OnShortStock.HOLD
    assert settings.orders.sales_tax is SalesTax.INCLUDE
    assert settings.orders.money_mismatch is MoneyMismatch.WARN
    assert settings.orders.order_number_prefix == "BM-"
    assert settings.tracking.partial_shipment is PartialShipment.FIRST
    assert settings.tracking.unknown_carrier == "DHL  EXPRESS"
    assert not settings.tracking.send_serials
    assert settings.tracking.mark_channel_notified
    assert settings.tracking.carriers["Colis privé"] == "ColisPrivé"
    assert settings.cancel.from_backmarket is FromBackMarket.CANCEL
    assert settings.listings.update is ListingUpdate.QUANTITY
    assert settings.listings.when_disabled is WhenDisabled.ZERO
    assert settings.listings.max_quantity == 9
    assert settings.reprice.below_minimum is BelowMinimum.MINIMUM
    assert settings.reprice.no_data is NoData.HOLD
    assert settings.reprice.winning is Winning.CLIMB


def test_words_for_nothing_become_none(document, load_document) -> None:
    document["tracking"] = {"unknown_carrier": "hold"}
    document["listings"] = {"max_quantity": 0, "create": {"saved_view_id": 0}}
    document["notify"] = {"heartbeat_url": "", "command": "", "metrics_file": ""}
    settings = load_document(document).settings
    assert settings.tracking.unknown_carrier is None
    assert settings.listings.max_quantity is None
    assert settings.listings.create.saved_view_id is None
    assert settings.notify.heartbeat_url is settings.notify.command is settings.notify.metrics_file is None


def test_notify_is_carried_over_and_its_file_stands_beside_the_configuration(
    document, load_document, tmp_path: Path
) -> None:
    command = "mail -s 'bmsc' ops@example.com"
    document["notify"] = {
        "heartbeat_url": "https://hc.example.com/ping/1/",
        "command": command,
        "metrics_file": "bmsc.prom",
    }
    notify = load_document(document).settings.notify
    assert notify.heartbeat_url == "https://hc.example.com/ping/1"
    assert notify.command == command
    assert notify.metrics_file == str(tmp_path / "bmsc.prom")


@pytest.mark.parametrize(
    ("channel", "number"),
    [("Website", 6), ("website", 6), ("local store", 0), ("Target_Plus", 78), (0, 0), (80, 80)],
)
def test_a_channel_is_a_name_in_any_case_or_a_number(channel, number, document, load_document) -> None:
    document["sellercloud"]["channel"] = channel
    assert load_document(document).settings.sellercloud.channel == number


@pytest.mark.parametrize("locale", CURRENCY_OF_LOCALE)
def test_every_market_loads_on_its_own_platform(locale, document, load_document) -> None:
    hosts = {"en-us": "com", "ja-jp": "co.jp", "en-au": "co.jp"}
    document["backmarket"]["base_url"] = f"https://www.backmarket.{hosts.get(locale, 'fr')}"
    document["markets"] = [{"locale": locale, "suffix": "X_1", "currency": CURRENCY_OF_LOCALE[locale]}]
    assert load_document(document).settings.markets == (Market(locale, "X_1", CURRENCY_OF_LOCALE[locale]),)


def test_a_market_names_its_columns_and_its_country() -> None:
    market = Market("en-gb", "UK", "GBP")
    assert market.country == "GB"
    assert market.enabled_column == "BACKMARKET_ENABLED_UK"
    assert market.price_column == "BACKMARKET_PRICE_UK"
    assert market.min_price_column == "BACKMARKET_MIN_PRICE_UK"


def test_settings_cannot_be_changed(document, load_document) -> None:
    document["sku_aliases"] = {"A old": "A"}
    settings = load_document(document).settings
    with pytest.raises(AttributeError):
        settings.sellercloud.company_id = 1
    with pytest.raises(TypeError):
        settings.sku_aliases["B"] = "C"
