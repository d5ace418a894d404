"""What an answer that failed, or that a search did not bring, says of SKUs: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from clients.standing import SELLERCLOUD_URL
from requests_mock import Mocker

from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.clients.sellercloud_stock import SellerCloudStock
from bmsc.domain.ids import Sku

ONE_ROW = {"Items": [{"ID": "HERE", "CompanyID": 163}], "TotalResults": 1}


@pytest.mark.parametrize(
    "said",
    [{"status_code": 404}, {"status_code": 503}, {"text": "<html></html>"}, {"json": {"Items": "none"}}],
    ids=["404", "503", "a page", "another shape"],
)
def test_a_failed_batch_knows_nothing_of_its_skus(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, said: dict[str, Any]
) -> None:
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Catalog?model.sKU=HERE", json=ONE_ROW)
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Catalog?model.keyword=LONG{250 * 'X'}", **said)
    stock = SellerCloudStock(sellercloud, columns=frozenset())
    read, failed = stock.rows([Sku("HERE"), Sku("LONG" + 250 * "X")])
    assert (set(read.found), set(read.unknown)) == ({"here"}, set())
    assert failed.unknown == failed.asked == {"long" + 250 * "x"}


DENIED = {"status_code": 500, "json": {"Message": "Product A,B could not be found."}}


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        (DENIED, set()),
        ({"json": [{"WarehouseID": 1, "AvailableQty": 4}]}, {"a,b"}),
        ({"json": []}, {"a,b"}),
        ({"status_code": 500, "json": {"Message": "try later"}}, {"a,b"}),
        ({"text": "<html></html>"}, {"a,b"}),
    ],
    ids=["denied", "on a shelf", "on no shelf", "an error", "a page"],
)
def test_what_a_search_did_not_bring_is_asked_for_by_name(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, said: dict[str, Any], unknown: set[str]
) -> None:
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Catalog", json={"Items": [], "TotalResults": 0})
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Inventory/Warehouses", **said)
    (answer,) = SellerCloudStock(sellercloud, columns=frozenset()).rows([Sku("A,B")])
    assert (set(answer.found), set(answer.unknown)) == (set(), unknown)


HOUSES = [{"ID": number, "IsSellAble": number != 2} for number in range(1, 61)]


@pytest.mark.parametrize(
    ("shelves", "units"),
    [({1: 0, 60: 5}, 5), ({1: 3, 2: 9}, 3), ({1: 0}, 0), ({1: 0, 61: 5}, None), ({}, None)],
    ids=["on the second page", "not for sale", "none", "a warehouse nobody names", "nowhere"],
)
def test_units_in_warehouses(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, shelves: dict[int, int], units: int | None
) -> None:
    for page, rows in (("1", HOUSES[:50]), ("2", HOUSES[50:])):
        answer = {"Items": rows, "TotalResults": len(HOUSES)}
        requests_mock.get(f"{SELLERCLOUD_URL}/api/Warehouses?model.pageNumber={page}", json=answer)
    rows = [{"WarehouseID": house, "AvailableQty": quantity} for house, quantity in shelves.items()]
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Inventory/Warehouses", json=rows)
    assert SellerCloudStock(sellercloud, columns=frozenset()).units_in_warehouses(Sku("X")) == units


def test_a_list_of_warehouses_that_stays_short_tells_nothing(
    sellercloud: SellerCloudWrites, requests_mock: Mocker
) -> None:
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Warehouses", json={"Items": HOUSES[:1], "TotalResults": 2})
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Inventory/Warehouses", json=[{"WarehouseID": 1, "AvailableQty": 0}])
    assert SellerCloudStock(sellercloud, columns=frozenset()).units_in_warehouses(Sku("X")) is None
