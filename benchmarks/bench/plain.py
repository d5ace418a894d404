"""Two plain clients, one request after the other, that do what one run of `listings sync` does.

`batched` names 50 SKUs in a request, as the program does; `single` asks for one SKU at a time, as the public bridges
do. Neither has any of the program's care: no pace, no proof of absence, no journal, no guard.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

import requests

PAGE = 50
COLUMN = "BACKMARKET_PRICE_US"


class Client:
    """Both platforms over one connection each."""

    def __init__(self, url: str, password: str, token: str) -> None:
        self._url = url
        self._market, self._cloud = requests.Session(), requests.Session()
        agent = "BM-Example-plain;ops@example.test"
        self._market.headers.update(
            {"Authorization": f"Basic {token}", "User-Agent": agent, "Accept-Language": "en-us"}
        )
        login = {"Username": "integration@example.test", "Password": password}
        answer = self._cloud.post(f"{url}/rest/api/token", json=login, timeout=60)
        self._cloud.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.asked = 1

    def market(self, path: str, **query: Any) -> dict[str, Any]:
        """Read from Back Market."""
        return self._done(self._market.get(f"{self._url}/ws/{path}", params=query, timeout=60))

    def cloud(self, path: str, **query: Any) -> dict[str, Any]:
        """Read from SellerCloud."""
        named = {f"model.{name}": value for name, value in query.items()}
        return self._done(self._cloud.get(f"{self._url}/rest/api/{path}", params=named, timeout=60))

    def write(self, listing: str, line: dict[str, Any]) -> None:
        """Write a line."""
        self._done(self._market.post(f"{self._url}/ws/listings/{listing}", json=line, timeout=60))

    def _done(self, answer: requests.Response) -> dict[str, Any]:
        self.asked += 1
        answer.raise_for_status()
        return dict(answer.json())


def listings(client: Client, most: int) -> list[dict[str, Any]]:
    """Read listings page after page, `most` of them at most; 0 is all."""
    found: list[dict[str, Any]] = []
    for number in range(1, 1_000_000):
        page = client.market("listings", page=number, **{"page-size": PAGE})
        found += page["results"]
        if not page["next"] or (most and len(found) >= most):
            break
    return found[:most] if most else found


def rows(client: Client, skus: list[str], size: int) -> Iterator[dict[str, Any]]:
    """Read catalog rows, so many SKUs in a request."""
    for start in range(0, len(skus), size):
        named = ",".join(skus[start : start + size])
        yield from client.cloud("Catalog", sKU=named, pageSize=PAGE)["Items"]


def sync(client: Client, *, size: int, most: int) -> int:
    """Read both sides and the open orders, and write what differs; answers with the lines."""
    shown = listings(client, most)
    found = {row["ID"]: row for row in rows(client, [one["sku"] for one in shown], size)}
    parents = [row["ShadowOf"] for row in found.values() if row["ShadowOf"]]
    found |= {row["ID"]: row for row in rows(client, parents, size)}
    for state in (10, 1, 3):
        client.market("orders", state=state, **{"page-size": PAGE})
    lines = 0
    for one in shown:
        if line := _difference(one, found):
            client.write(one["id"], line)
            lines += 1
    return lines


def _difference(one: dict[str, Any], found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row = found[one["sku"]]
    units = found[row["ShadowOf"] or one["sku"]]["InventoryAvailableQty"]
    price = next((cell["Value"] for cell in row["CustomColumns"] if cell["ColumnName"] == COLUMN), None)
    line: dict[str, Any] = {} if units == one["quantity"] else {"quantity": units}
    if price is not None and float(price) != float(one["price"]):
        line |= {"price": str(price), "currency": "USD"}
    return line


def main() -> None:
    """Print what one run took, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "password", "token"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--size", type=int, default=PAGE)
    parser.add_argument("--most", type=int, default=0)
    asked = parser.parse_args()
    client = Client(asked.url, asked.password, asked.token)
    began = time.perf_counter()
    lines = sync(client, size=asked.size, most=asked.most)
    print(json.dumps({"seconds": time.perf_counter() - began, "requests": client.asked, "lines": lines}))


if __name__ == "__main__":
    main()
