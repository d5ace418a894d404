"""Which keys the configuration file has, and what each of them may say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bmsc.config import addresses, spelling
from bmsc.config.channels import channel_number
from bmsc.config.wording import Fault, KeyPath, describe
from bmsc.domain import settings as domain

Word = TypeVar("Word")
Choice = Annotated[Word, Field(strict=False)]  # TOML has no enumerations: the word stands for the member
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Concurrency = Annotated[int, Field(ge=1, le=16)]
Text = Annotated[str, AfterValidator(spelling.filled)]
Shipper = Annotated[str, AfterValidator(spelling.shipper)]
MINUTES_PER_DAY = 24 * 60
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
_UNSAID = domain.Settings(
    sellercloud=domain.SellerCloudSettings(base_url="", username="", company_id=0),
    backmarket=domain.BackMarketSettings(base_url="", user_agent=""),
    markets=(),
)
"""What holds where the file leaves something out."""


class Section(BaseModel):
    """A table of the file: strict at our own door, and silent about what it was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class SellerCloud(Section):
    """[sellercloud]"""

    base_url: Annotated[str, AfterValidator(addresses.sellercloud_base)]
    username: Text
    password_file: str = ""
    company_id: Annotated[int, Field(ge=1)]
    channel: Annotated[int, BeforeValidator(channel_number)] = _UNSAID.sellercloud.channel
    timezone: Annotated[str, AfterValidator(spelling.timezone)] = _UNSAID.sellercloud.timezone
    requests_per_hour: Annotated[int, Field(ge=1, le=10_800)] = _UNSAID.sellercloud.requests_per_hour
    concurrency: Concurrency = _UNSAID.sellercloud.concurrency


class BackMarket(Section):
    """[backmarket]"""

    base_url: Annotated[str, AfterValidator(addresses.backmarket_base)]
    token_file: str = ""
    user_agent: Annotated[str, AfterValidator(spelling.user_agent)]
    requests_per_10s: Annotated[int, Field(ge=1, le=200)] = _UNSAID.backmarket.requests_per_10s
    listing_lines_per_hour: Annotated[int, Field(ge=1, le=2000)] = _UNSAID.backmarket.listing_lines_per_hour
    concurrency: Concurrency = _UNSAID.backmarket.concurrency


class Market(Section):
    """[[markets]]"""

    locale: Annotated[str, AfterValidator(spelling.locale)]
    suffix: Annotated[str, AfterValidator(spelling.suffix)]
    currency: Annotated[str, AfterValidator(spelling.currency)]


class Orders(Section):
    """[orders]"""

    on_short_stock: Choice[domain.OnShortStock] = _UNSAID.orders.on_short_stock
    sales_tax: Choice[domain.SalesTax] = _UNSAID.orders.sales_tax
    money_mismatch: Choice[domain.MoneyMismatch] = _UNSAID.orders.money_mismatch
    order_number_prefix: Annotated[str, AfterValidator(spelling.order_number_prefix)] = (
        _UNSAID.orders.order_number_prefix
    )


class Tracking(Section):
    """[tracking]"""

    partial_shipment: Choice[domain.PartialShipment] = _UNSAID.tracking.partial_shipment
    unknown_carrier: Annotated[str, AfterValidator(spelling.shipper_or_hold)] = (
        _UNSAID.tracking.unknown_carrier or spelling.HOLD
    )
    send_serials: bool = _UNSAID.tracking.send_serials
    mark_channel_notified: bool = _UNSAID.tracking.mark_channel_notified
    carriers: Annotated[dict[Text, Shipper], AfterValidator(spelling.distinct_names)] = {}


class Cancel(Section):
    """[cancel]"""

    from_backmarket: Choice[domain.FromBackMarket] = _UNSAID.cancel.from_backmarket
    message: Annotated[str, AfterValidator(spelling.message)] = _UNSAID.cancel.message


class ListingsCreate(Section):
    """[listings.create]"""

    saved_view_id: Annotated[int, Field(ge=0)] = 0
    task_timeout_seconds: Annotated[int, Field(ge=1, le=1800)] = _UNSAID.listings.create.task_timeout_seconds


class Listings(Section):
    """[listings]"""

    update: Choice[domain.ListingUpdate] = _UNSAID.listings.update
    when_disabled: Choice[domain.WhenDisabled] = _UNSAID.listings.when_disabled
    safety_quantity: Count = _UNSAID.listings.safety_quantity
    max_quantity: Count = 0
    settle_minutes: Annotated[int, Field(ge=0, le=MINUTES_PER_DAY)] = _UNSAID.listings.settle_minutes
    create: ListingsCreate = ListingsCreate()


class Reprice(Section):
    """[reprice]"""

    enabled: bool = _UNSAID.reprice.enabled
    below_minimum: Choice[domain.BelowMinimum] = _UNSAID.reprice.below_minimum
    no_data: Choice[domain.NoData] = _UNSAID.reprice.no_data
    winning: Choice[domain.Winning] = _UNSAID.reprice.winning
    climb_percent: Percent = _UNSAID.reprice.climb_percent
    cooldown_minutes: Annotated[int, Field(ge=0, le=MINUTES_PER_WEEK)] = _UNSAID.reprice.cooldown_minutes
    backpricer: Choice[domain.BackPricer] = _UNSAID.reprice.backpricer


class Guards(Section):
    """[guards]"""

    max_zeroed_percent: Percent = _UNSAID.guards.max_zeroed_percent
    max_sold_out_percent: Percent = _UNSAID.guards.max_sold_out_percent
    max_price_change_percent: Percent = _UNSAID.guards.max_price_change_percent
    max_lowered_percent: Percent = _UNSAID.guards.max_lowered_percent
    max_cancelled_orders: Count = _UNSAID.guards.max_cancelled_orders
    max_created_listings: Count = _UNSAID.guards.max_created_listings


class Notify(Section):
    """[notify]"""

    heartbeat_url: Annotated[str, AfterValidator(lambda url: url and addresses.web_address(url))] = ""
    command: Annotated[str, AfterValidator(spelling.command)] = ""
    metrics_file: Annotated[str, AfterValidator(spelling.file_path)] = ""


class Journal(Section):
    """[journal]"""

    keep_months: Annotated[int, Field(ge=1, le=1200)] = _UNSAID.journal.keep_months


def _at_least_one(markets: tuple[Market, ...]) -> tuple[Market, ...]:
    # the library's own length check also complains when an item is wrong
    if not markets:
        raise ValueError("must name at least one market, each in a table of its own: [[markets]]")
    return markets


class ConfigFile(Section):
    """The whole file."""

    sellercloud: SellerCloud
    backmarket: BackMarket
    markets: Annotated[tuple[Market, ...], Field(strict=False), AfterValidator(_at_least_one)]
    sku_aliases: Annotated[dict[Text, Text], AfterValidator(spelling.distinct_names)] = {}
    orders: Orders = Orders()
    tracking: Tracking = Tracking()
    cancel: Cancel = Cancel()
    listings: Listings = Listings()
    reprice: Reprice = Reprice()
    guards: Guards = Guards()
    notify: Notify = Notify()
    journal: Journal = Journal()


def parse(document: Mapping[str, object]) -> tuple[ConfigFile | None, list[str]]:
    """Give the file's content, or else every problem in it, one line each and without any value."""
    try:
        return ConfigFile.model_validate(document), []
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    return None, [
        describe(Fault(fault["loc"], fault["type"], fault.get("ctx", {})), known_keys(fault["loc"][:-1]))
        for fault in faults
    ]


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """Name the keys of the table at a path; none where the owner chooses the names."""
    table: type[BaseModel] | None = ConfigFile
    for step in path:
        if isinstance(step, str) and table is not None:
            field = table.model_fields.get(step)
            table = _table_of(field.annotation) if field else None
    return tuple(table.model_fields) if table else ()


def settings_of(file: ConfigFile, folder: Path) -> domain.Settings:
    """Turn a file into the plain values the program runs on; `folder` is where relative paths begin."""
    return domain.Settings(
        sellercloud=domain.SellerCloudSettings(**file.sellercloud.model_dump(exclude={"password_file"})),
        backmarket=domain.BackMarketSettings(**file.backmarket.model_dump(exclude={"token_file"})),
        markets=tuple(domain.Market(**dict(market)) for market in file.markets),
        sku_aliases=MappingProxyType(file.sku_aliases),
        orders=domain.OrdersSettings(**dict(file.orders)),
        tracking=_tracking(file.tracking),
        cancel=domain.CancelSettings(**dict(file.cancel)),
        listings=_listings(file.listings),
        reprice=domain.RepriceSettings(**dict(file.reprice)),
        guards=domain.GuardsSettings(**dict(file.guards)),
        notify=_notify(file.notify, folder),
        journal=domain.JournalSettings(**dict(file.journal)),
    )


def notify_of(document: Mapping[str, object], folder: Path) -> domain.NotifySettings:
    """Turn the table [notify] alone into plain values; one that is missing or unfit names nobody."""
    try:
        return _notify(Notify.model_validate(document.get("notify", {})), folder)
    except ValidationError:
        return domain.NotifySettings()


def _table_of(annotation: object) -> type[BaseModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _tracking(tracking: Tracking) -> domain.TrackingSettings:
    carrier = None if tracking.unknown_carrier == spelling.HOLD else tracking.unknown_carrier
    changed = {"unknown_carrier": carrier, "carriers": MappingProxyType(tracking.carriers)}
    return domain.TrackingSettings(**dict(tracking) | changed)


def _listings(listings: Listings) -> domain.ListingsSettings:
    create = domain.ListingsCreateSettings(
        saved_view_id=listings.create.saved_view_id or None,
        task_timeout_seconds=listings.create.task_timeout_seconds,
    )
    changed = {"max_quantity": listings.max_quantity or None, "create": create}
    return domain.ListingsSettings(**dict(listings) | changed)


def _notify(notify: Notify, folder: Path) -> domain.NotifySettings:
    return domain.NotifySettings(
        heartbeat_url=notify.heartbeat_url or None,
        command=notify.command or None,
        metrics_file=str(folder.absolute() / notify.metrics_file) if notify.metrics_file else None,
    )
