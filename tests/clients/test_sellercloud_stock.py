"""What a batch of catalog rows that failed says of its SKUs: nothing."""

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
    requests_mock.get(f"{SELLERCLOUD_URL}/api/Catalog", [{"json": ONE_ROW}, said])
    stock = SellerCloudStock(sellercloud, columns=frozenset())
    read, failed = stock.rows([Sku("HERE"), Sku("LONG" + 250 * "X")])
    assert (set(read.found), set(read.unknown)) == ({"here"}, set())
    assert failed.unknown == failed.asked == {"long" + 250 * "x"}
