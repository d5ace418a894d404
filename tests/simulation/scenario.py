"""Which shop, which undocumented behaviours, which settings and which events does a seed stand for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

COMMANDS = ("orders pull", "tracking push", "cancel sync", "listings sync", "reprice", "listings create")
"""What cron runs; `crontab.example` tells when."""

WEIGHTS = {
    "cron": 14,
    "again_at_once": 4,
    "overlap": 2,
    "dry_run": 4,
    "killed": 6,
    "interrupted": 1,
    "disk_full": 3,
    "buys": 14,
    "pays": 2,
    "cancels": 4,
    "meanwhile": 6,
    "ships": 5,
    "ships_in_part": 1,
    "labels": 1,
    "takes_back": 1,
    "splits": 1,
    "merges": 1,
    "staff_cancels": 2,
    "revives": 1,
    "parks": 1,
    "counts": 2,
    "receives": 3,
    "staff_accepts": 1,
    "staff_ends": 1,
    "copies": 1,
    "edits_columns": 4,
    "edits_listing": 2,
    "rivals_move": 3,
    "forces": 2,
    "fault": 13,
    "storm": 2,
    "outage": 1,
    "waits": 2,
    "sleeps": 1,
    "clock_steps": 1,
    "backup": 1,
    "restore": 1,
    "loses_state": 1,
}
"""How often each kind of event happens, relative to the others."""

LAGS = (0, 0, 0, 0, 30, 60, 300, 600)
LEGAL = {
    "sellercloud": {
        "duplicate_numbers": ("company_channel", "company", "tenant", "allowed", "allowed"),
        "reference_id_kept": (True, True, False),
        "reserve_at": ("pay", "create"),
        "aggregate_lag_seconds": (0, 45, 600),
        "order_list_lag_seconds": LAGS,
        "unlisted_statuses": ((), (), (-1,)),
        "missing_order_status": (404, 500, 200),
        "error_shape": ("message", "exception", "string", "text", "problem", "empty"),
        "past_end_page": ("empty", "last", "total_zero"),
        "page_overlap": (0, 0, 2),
        "empty_items_null": (False, True),
        "money_as_text": (False, True),
        "quantities_as_text": (False, True),
        "product_id_case": ("kept", "kept", "upper", "lower"),
        "date_style": ("naive", "utc_z", "offset"),
        "null_dates": ("null", "minimum"),
        "row_width": ("full", "known"),
        "throttle_status": (409, 429),
        "token_seconds": (600, 3600),
        "overpayment_refused": (False, True),
        "payment_of_cancelled_refused": (False, True),
        "status_code_answer": ("changed", "asked", "none"),
        "model_required": (False, True),
        "own_tax_rate": (0,) * 12 + (0.1,),
        "tax_exempt_honoured": (True, True, True, False),
        "currency": ("kept",) * 12 + ("converted",),
        "split_number": ("same", "suffixed", "empty"),
        "merge_number": ("first", "joined", "empty"),
        "boolean_encoding": ("title", "title", "json", "number", "letter"),
        "decimal_encoding": ("number", "text", "scaled"),
        "unset_columns": ("null", "omitted", "empty"),
        "shadow_catalog_quantity": ("zero", "parent"),
        "negative_available": (True, False),
    },
    "backmarket": {
        "past_end_page": ("not_found", "empty"),
        "order_list": ("newest_first", "oldest_first", "shuffled"),
        "order_list_lag_seconds": (0, 0, 0, 60, 300),
        "order_advances": ("when_all_answered", "at_first_accept"),
        "repeated_state": ("refuse", "accept"),
        "same_sku_lines": ("all", "first"),
        "sku_case": ("exact", "ignored"),
        "error_shape": ("v1", "v2", "text", "string", "detail"),
        "state_key": ("state_or_province", "state", "none"),
        "address_keys": ("snake", "camel"),
        "order_fee": ("shown", "hidden"),
        "retry_after": (False, True),
        "edge_answer": ("html", "json"),
        "stock_falls_at": ("new", "paid"),
        "hidden_order_states": ("empty", "shown"),
        "cancel_restores_stock": (False, True),
        "listing_lag_seconds": (0, 0, 0, 30),
        "backbox_by": ("condition", "grade"),
        "price_to_win_when_winning": ("own_price", "highest_winning"),
        "no_rival": ("winning", "not_found"),
        "max_price": ("number", "text"),
        "unknown_shipper": ("store", "refuse", "ignore"),
        "task_row_key": ("sku", "number"),
        "grade_numbers": ("accept", "refuse"),
        "task_todo_status": (0, 2),
    },
}
"""The readings of each undocumented behaviour under which every promise must hold."""
CHOICES = {
    "orders.on_short_stock": ("create", "hold"),
    "orders.sales_tax": ("exclude", "include"),
    "tracking.partial_shipment": ("wait", "first"),
    "tracking.unknown_carrier": ("Other", "hold"),
    "cancel.from_backmarket": ("report", "cancel"),
    "listings.update": ("price_and_quantity", "price_and_quantity", "quantity"),
    "listings.when_disabled": ("zero_if_managed", "zero_if_managed", "zero", "ignore"),
    "reprice.below_minimum": ("default", "minimum", "hold"),
    "reprice.no_data": ("default", "hold"),
    "guards.max_sold_out_percent": (40, 100, 100),
    "guards.max_lowered_percent": (60, 100),
}
"""The merchant's choices. A merchant who climbs never comes to rest: `test_reprice_week` looks at that."""


@dataclass(frozen=True)
class Event:
    """One thing that happens; `dice` gives it the same choices in every replay, whatever happened before."""

    number: int
    kind: str
    seed: int

    @property
    def dice(self) -> Random:
        """Give fresh dice for this event."""
        return Random(f"event {self.seed} {self.number} {self.kind}")

    def __str__(self) -> str:
        return f"{self.number}:{self.kind}"


@dataclass(frozen=True)
class Scenario:
    """Everything about a seed that is settled before the first event."""

    seed: int
    shop: str
    switches: Mapping[str, Mapping[str, Any]]
    chosen: Mapping[str, Any]
    reprices: bool
    concurrency: int

    @property
    def commands(self) -> tuple[str, ...]:
        """Name what is in this shop's crontab."""
        return tuple(name for name in COMMANDS if name != "reprice" or self.reprices)

    @property
    def money_differs(self) -> bool:
        """Say whether SellerCloud adds a tax of its own or converts, so that orders are rightly held."""
        sellercloud = self.switches["sellercloud"]
        return bool(sellercloud["own_tax_rate"]) or sellercloud["currency"] != "kept"

    def tables(self) -> str:
        """Write the further tables of the configuration."""
        tables: dict[str, list[str]] = {"sku_aliases": ['"OLD-IPH12-64-C" = "IPH12-64-BLK-C"']}
        for name, value in {**self.chosen, "reprice.enabled": self.reprices}.items():
            table, _, key = name.partition(".")
            tables.setdefault(table, []).append(f"{key} = {_toml(value)}")
        return "".join(f"\n[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())


def scenario_of(seed: int) -> Scenario:
    """Settle a seed's world. Most worlds do one order after the other: only those replay to the letter."""
    dice = Random(f"scenario {seed}")
    return Scenario(
        seed=seed,
        shop=dice.choice(("us", "eu")),
        switches={side: {name: dice.choice(some) for name, some in legal.items()} for side, legal in LEGAL.items()},
        chosen={name: dice.choice(some) for name, some in CHOICES.items()},
        reprices=dice.random() < 0.75,
        concurrency=dice.choice((1, 1, 1, 4)),
    )


def events_of(seed: int, count: int) -> Sequence[Event]:
    """Draw a seed's events; a shorter draw is a prefix of a longer one."""
    dice = Random(f"events {seed}")
    kinds = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return [Event(number, kind, seed) for number, kind in enumerate(kinds, start=1)]


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
