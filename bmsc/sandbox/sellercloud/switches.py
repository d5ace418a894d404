"""Which of SellerCloud's unproven behaviours does the sandbox show just now?

Every field is a behaviour that the published sources leave open, contradict, or that tenants set
differently. Fields may be changed while the sandbox runs; the next request follows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bmsc.sandbox.choices import Checked

BooleanStyle = Literal["title", "json", "lower", "number", "digit", "letter", "word", "padded", "garbage"]
DecimalStyle = Literal["number", "text", "scaled", "comma", "padded", "garbage"]
IntegerStyle = Literal["number", "text", "padded", "garbage"]


@dataclass
class SellerCloudSwitches(Checked):
    """The switchable behaviours, each with the reading that the sources make most likely."""

    # --- access
    token_seconds: int = 3600  # life of a token; the sources name 1800 and 3600
    bad_credentials_status: int = 400
    requests_per_hour: int = 10_800  # per tenant user, token calls included; 0 = no limit
    throttle_status: int = 409  # 409 by one live client, 429 by common belief
    error_shape: Literal["message", "exception", "string", "text", "problem", "empty"] = "message"
    max_query_characters: int = 2_048  # the web server's own bound; 0 = none
    answer_seconds: float = 0  # real seconds that it works on each request
    answers_at_once: int = 0  # requests it works on side by side, so that more take longer; 0 = all of them
    visible_companies: Sequence[int] = ()  # companies an employee is assigned to; empty = all

    # --- how lists are asked and answered
    max_page_size: int = 50  # larger pages are clamped without a word
    model_required: bool = False  # 400 when no `model.` name at all was sent to a filtered list
    mixed_names_drop_bare: bool = False  # bare names are lost beside `model.` names
    list_values: Literal["both", "repeated", "comma"] = "both"  # how several values of one filter may come
    max_list_values: int = 0  # further values of one filter are dropped silently; 0 = no bound
    empty_items_null: bool = False  # `Items` is null instead of [] when nothing matches
    past_end_page: Literal["empty", "last", "total_zero"] = "empty"
    page_overlap: int = 0  # every page but the first repeats so many rows of the one before
    date_filters_inclusive: bool = True

    # --- how values are spelled
    row_width: Literal["full", "known"] = "full"  # known: keys the sandbox has no value for are left out
    money_as_text: bool = False
    quantities_as_text: bool = False
    product_id_case: Literal["kept", "upper", "lower"] = "kept"
    time_zone: str = "America/New_York"  # of dates without offset, read and written
    date_style: Literal["naive", "utc_z", "offset"] = "naive"
    date_fraction: Literal["trimmed", "none", "seven"] = "trimmed"
    null_dates: Literal["null", "minimum"] = "null"  # minimum: 0001-01-01T00:00:00

    # --- creating orders
    duplicate_numbers: Literal["company_channel", "company", "tenant", "allowed"] = "company_channel"
    required_addresses: Literal["both", "shipping", "none"] = "both"
    channel_required: bool = True
    last_name_checked: bool = True  # an empty last name is a 500
    refused_last_names: Sequence[str] = ()  # further last names that are "not valid", such as "-"
    unknown_sku: Literal["refuse", "accept"] = "refuse"
    other_company_sku: Literal["accept", "refuse"] = "accept"
    currency: Literal["kept", "converted", "converted_keep_code", "dropped"] = "kept"
    own_tax_rate: Decimal = Decimal(0)  # tax of the tenant's own settings, as a fraction of the lines
    tax_exempt_honoured: bool = True
    line_tax_kept: bool = True
    reference_id_kept: bool = True
    initial_order_status: int = 2

    # --- reading orders
    order_list_lag_seconds: float = 0  # new orders and changes reach GET /Orders only after so long
    unlisted_statuses: Sequence[int] = ()  # left out of lists that name no orderStatus, e.g. -1
    missing_order_status: Literal[404, 500, 200] = 404  # 200 answers null
    payment_moves_last_updated: bool = True
    shipping_moves_last_updated: bool = True
    serials_move_last_updated: bool = True

    # --- changing orders
    payment_body: Literal["both", "flat", "wrapped"] = "both"
    overpayment_refused: bool = False
    payment_of_cancelled_refused: bool = False
    status_code_answer: Literal["changed", "asked", "none"] = "changed"
    status_code_changes: Literal["all", "first"] = "all"  # first: only one of the ids is updated
    shipped_can_be_cancelled: bool = False
    ship_date_required: bool = False
    ship_dates_checked: bool = True  # neither future nor before the order
    unpaid_shipping_refused: bool = False
    package_carrier_required: bool = False
    split_number: Literal["same", "suffixed", "empty"] = "same"  # order number of a split child
    merge_number: Literal["first", "joined", "empty"] = "first"  # order number of a merged order
    merged_status: int = 999  # what becomes of the two merged orders: Void, or -1 Canceled

    # --- stock
    reserve_at: Literal["pay", "create"] = "pay"
    aggregate_lag_seconds: float = 45  # until catalogue quantities follow the true stock
    negative_available: bool = True  # oversold products show a negative quantity instead of 0
    available_quantity_null: bool = False  # InventoryAvailableQty is null, AggregateQty is right
    aggregate_quantity_zero: bool = False  # AggregateQty is 0, InventoryAvailableQty is right
    shadow_catalog_quantity: Literal["zero", "parent"] = "zero"
    shadow_inventory_quantity: Literal["zero", "parent"] = "zero"
    kit_quantity: Literal["derived", "own"] = "derived"
    child_products_listed: bool = True
    warehouses_shape: Literal["array", "object", "wrapped"] = "array"

    # --- catalogue scope
    default_companies: Literal["all", "default"] = "all"  # without companyID: all, or the default one
    default_active: Literal["active", "all"] = "active"  # without activeStatus
    sku_list_ignores_active: bool = False  # a `model.sKU` list also brings inactive products
    default_shadows: Literal["shown", "hidden"] = "shown"  # without displayShadows

    # --- custom columns
    boolean_encoding: BooleanStyle = "title"
    decimal_encoding: DecimalStyle = "number"
    integer_encoding: IntegerStyle = "number"
    column_encodings: Mapping[str, str] = field(default_factory=dict)  # column name -> its own style
    unset_columns: Literal["null", "omitted", "empty", "sentinel"] = "null"  # sentinel: 0 and 0.00
    columns_key: Literal["present", "missing", "null", "empty"] = "present"
    hidden_columns: Sequence[str] = ()  # columns that this user is not shown
    shadow_columns: Literal["own", "parent"] = "own"
    single_columns_shape: Literal["array", "object"] = "array"
    single_columns_boolean: BooleanStyle = "number"
    unknown_product_status: Literal[404, 500] = 404  # of Products/CustomColumns
    unknown_column: Literal["refuse_500", "refuse_400", "ignore"] = "refuse_500"
    column_edit_moves_modified: bool = True
    price_edit_moves_modified: bool = True
