"""What Back Market's orders look like on the wire, as recorded and not as documented."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field

from bmsc.clients import moments
from bmsc.clients.wire import Amount, Flag, Part, RequiredAmount, RequiredText, RequiredWhole, Text, Whole, Wire, known
from bmsc.domain.ids import OrderId, OrderLineId, Sku
from bmsc.domain.money import ZERO
from bmsc.domain.orders import Address, BackMarketOrder, LineState, OrderLine, OrderState


def _at_least_one(quantity: int) -> int:
    if quantity < 1:
        raise ValueError("below one")
    return quantity


def _either(*spellings: str) -> str:
    # Recorded orders use snake_case; the published schema claims camelCase.
    return Field("", validation_alias=AliasChoices(*spellings))


Quantity = Annotated[RequiredWhole, AfterValidator(_at_least_one)]


class WireAddress(Wire):
    """An address; after an erasure every field holds the literal `Deleted`."""

    first_name: Text = _either("first_name", "firstName")
    last_name: Text = _either("last_name", "lastName")
    company: Text = ""
    street: Text = ""
    street2: Text = ""
    city: Text = ""
    postal_code: Text = _either("postal_code", "postalCode")
    state: Text = _either("state_or_province", "stateOrProvince", "state")
    country: Text = ""
    phone: Text = _either("phone", "phoneNumber", "phone_number")
    email: Text = ""

    def to_domain(self) -> Address:
        """Give the address, every field as it came."""
        return Address(**dict(self))


class WireLine(Wire):
    """An order line. `listing` is the seller's SKU and `price` the total for the whole quantity."""

    id: RequiredWhole
    listing: RequiredText
    state: RequiredWhole
    quantity: Quantity
    price: RequiredAmount
    shipping_price: Amount = None
    sales_taxes: Amount = None
    orderline_fee: Amount = None
    product: Text = ""
    imei: Text = ""
    serial_number: Text = ""

    def to_domain(self) -> OrderLine:
        """Give the order line."""
        return OrderLine(
            id=OrderLineId(self.id),
            sku=Sku(self.listing),
            state=known(LineState, self.state, LineState.UNHEARD_OF),
            quantity=self.quantity,
            price=self.price,
            shipping_price=self.shipping_price or ZERO,
            sales_taxes=self.sales_taxes or ZERO,
            fee=self.orderline_fee or ZERO,
            title=self.product,
            imei=self.imei,
            serial_number=self.serial_number,
        )


class WireOrder(Wire):
    """An order, in a list or alone."""

    order_id: RequiredWhole
    state: RequiredWhole
    orderlines: list[WireLine]
    currency: RequiredText
    price: Amount = None
    shipping_price: Amount = None
    sales_taxes: Amount = None
    country_code: Text = ""
    shipping_address: Part[WireAddress] = WireAddress()
    billing_address: Part[WireAddress] = WireAddress()
    date_creation: Text = ""
    date_payment: Text = ""
    expected_dispatch_date: Text = ""
    shipper: Text = ""
    tracking_number: Text = ""
    is_backship: Flag = False

    def to_domain(self) -> BackMarketOrder:
        """Give the order; without a price of its own it costs what its lines cost."""
        lines = tuple(line.to_domain() for line in self.orderlines)
        return BackMarketOrder(
            id=OrderId(self.order_id),
            state=known(OrderState, self.state, OrderState.UNHEARD_OF),
            lines=lines,
            price=sum((line.price for line in lines), Decimal(0)) if self.price is None else self.price,
            shipping_price=self.shipping_price or ZERO,
            sales_taxes=self.sales_taxes or ZERO,
            currency=self.currency.strip().upper(),
            market=self.country_code.strip().casefold(),
            shipping_address=self.shipping_address.to_domain(),
            billing_address=self.billing_address.to_domain(),
            created_at=moments.read(self.date_creation),
            paid_at=moments.read(self.date_payment),
            expected_dispatch_at=moments.read(self.expected_dispatch_date),
            shipper=self.shipper,
            tracking_number=self.tracking_number,
            is_backship=self.is_backship,
        )


class OrdersEnvelope(Wire):
    """The envelope of `GET /ws/orders`; rows are read one by one so that each can be named."""

    count: Whole = None
    next: Text = ""
    results: list[object]
