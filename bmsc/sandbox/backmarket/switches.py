"""Which of Back Market's unproven behaviours does the sandbox show just now?

Every field is a behaviour that the published sources leave open, contradict, or that changed over the
years. Fields may be changed while the sandbox runs; the next request follows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bmsc.sandbox.choices import Checked


@dataclass
class BackMarketSwitches(Checked):
    """The switchable behaviours, each with the reading that the sources make most likely."""

    # --- the door
    user_agent: Literal["required", "optional", "official_form"] = "required"  # else 403 HTML
    unauthorized_status: Literal[401, 403] = 401
    edge_requests_per_10s: int = 200  # then blocked for 10 s; 0 = no limit
    edge_answer: Literal["html", "json"] = "html"
    sensitive_listings: bool = False  # listings belong to the class of 20 requests in 10 s
    sensitive_requests_per_10s: int = 20
    competitors_per_second: int = 2  # 0 = no limit
    retry_after: bool = False  # whether a 429 carries the header

    # --- lists
    oversized_page: Literal["clamp", "refuse", "serve"] = "clamp"  # page-size above 50
    past_end_page: Literal["not_found", "empty"] = "not_found"
    order_list: Literal["newest_first", "oldest_first", "shuffled"] = "newest_first"
    hidden_order_states: Literal["empty", "shown"] = "empty"  # what state=0 and state=8 bring
    state_filter: Literal["works", "ignored"] = "works"
    order_list_lag_seconds: float = 0  # new orders and changes reach the list only after so long
    deactivated_listings: Literal["hidden", "listed"] = "hidden"  # in a list without publication_state
    next_host: str = ""  # host of next and previous links, e.g. https://www.backmarket.fr; "" = as asked

    # --- how values are spelled
    date_zone: str = "market"  # market (by Accept-Language), utc, or an IANA name
    naive_dates: Literal["utc", "local"] = "utc"  # how a date filter without offset is read
    address_keys: Literal["snake", "camel"] = "snake"
    state_key: Literal["state_or_province", "state", "none"] = "state_or_province"
    error_shape: Literal["v1", "v2", "text", "string", "detail"] = "v1"  # of 400s on orders
    order_fee: Literal["shown", "hidden"] = "shown"
    delivery_mode: Literal["shown", "hidden"] = "shown"
    max_price: Literal["number", "text"] = "number"

    # --- moving orders
    order_advances: Literal["when_all_answered", "at_first_accept"] = "when_all_answered"  # from 1 to 3
    repeated_state: Literal["refuse", "accept"] = "refuse"  # a state that the line has already reached
    same_sku_lines: Literal["all", "first"] = "all"  # which lines one call moves
    sku_case: Literal["exact", "ignored"] = "exact"
    ship_unaccepted: Literal["refuse", "accept"] = "refuse"  # 1 to 3 directly
    ship_partly_accepted: Literal["refuse", "accepted_only"] = "refuse"
    unknown_shipper: Literal["store", "refuse", "ignore"] = "store"
    bad_imei: Literal["refuse", "ignore"] = "refuse"  # in the ship call
    imei_for_several: Literal["ignore", "refuse"] = "ignore"  # several lines or units in the ship call
    repeated_serial: Literal["refuse", "same_is_fine"] = "refuse"  # write-once, also for the same value?
    serial_line_states: Literal["any", "accepted"] = "any"  # lines that PATCH takes a serial for
    future_ship_date: Literal["store", "refuse"] = "store"
    backship_tracking: Literal["on_order", "delivery_only"] = "on_order"
    form_bodies: Literal["accept", "refuse"] = "accept"

    # --- stock
    stock_falls_at: Literal["new", "paid"] = "new"  # order state 0, or 1
    cancel_restores_stock: bool = False
    oversold: Literal["negative", "zero"] = "negative"

    # --- listings
    no_language: str = ""  # market without Accept-Language; "" = the account's home market
    foreign_language: Literal["home", "refuse"] = "home"  # a language of another zone
    currency_default: Literal["zone", "market"] = "zone"  # assumed with a price that names none
    backpricer: Literal["off_refuse", "off_ignore", "on"] = "off_refuse"  # what min_price meets
    min_price_band: Literal["free", "enforced"] = "free"  # min_price within 92 % to 100 % of price
    zero_price: Literal["refuse", "accept"] = "refuse"
    extra_decimals: Literal["round", "refuse"] = "round"  # a price with more than two
    unpriced: Literal["zero", "null", "empty"] = "zero"  # the price of a market where none was set
    comment_needed: bool = True  # no comment in a market: publication state 0
    listing_lag_seconds: float = 0  # until a read shows what was written
    listing_lines_per_hour: int = 2_000  # 0 = no limit
    listing_writes: Literal["open", "forbidden"] = "open"  # forbidden: 403, this channel is disabled
    listings_bi: Literal["gone", "answers"] = "gone"

    # --- batches and tasks
    task_start_seconds: float = 5  # 0 to 2
    task_end_seconds: float = 20  # 2 to 9
    task_end: Literal["processed", "failed", "three", "seven", "stuck", "lost"] = "processed"
    task_todo_status: Literal[0, 2] = 0
    task_row_key: Literal["sku", "number", "ean"] = "sku"
    task_error_shape: Literal["text", "list", "fields"] = "text"
    old_listing_handed_back: bool = False  # a new SKU of a product that has an idle listing gets that one
    old_listing_takes_new_sku: bool = False  # ... and is renamed to the new SKU, keeping grade and product
    created_under_upper_sku: bool = False  # the SKU comes back in another case
    breaking_sku: str = ""  # a file that has this SKU cannot be read
    broken_file: Literal["task", "refused"] = "task"  # ... which its task tells, or the answer to the POST
    batch_too_long_status: Literal[400, 429] = 400
    unfinished_applied: Literal["none", "half", "all"] = "none"  # rows of a task that never says 9
    ungraded: Literal["refuse", "good"] = "refuse"  # a new row without a grade
    grade_numbers: Literal["accept", "refuse"] = "accept"  # 0 to 4 and 9 in the column `grade`
    default_comment: bool = True  # a listing created without a comment gets its grade's sentence
    task_marks: Literal["honest", "all_success"] = "honest"  # all_success: failed rows named as done

    # --- backbox
    backbox_by: Literal["condition", "grade"] = "condition"  # which listings compete
    competitors_after_seconds: float = 10  # 404 for so long after a listing came online
    price_to_win_when_winning: Literal["own_price", "highest_winning"] = "own_price"
    no_rival: Literal["winning", "not_found"] = "winning"
    winner_price_null: bool = False
    siblings_listed: bool = False  # other own listings of the product in the same answer
    unknown_competitor: Literal["flat", "errors"] = "flat"  # shape of the 404
    backbox_seconds: float = 0  # until the backbox follows a price
