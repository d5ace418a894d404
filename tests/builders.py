"""Believable values with a few words: `an_order(lines=[a_line("A", price="100.00", quantity=3)])`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from msgspec.structs import replace

from bmsc.domain.creations import NewListing
from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, Sku, SkuKey, sku_key
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing, Offer, Product
from bmsc.domain.orders import (
    Address,
    BackMarketOrder,
    LineState,
    OrderLine,
    OrderState,
    OrderStatus,
    PaymentStatus,
    SellerCloudItem,
    SellerCloudOrder,
    ShippingStatus,
)
from bmsc.domain.settings import BackMarketSettings, Market, OrdersSettings, SellerCloudSettings, Settings
from bmsc.planners.listing_facts import Catalog, SeenOrder, SyncFacts
from bmsc.planners.order_facts import LookUp, OrderFacts, PullFacts

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
COMPANY = 163
_ids = count(61_000_001)

BUYER = Address(
    first_name="Ada",
    last_name="Exemplar",
    street="1 Sample Street",
    city="Los Angeles",
    postal_code="90001",
    state="CA",
    country="US",
    phone="+12135550100",
    email="shipping_1@example.invalid",
)


def settings(**orders: Any) -> Settings:
    """Give settings for one US market; keywords replace keys of [orders]."""
    return Settings(
        sellercloud=SellerCloudSettings("https://xx.api.sellercloud.com/rest", "bmsc@example.test", COMPANY),
        backmarket=BackMarketSettings("https://www.backmarket.com", "BM-Example-bmsc;ops@example.test"),
        markets=(Market("en-us", "US", "USD"),),
        orders=OrdersSettings(**orders),
    )


def a_line(sku: str = "IP13", **fields: Any) -> OrderLine:
    """Give a paid order line of one unit at 279.00."""
    price = Decimal(str(fields.pop("price", "279.00")))
    line = OrderLine(OrderLineId(next(_ids)), Sku(sku), LineState.PAID, 1, price)
    taxes = {name: Decimal(fields.pop(name)) for name in ("sales_taxes", "shipping_price", "fee") if name in fields}
    return replace(line, **fields, **taxes)


def an_order(order_id: int = 1, lines: list[OrderLine] | None = None, **fields: Any) -> BackMarketOrder:
    """Give an order that waits for acceptance; its price is the sum of its lines."""
    those = tuple(lines if lines is not None else [a_line()])
    order = BackMarketOrder(
        id=OrderId(order_id),
        state=OrderState.TO_ACCEPT,
        lines=those,
        price=sum((line.price for line in those), Decimal(0)),
        shipping_price=sum((line.shipping_price for line in those), Decimal(0)),
        sales_taxes=sum((line.sales_taxes for line in those), Decimal(0)),
        currency="USD",
        market="en-us",
        shipping_address=BUYER,
        billing_address=replace(BUYER, phone=""),
        created_at=NOW - timedelta(minutes=order_id),
        paid_at=NOW - timedelta(minutes=order_id),
        expected_dispatch_at=NOW + timedelta(days=1),
    )
    return replace(order, **fields)


def a_twin(order: BackMarketOrder, **fields: Any) -> SellerCloudOrder:
    """Give the paid SellerCloud order that bmsc would have made of a Back Market order."""
    items = tuple(
        SellerCloudItem(n, line.sku, line.quantity, reference_id=str(line.id)) for n, line in enumerate(order.lines)
    )
    twin = SellerCloudOrder(
        id=SellerCloudOrderId(5_000_000 + order.id),
        number=OrderNumber(str(order.id)),
        company_id=COMPANY,
        channel=6,
        status=OrderStatus.IN_PROCESS,
        payment_status=PaymentStatus.CHARGED,
        shipping_status=ShippingStatus.UNSHIPPED,
        items=items,
        grand_total=order.price + order.shipping_price,
        currency=order.currency,
        related=(),
    )
    return replace(twin, **fields)


def a_product(sku: str = "IP13", **fields: Any) -> Product:
    """Give an active product of our company with 5 units."""
    return replace(Product(Sku(sku), COMPANY, sku, active=True, available=5), **fields)


def facts_of(order: BackMarketOrder, *matches: SellerCloudOrder, **fields: Any) -> OrderFacts:
    """Give the facts of one order, found when matches are given, else proved absent."""
    look_up = LookUp.FOUND if matches else LookUp.ABSENT
    return replace(OrderFacts(order, look_up, matches), **fields)


def pull_facts(*orders: OrderFacts, **fields: Any) -> PullFacts:
    """Give the facts of a run; every SKU of the orders is a product with 5 units unless products are given."""
    skus = {line.sku for one in orders for line in one.order.lines}
    products: dict[SkuKey, Product] = {sku_key(sku): a_product(sku) for sku in skus}
    facts = PullFacts(NOW, orders, products=products, proven_currencies=frozenset({"USD", "EUR", "GBP"}))
    return replace(facts, **fields)


def a_listing(sku: str = "IP13", quantity: int | None = 5, **fields: Any) -> Listing:
    """Give a listing that is online in the US at 319.00, below its ceiling of 999."""
    price = fields.pop("price", "319.00")
    offer = Offer("en-us", None if price is None else Decimal(price), "USD", max_price=Decimal(999))
    product_id = "cea70000-0000-4000-8000-0000000000b2"
    listing = Listing(ListingId(f"id-{sku.casefold()}"), 6_675_437, Sku(sku), quantity, Grade.GOOD, product_id, 761_585)
    return replace(listing, **{"offers": (offer,), **fields})


def a_row(sku: str = "IP13", available: int | None = 5, **fields: Any) -> Product:
    """Give a catalog row that is enabled in the US at 319.00; capitals are cells without `BACKMARKET_`."""
    cells = {"ENABLED_US": "True", "PRICE_US": "319.00", "SAFETY_QTY": None, "ID": None, "GRADE": None}
    cells |= {name: fields.pop(name) for name in list(fields) if name.isupper()}
    columns = {f"backmarket_{name}".casefold(): value for name, value in cells.items()}
    return replace(a_product(sku, available=available, columns=columns), **fields)


def a_new(sku: str = "IP13", **fields: Any) -> NewListing:
    """Give a product that is ready to be listed in the US at 319.00, as the thing that `a_listing` is."""
    price = MarketPrice("en-us", "USD", Decimal("319.00"))
    listing = a_listing(sku)
    return replace(NewListing(Sku(sku), listing.product_id, Grade.GOOD, 12, (price,)), **fields)


def sync_facts(listings: list[Listing], rows: list[Product], **fields: Any) -> SyncFacts:
    """Give the facts of a run of `listings sync`; a SKU without a row was proved absent unless a catalog says."""
    products = {sku_key(row.sku): row for row in rows}
    absent = frozenset(sku_key(listing.sku) for listing in listings) - products.keys()
    catalog = replace(Catalog(products, absent), **fields.pop("catalog", {}))
    return replace(SyncFacts(NOW, tuple(listings), catalog), **fields)


def seen(order: BackMarketOrder, *twins: SellerCloudOrder, look_up: LookUp | None = None) -> SeenOrder:
    """Give an open order, found when twins are given, else proved absent."""
    return SeenOrder(order, look_up or (LookUp.FOUND if twins else LookUp.ABSENT), twins)
