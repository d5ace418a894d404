"""Which small shop does the sandbox open with?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.backmarket.listings import GRADES, CatalogProduct
from bmsc.sandbox.goods import ALIAS, FACTORS, GOODS, IPAD_6, KIT, SHADOW, UNKNOWN_SKU, Good, product_uuid
from bmsc.sandbox.sellercloud.tenant import Tenant

COMPANY_ID = 163
OTHER_COMPANY_ID = 164
COMMON_COLUMNS = {
    "BACKMARKET_SAFETY_QTY": 1,
    "BACKMARKET_ID": 0,
    "BACKMARKET_GRADE": 1,
    "BACKMARKET_WARRANTY_DELAY": 1,
}
"""Custom columns of a product for all markets, with SellerCloud's data types."""
MARKET_COLUMNS = {"BACKMARKET_ENABLED": 4, "BACKMARKET_PRICE": 2, "BACKMARKET_MIN_PRICE": 2}
"""Custom columns of a product for each market, before the suffix."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Front:
    """A market that the shop sells in, and the suffix of its columns."""

    locale: str
    suffix: str
    currency: str


SHOPS = {
    "us": (Front("en-us", "US", "USD"),),
    "eu": (Front("fr-fr", "FR", "EUR"), Front("en-gb", "GB", "GBP")),
}


def open_shop(name: str, *, tenant: Tenant, account: Account) -> None:
    """Fill both sides with the shop `us` or `eu`, or only build the empty rooms of `empty`."""
    if name != "empty" and name not in SHOPS:
        raise ValueError(f"no shop is called {name}")
    fronts = SHOPS.get(name, SHOPS["us"])
    account.settle_in("EU" if name == "eu" else "NA")
    build_rooms(tenant, fronts)
    if name != "empty":
        _Shop(tenant, account, fronts).fill()


def build_rooms(tenant: Tenant, fronts: Sequence[Front]) -> None:
    """Add the companies, the custom columns and the saved views."""
    tenant.add_company(COMPANY_ID, "Example Refurb", currency=fronts[0].currency)
    tenant.add_company(OTHER_COMPANY_ID, "Example Outlet", currency=fronts[0].currency)
    for column, data_type in COMMON_COLUMNS.items():
        tenant.define_column(column, data_type)
    for front in fronts:
        for column, data_type in MARKET_COLUMNS.items():
            tenant.define_column(f"{column}_{front.suffix}", data_type)
        column = f"BACKMARKET_ENABLED_{front.suffix}"
        tenant.add_view(f"Back Market {front.suffix}", company_id=COMPANY_ID, column=column)


class _Shop:
    def __init__(self, tenant: Tenant, account: Account, fronts: Sequence[Front]) -> None:
        self._tenant = tenant
        self._account = account
        self._fronts = fronts

    def fill(self) -> None:
        """Put goods, listings, rivals and orders in place."""
        self._tenant.add_product("CHARGER-USBC-30", company_id=COMPANY_ID, name="USB-C charger 30W", quantity=40)
        self._tenant.add_product("IPH13", company_id=COMPANY_ID, name="iPhone 13", quantity=0, is_matrix_parent=True)
        for good in (*GOODS, SHADOW, KIT):
            self._shelve(good)
            self._list(good)
        self._list_leftovers()
        self._seed_orders()

    def _shelve(self, good: Good) -> None:
        facts: dict[str, Any] = {"company_id": COMPANY_ID, **good.facts}
        self._tenant.add_product(
            good.sku,
            name=f"{good.title} ({good.grade.replace('_', ' ').lower()})",
            quantity=good.stock,
            columns=self._cells(good),
            price=_decimal(good.price),
            **facts,
        )

    def _cells(self, good: Good) -> dict[str, object]:
        cells: dict[str, object] = {
            "ID": self._reference(good),
            "GRADE": GRADES[good.grade],
            "WARRANTY_DELAY": 12,
            **good.cells,
        }
        for front in self._fronts:
            cells[f"ENABLED_{front.suffix}"] = good.enabled
            cells[f"PRICE_{front.suffix}"] = _in_market(good.price, front) or good.price
            cells[f"MIN_PRICE_{front.suffix}"] = _in_market(good.minimum, front)
        return {f"BACKMARKET_{name}": value for name, value in cells.items()}

    def _reference(self, good: Good) -> str:
        product = self._product(good.title, good.brand)
        if good.reference == "number":
            return str(product.backmarket_id)
        if good.reference == "url":
            return f"https://www.backmarket.com/en-us/p/some-laptop/{product.product_id}?l=11"
        return product.product_id

    def _product(self, title: str, brand: str) -> CatalogProduct:
        known = self._account.find_product(product_uuid(title))
        ceilings = {front.locale: Decimal(1499) for front in self._fronts}
        return known or self._account.add_product(
            title, brand=brand, product_id=product_uuid(title), max_prices=ceilings
        )

    def _list(self, good: Good) -> None:
        product = self._product(good.title, good.brand)
        for front in self._fronts:
            if (price := _in_market(good.rival, front)) is not None:
                self._account.add_rival(product, front.locale, grade=good.grade, price=price)
        if good.listed is None:
            return
        asked = good.listed_price or good.price
        prices = {front.locale: _in_market(asked, front) or Decimal(99) for front in self._fronts}
        self._account.add_listing(good.sku, product=product, grade=good.grade, quantity=good.listed, prices=prices)

    def _list_leftovers(self) -> None:
        twelve = next(good for good in GOODS if good.sku == ALIAS[1])
        for sku, title, quantity in ((ALIAS[0], twelve.title, 1), (UNKNOWN_SKU, IPAD_6, 2)):
            prices = {front.locale: Decimal(129) for front in self._fronts}
            product = self._product(title, "Apple")
            self._account.add_listing(sku, product=product, grade="FAIR", quantity=quantity, prices=prices)

    def _seed_orders(self) -> None:
        waiting: list[tuple[list[tuple[str, int]], dict[str, Any]]] = [
            ([("IPH13-128-BLU-A", 1)], {}),
            ([("T14-I5-16-256-B", 2)], {"totals": {"T14-I5-16-256-B": "697.99"}}),
            ([("MBA-M1-8-256-B", 1), ("AW7-45-MID-A", 1)], {"shipping_price": "9.90"}),
            ([(UNKNOWN_SKU, 1)], {}),
            ([("AWSE-40-GRY-B", 1)], {"state": 0}),
        ]
        for number, (lines, options) in enumerate(waiting):
            front = self._fronts[number % len(self._fronts)]
            created = self._account.now() - timedelta(minutes=55 - 10 * number)
            self._account.place_order(lines, market=front.locale, created=created, **options)
        self._seed_adopted()

    def _seed_adopted(self) -> None:
        """Leave one order that another tool has already carried into SellerCloud."""
        front, sku = self._fronts[0], "GALS22-128-BLK-B"
        created = self._account.now() - timedelta(hours=3)
        order_id = self._account.place_order([(sku, 1)], market=front.locale, created=created)
        price = self._account.orders[order_id].lines[0].price
        lines = [(sku, 1, price)]
        self._tenant.add_order(str(order_id), COMPANY_ID, lines=lines, paid=True, currency=front.currency)


def _in_market(amount: str | None, front: Front) -> Decimal | None:
    price = _decimal(amount)
    return None if price is None else (price * FACTORS[front.locale]).quantize(CENT)


def _decimal(amount: str | None) -> Decimal | None:
    try:
        return Decimal(amount) if amount is not None else None
    except InvalidOperation:
        return None
