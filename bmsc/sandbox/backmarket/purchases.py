"""How does an order come into being?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket import order_moves
from bmsc.sandbox.backmarket.markets import Market
from bmsc.sandbox.backmarket.orders import CONDITIONS, UNPAID_LINES, Line, Order
from bmsc.sandbox.backmarket.people import buyer

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

Wish = tuple[str, int] | Sequence[Any]
"""A SKU and a quantity."""
LINE_STATE = {0: 0, 10: 8, 1: 1, 3: 2, 8: 7, 9: 3}
"""The line state that a new order in a given state begins with."""
CENT = Decimal("0.01")
CHECKOUT_SHIPPERS = {"US": "UPS Ground", "GB": "Royal Mail", "FR": "Colissimo", "DE": "DHL"}


@dataclass(frozen=True)
class Purchase:
    """What a buyer may wish beyond SKUs and quantities.

    `state` is the order state to begin with; `totals` sets line totals by SKU in place of the listing's
    price times the quantity; `address` and `extra` overwrite fields of the shipping address and add
    keys to the rendered order.
    """

    state: int = 1
    order_id: int | None = None
    totals: Mapping[str, Decimal | str] = field(default_factory=dict)
    shipping_price: Decimal | str = Decimal(0)
    sales_taxes: Decimal | str | None = None
    is_backship: bool = False
    shipper: str | None = None
    payment_method: str = "CARD"
    created: datetime | str | None = None
    dispatch_by: datetime | str | None = None
    address: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def place(account: Account, wishes: Sequence[Wish], market: Market, **options: Any) -> int:
    """Place one order and return its id; stock falls as the switch says."""
    purchase = Purchase(**options)
    created = _moment(purchase.created) or account.now()
    order_id = purchase.order_id or account.next_number("order")
    lines = [_line(account, str(sku), int(quantity), market, purchase) for sku, quantity in wishes]
    lines[0].shipping_price = Decimal(purchase.shipping_price)
    _tax(lines, market, purchase)
    shipping, billing = buyer(account.dice, market.code, order_id)
    order = Order(
        order_id=order_id,
        locale=market.locale,
        currency=market.currency,
        lines=lines,
        shipping=replace(shipping, **purchase.address),
        billing=billing,
        created=created,
        modified=created,
        checkout_shipper=purchase.shipper or CHECKOUT_SHIPPERS.get(market.code, "DHL"),
        payment_method=purchase.payment_method,
        psp_reference=account.next_uuid(),
        is_backship=purchase.is_backship,
        dispatch_by=_moment(purchase.dispatch_by),
        extra=dict(purchase.extra),
    )
    order.shipper = order.checkout_shipper
    if account.switches.order_list_lag_seconds:
        account.order_history.remember(order_id, None, account.clock())
    account.orders[order_id] = order
    _begin(account, order, purchase.state)
    return order_id


def pay(account: Account, order: Order) -> None:
    """Confirm the payment: every line that waits for it may be accepted."""
    with account.changing_order(order):
        _confirm(order, account.now())
        for line in order.lines:
            if line.state in UNPAID_LINES:
                account.set_state(line, 1)


def _begin(account: Account, order: Order, state: int) -> None:
    if state not in (0, 8, 10):
        _confirm(order, min(order.created + timedelta(seconds=62), account.now()))
    if account.switches.stock_falls_at == "new" or state in (1, 3, 9):
        for line in order.lines:
            account.take_stock(line)
    order.follow_lines()
    order_moves.label(account, order)
    if state == 9:
        order.shipped, order.tracking_number = order.modified, f"1ZSEEDED{order.order_id}"


def _confirm(order: Order, paid: datetime) -> None:
    order.paid = order.modified = paid
    if order.dispatch_by is None:
        due = paid + timedelta(days=1)
        order.dispatch_by = due.replace(hour=23, minute=59, second=59)


def _line(account: Account, sku: str, quantity: int, market: Market, purchase: Purchase) -> Line:
    listing = account.skus.get(sku.casefold())
    price = Decimal(purchase.totals.get(sku) or _unit_price(account, sku, market) * quantity)
    fee = Decimal("0.12") if market.code == "US" else Decimal("0.10")
    return Line(
        id=account.next_number("line"),
        sku=listing.sku if listing else sku,
        quantity=quantity,
        price=price,
        state=LINE_STATE[purchase.state],
        listing_id=listing.listing_id if listing else account.next_number("listing"),
        product_id=listing.product.backmarket_id if listing else account.next_number("product"),
        product=listing.product.title_in(market.locale) if listing else f"Something sold as {sku}",
        brand=listing.product.brand if listing else "",
        condition=CONDITIONS.get(listing.grade, 12) if listing else 11,
        fee=(price * fee).quantize(CENT),
    )


def _unit_price(account: Account, sku: str, market: Market) -> Decimal:
    listing = account.skus.get(sku.casefold())
    price = listing.offer(market.locale).price if listing else None
    return price or Decimal("99.00")


def _tax(lines: Sequence[Line], market: Market, purchase: Purchase) -> None:
    if purchase.sales_taxes is not None:
        lines[0].sales_taxes = Decimal(purchase.sales_taxes)
    elif market.code == "US":
        for line in lines:
            line.sales_taxes = (line.price * Decimal("0.09")).quantize(CENT)


def _moment(given: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(given) if isinstance(given, str) else given
