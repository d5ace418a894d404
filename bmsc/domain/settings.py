"""Which choices a shop owner has made, as plain values every decision can be replayed from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

_NOTHING: Mapping[str, str] = MappingProxyType({})


class OnShortStock(StrEnum):
    """What happens to an order whose units SellerCloud does not show as available."""

    CREATE = "create"
    HOLD = "hold"


class SalesTax(StrEnum):
    """Whether the sales tax Back Market names is written into the SellerCloud order."""

    EXCLUDE = "exclude"
    INCLUDE = "include"


class MoneyMismatch(StrEnum):
    """What happens when SellerCloud shows another total than Back Market."""

    HOLD = "hold"
    WARN = "warn"


class PartialShipment(StrEnum):
    """When an order that leaves in several parcels is reported as shipped."""

    WAIT = "wait"
    FIRST = "first"


class FromBackMarket(StrEnum):
    """What happens in SellerCloud to an order that was cancelled on Back Market."""

    REPORT = "report"
    CANCEL = "cancel"


class ListingUpdate(StrEnum):
    """Which numbers of a listing SellerCloud rules."""

    PRICE_AND_QUANTITY = "price_and_quantity"
    QUANTITY = "quantity"


class WhenDisabled(StrEnum):
    """What happens to a listing that SellerCloud does not enable."""

    ZERO_IF_MANAGED = "zero_if_managed"
    ZERO = "zero"
    IGNORE = "ignore"


class BelowMinimum(StrEnum):
    """Which price is asked when the buybox is below the minimum."""

    DEFAULT = "default"
    MINIMUM = "minimum"
    HOLD = "hold"


class NoData(StrEnum):
    """Which price is asked when Back Market names no price to win."""

    DEFAULT = "default"
    HOLD = "hold"


class Winning(StrEnum):
    """What happens to a price that has the buybox already."""

    HOLD = "hold"
    CLIMB = "climb"


class BackPricer(StrEnum):
    """What happens to a price that Back Market's own BackPricer moves."""

    HOLD = "hold"
    OVERRIDE = "override"


class SellerCloudSettings(Struct, frozen=True):
    """Where the SellerCloud company is and how hard it may be asked."""

    base_url: str
    """Always ends in `/rest`."""
    username: str
    company_id: int
    channel: int = 6
    """SellerCloud's number of the channel: 6 is Website."""
    timezone: str = "America/New_York"
    """Name of the zone that dates without an offset are in; SellerCloud documents none."""
    requests_per_hour: int = 9000
    concurrency: int = 4
    """At once at most: how many of them are depends on how long answers take."""


class BackMarketSettings(Struct, frozen=True):
    """Where the Back Market account is and how hard it may be asked."""

    base_url: str
    """Scheme and host, nothing behind them."""
    user_agent: str
    requests_per_10s: int = 150
    listing_lines_per_hour: int = 1900
    concurrency: int = 4


class Market(Struct, frozen=True):
    """One Back Market market and the custom columns that rule it in SellerCloud."""

    locale: str
    suffix: str
    currency: str

    @property
    def country(self) -> str:
        """Name the country as the buybox answers do: GB for en-gb."""
        return self.locale[-2:].upper()

    @property
    def enabled_column(self) -> str:
        """Name the custom column that puts a SKU on sale in this market."""
        return f"BACKMARKET_ENABLED_{self.suffix}"

    @property
    def price_column(self) -> str:
        """Name the custom column with the default price of this market."""
        return f"BACKMARKET_PRICE_{self.suffix}"

    @property
    def min_price_column(self) -> str:
        """Name the custom column with the lowest price of this market."""
        return f"BACKMARKET_MIN_PRICE_{self.suffix}"


class OrdersSettings(Struct, frozen=True):
    """How Back Market orders become SellerCloud orders."""

    on_short_stock: OnShortStock = OnShortStock.CREATE
    sales_tax: SalesTax = SalesTax.EXCLUDE
    money_mismatch: MoneyMismatch = MoneyMismatch.HOLD
    order_number_prefix: str = ""


class TrackingSettings(Struct, frozen=True):
    """How shipments are reported to Back Market."""

    partial_shipment: PartialShipment = PartialShipment.WAIT
    unknown_carrier: str | None = "Other"
    """The Back Market shipper of a carrier that `carriers` lacks; None holds the order."""
    send_serials: bool = True
    mark_channel_notified: bool = False
    carriers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """SellerCloud carrier or service, as configured, to Back Market shipper."""


class CancelSettings(Struct, frozen=True):
    """How cancellations travel."""

    from_backmarket: FromBackMarket = FromBackMarket.REPORT
    message: str = ""


class ListingsCreateSettings(Struct, frozen=True):
    """Where new listings come from and how long their creation is waited for."""

    saved_view_id: int | None = None
    """None reads the company's whole catalog."""
    task_timeout_seconds: int = 120


class ListingsSettings(Struct, frozen=True):
    """How quantities and prices of listings follow SellerCloud."""

    update: ListingUpdate = ListingUpdate.PRICE_AND_QUANTITY
    when_disabled: WhenDisabled = WhenDisabled.ZERO_IF_MANAGED
    safety_quantity: int = 0
    """Units kept back when a SKU's own `BACKMARKET_SAFETY_QTY` is empty."""
    max_quantity: int | None = None
    """Most units shown of one listing; None shows all."""
    settle_minutes: int = 15
    create: ListingsCreateSettings = field(default_factory=ListingsCreateSettings)


class RepriceSettings(Struct, frozen=True):
    """How prices follow the buybox between the merchant's bounds."""

    enabled: bool = False
    below_minimum: BelowMinimum = BelowMinimum.DEFAULT
    no_data: NoData = NoData.DEFAULT
    winning: Winning = Winning.HOLD
    climb_percent: int = 2
    cooldown_minutes: int = 0
    backpricer: BackPricer = BackPricer.HOLD


class GuardsSettings(Struct, frozen=True):
    """How much of the shop one day may change before a person is asked."""

    max_zeroed_percent: int = 10
    max_sold_out_percent: int = 40
    max_price_change_percent: int = 30
    max_lowered_percent: int = 60
    max_cancelled_orders: int = 20
    max_created_listings: int = 500


class NotifySettings(Struct, frozen=True):
    """Who else hears of a run; None tells nobody."""

    heartbeat_url: str | None = None
    command: str | None = None
    metrics_file: str | None = None
    """An absolute path."""


class JournalSettings(Struct, frozen=True):
    """How long the audit is kept."""

    keep_months: int = 13


class Settings(Struct, frozen=True):
    """Everything the configuration says, except where the secrets are kept."""

    sellercloud: SellerCloudSettings
    backmarket: BackMarketSettings
    markets: tuple[Market, ...]
    sku_aliases: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Back Market SKU to SellerCloud SKU, as configured; several listings may share one stock."""
    orders: OrdersSettings = field(default_factory=OrdersSettings)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    cancel: CancelSettings = field(default_factory=CancelSettings)
    listings: ListingsSettings = field(default_factory=ListingsSettings)
    reprice: RepriceSettings = field(default_factory=RepriceSettings)
    guards: GuardsSettings = field(default_factory=GuardsSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
