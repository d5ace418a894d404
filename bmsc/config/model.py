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


class Section(BaseModel):
    """A table of the file: strict at our own door, and silent about what it was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class SellerCloud(Section):
    """[sellercloud]"""

    base_url: Annotated[str, AfterValidator(addresses.sellercloud_base)]
    username: Text
    password_file: str = ""
    company_id: Annotated[int, Field(ge=1)]
    channel: Annotated[int, BeforeValidator(channel_number)] = domain.SellerCloudSettings.channel
    timezone: Annotated[str, AfterValidator(spelling.timezone)] = domain.SellerCloudSettings.timezone
    requests_per_hour: Annotated[int, Field(ge=1, le=10_800)] = domain.SellerCloudSettings.requests_per_hour
    concurrency: Concurrency = domain.SellerCloudSettings.concurrency


class BackMarket(Section):
    """[backmarket]"""

    base_url: Annotated[str, AfterValidator(addresses.backmarket_base)]
    token_file: str = ""
    user_agent: Annotated[str, AfterValidator(spelling.user_agent)]
    requests_per_10s: Annotated[int, Field(ge=1, le=200)] = domain.BackMarketSettings.requests_per_10s
    listing_lines_per_hour: Annotated[int, Field(ge=1, le=2000)] = domain.BackMarketSettings.listing_lines_per_hour
    concurrency: Concurrency = domain.BackMarketSettings.concurrency


class Market(Section):
    """[[markets]]"""

    locale: Annotated[str, AfterValidator(spelling.locale)]
    suffix: Annotated[str, AfterValidator(spelling.suffix)]
    currency: Annotated[str, AfterValidator(spelling.currency)]


class Orders(Section):
    """[orders]"""

    on_short_stock: Choice[domain.OnShortStock] = domain.OrdersSettings.on_short_stock
    sales_tax: Choice[domain.SalesTax] = domain.OrdersSettings.sales_tax
    money_mismatch: Choice[domain.MoneyMismatch] = domain.OrdersSettings.money_mismatch
    order_number_prefix: Annotated[str, AfterValidator(spelling.order_number_prefix)] = (
        domain.OrdersSettings.order_number_prefix
    )


class Tracking(Section):
    """[tracking]"""

    partial_shipment: Choice[domain.PartialShipment] = domain.TrackingSettings.partial_shipment
    unknown_carrier: Annotated[str, AfterValidator(spelling.shipper_or_hold)] = (
        domain.TrackingSettings.unknown_carrier or spelling.HOLD
    )
    send_serials: bool = domain.TrackingSettings.send_serials
    mark_channel_notified: bool = domain.TrackingSettings.mark_channel_notified
    carriers: Annotated[dict[Text, Shipper], AfterValidator(spelling.distinct_names)] = {}


class Cancel(Section):
    """[cancel]"""

    from_backmarket: Choice[domain.FromBackMarket] = domain.CancelSettings.from_backmarket
    message: Annotated[str, AfterValidator(spelling.message)] = domain.CancelSettings.message


class ListingsCreate(Section):
    """[listings.create]"""

    saved_view_id: Annotated[int, Field(ge=0)] = 0
    task_timeout_seconds: Annotated[int, Field(ge=1, le=1800)] = domain.ListingsCreateSettings.task_timeout_seconds


class Listings(Section):
    """[listings]"""

    update: Choice[domain.ListingUpdate] = domain.ListingsSettings.update
    when_disabled: Choice[domain.WhenDisabled] = domain.ListingsSettings.when_disabled
    safety_quantity: Count = domain.ListingsSettings.safety_quantity
    max_quantity: Count = 0
    settle_minutes: Annotated[int, Field(ge=0, le=MINUTES_PER_DAY)] = domain.ListingsSettings.settle_minutes
    create: ListingsCreate = ListingsCreate()


class Reprice(Section):
    """[reprice]"""

    enabled: bool = domain.RepriceSettings.enabled
    below_minimum: Choice[domain.BelowMinimum] = domain.RepriceSettings.below_minimum
    no_data: Choice[domain.NoData] = domain.RepriceSettings.no_data
    winning: Choice[domain.Winning] = domain.RepriceSettings.winning
    climb_percent: Percent = domain.RepriceSettings.climb_percent
    cooldown_minutes: Annotated[int, Field(ge=0, le=MINUTES_PER_WEEK)] = domain.RepriceSettings.cooldown_minutes
    backpricer: Choice[domain.BackPricer] = domain.RepriceSettings.backpricer


class Guards(Section):
    """[guards]"""

    max_zeroed_percent: Percent = domain.GuardsSettings.max_zeroed_percent
    max_sold_out_percent: Percent = domain.GuardsSettings.max_sold_out_percent
    max_price_change_percent: Percent = domain.GuardsSettings.max_price_change_percent
    max_lowered_percent: Percent = domain.GuardsSettings.max_lowered_percent
    max_cancelled_orders: Count = domain.GuardsSettings.max_cancelled_orders
    max_created_listings: Count = domain.GuardsSettings.max_created_listings


class Notify(Section):
    """[notify]"""

    heartbeat_url: Annotated[str, AfterValidator(lambda url: url and addresses.web_address(url))] = ""
    command: Annotated[str, AfterValidator(spelling.command)] = ""
    metrics_file: Annotated[str, AfterValidator(spelling.file_path)] = ""


class Journal(Section):
    """[journal]"""

    keep_months: Annotated[int, Field(ge=1, le=1200)] = domain.JournalSettings.keep_months


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
