"""What SellerCloud's orders look like on the wire: the list row and the single order, two dialects apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Annotated

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bmsc.clients import moments
from bmsc.clients.wire import (
    Amount,
    Part,
    RequiredText,
    RequiredWhole,
    Rows,
    Text,
    Texts,
    Whole,
    Wire,
    known,
    whole,
)
from bmsc.domain.ids import OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.money import ISO_OF_SELLERCLOUD
from bmsc.domain.orders import OrderStatus, PaymentStatus, SellerCloudItem, SellerCloudOrder, ShippingStatus

NOBODY = -1
"""Stands for a company or channel that the answer left out: equal to none that is configured."""


def iso_currency(value: object) -> str | None:
    """Read a currency given as SellerCloud's number or as ISO text; None when it is neither."""
    if isinstance(value, str) and len(value.strip()) == 3 and value.strip().isalpha():
        return value.strip().upper()
    number = whole(value)
    return ISO_OF_SELLERCLOUD.get(number) if number is not None else None


Currency = Annotated[str | None, BeforeValidator(iso_currency)]


def none_if_odd(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Read lines, or give none at all when one of them cannot be believed: one odd order hides no other."""
    try:
        return read(value)
    except ValidationError:
        return None


class Related(Wire):
    """A split, merged or replacement order."""

    RelatedOrderID: Whole = None


class ListItem(Wire):
    """An order line as the list shows it."""

    ID: Whole = None
    ProductID: RequiredText
    Qty: RequiredWhole
    ReferenceID: Text = ""
    QtyShipped: Whole = None
    ProductIDOriginal: Text = ""
    ProductIDRequested: Text = ""
    OriginalSKU: Text = ""

    def to_domain(self) -> SellerCloudItem:
        """Give the line; the list alone knows reference ids and shipped quantities."""
        others = (self.ProductIDOriginal, self.ProductIDRequested, self.OriginalSKU)
        return SellerCloudItem(
            id=self.ID or 0,
            sku=Sku(self.ProductID),
            quantity=self.Qty,
            also_known_as=_other_names(self.ProductID, others),
            reference_id=self.ReferenceID or None,
            quantity_shipped=self.QtyShipped,
        )


class ListRow(Wire):
    """An order as `GET /api/Orders` shows it."""

    ID: RequiredWhole
    OrderSourceOrderID: Text = ""
    CompanyID: Whole = None
    OrderSource: Whole = None
    StatusCode: Whole = None
    PaymentStatus: Whole = None
    ShippingStatus: Whole = None
    Items: Annotated[list[ListItem] | None, WrapValidator(none_if_odd)] = None
    GrandTotal: Amount = None
    OrderCurrencyCode: Currency = None
    TrackingNumber: Text = ""
    AllTrackingNumbers: Texts = ()
    ShippingCarrier: Text = ""
    ShippingService: Text = ""
    ShipDate: Text = ""
    CreatedOn: Text = ""
    RelatedOrders: Rows[Related] = ()

    def to_domain(self, number: OrderNumber, zone: tzinfo) -> SellerCloudOrder:
        """Give the order; `number` is the spelling we asked with."""
        return SellerCloudOrder(
            id=SellerCloudOrderId(self.ID),
            number=number,
            company_id=_or_nobody(self.CompanyID),
            channel=_or_nobody(self.OrderSource),
            status=known(OrderStatus, self.StatusCode, OrderStatus.UNHEARD_OF),
            payment_status=known(PaymentStatus, self.PaymentStatus, PaymentStatus.UNHEARD_OF),
            shipping_status=known(ShippingStatus, self.ShippingStatus, ShippingStatus.UNKNOWN),
            items=None if self.Items is None else tuple(item.to_domain() for item in self.Items),
            grand_total=self.GrandTotal,
            currency=self.OrderCurrencyCode,
            tracking_numbers=_distinct([*self.AllTrackingNumbers, self.TrackingNumber]),
            carrier=self.ShippingCarrier,
            service=self.ShippingService,
            shipped_at=moments.read(self.ShipDate, zone),
            created_at=moments.read(self.CreatedOn, zone),
            related=_related(self.RelatedOrders) if "RelatedOrders" in self.model_fields_set else None,
        )


class OrdersPage(Wire):
    """The envelope of `GET /api/Orders`."""

    Items: list[ListRow] | None = None
    TotalResults: RequiredWhole


class SingleItem(Wire):
    """An order line as the single order shows it."""

    ID: Whole = None
    ProductID: RequiredText
    Qty: RequiredWhole
    ProductIDOriginal: Text = ""
    ProductIDRequested: Text = ""

    def to_domain(self) -> SellerCloudItem:
        """Give the line, without what only the list knows."""
        return SellerCloudItem(
            id=self.ID or 0,
            sku=Sku(self.ProductID),
            quantity=self.Qty,
            also_known_as=_other_names(self.ProductID, (self.ProductIDOriginal, self.ProductIDRequested)),
        )


class SingleDetails(Wire):
    """`OrderDetails` of the single order, in its own casing."""

    CompanyId: Whole = Field(None, validation_alias=AliasChoices("CompanyId", "CompanyID"))
    OrderSource: Whole = None
    OrderSourceOrderId: Text = Field("", validation_alias=AliasChoices("OrderSourceOrderId", "OrderSourceOrderID"))
    CurrencyCode: Currency = None
    CreatedOn: Text = ""


class SingleStatuses(Wire):
    """`Statuses` of the single order."""

    OrderStatus: Whole = None
    PaymentStatus: Whole = None
    ShippingStatus: Whole = None


class SingleTotals(Wire):
    """`TotalInfo` of the single order."""

    GrandTotal: Amount = None


class SinglePayments(Wire):
    """`PaymentOptions` of the single order: the only place that tells the remaining dues."""

    RemainingDues: Amount = None


class SingleShipping(Wire):
    """`ShippingDetails` of the single order."""

    Carrier: Text = ""
    Service: Text = ""
    ShipDate: Text = ""


class SinglePackage(Wire):
    """One parcel."""

    TrackingNumber: Text = ""


class SingleOrder(Wire):
    """An order as `GET /api/Orders/{id}` shows it."""

    OrderID: RequiredWhole
    OrderDetails: SingleDetails
    Statuses: SingleStatuses
    OrderItems: list[SingleItem] | None = None
    TotalInfo: Part[SingleTotals] = SingleTotals()
    PaymentOptions: Part[SinglePayments] = SinglePayments()
    ShippingDetails: Part[SingleShipping] = SingleShipping()
    OrderPackages: Rows[SinglePackage] = ()
    RelatedOrders: Rows[Related] = ()

    def to_domain(self, zone: tzinfo) -> SellerCloudOrder:
        """Give the order as this shape shows it."""
        details, statuses, shipping = self.OrderDetails, self.Statuses, self.ShippingDetails
        return SellerCloudOrder(
            id=SellerCloudOrderId(self.OrderID),
            number=OrderNumber(details.OrderSourceOrderId.strip()),
            company_id=_or_nobody(details.CompanyId),
            channel=_or_nobody(details.OrderSource),
            status=known(OrderStatus, statuses.OrderStatus, OrderStatus.UNHEARD_OF),
            payment_status=known(PaymentStatus, statuses.PaymentStatus, PaymentStatus.UNHEARD_OF),
            shipping_status=known(ShippingStatus, statuses.ShippingStatus, ShippingStatus.UNKNOWN),
            items=None if self.OrderItems is None else tuple(item.to_domain() for item in self.OrderItems),
            grand_total=self.TotalInfo.GrandTotal,
            currency=details.CurrencyCode,
            remaining_dues=self.PaymentOptions.RemainingDues,
            tracking_numbers=_distinct(package.TrackingNumber for package in self.OrderPackages),
            carrier=shipping.Carrier,
            service=shipping.Service,
            shipped_at=moments.read(shipping.ShipDate, zone),
            created_at=moments.read(details.CreatedOn, zone),
            related=_related(self.RelatedOrders) if "RelatedOrders" in self.model_fields_set else None,
        )


def _or_nobody(value: int | None) -> int:
    return NOBODY if value is None else value


def _other_names(sku: str, others: Iterable[str]) -> tuple[Sku, ...]:
    return tuple(Sku(name) for name in _distinct(others) if name != sku)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _related(rows: Iterable[Related]) -> tuple[SellerCloudOrderId, ...]:
    return tuple(SellerCloudOrderId(row.RelatedOrderID) for row in rows if row.RelatedOrderID is not None)
