"""Which shop, which undocumented behaviours, which settings and which events does a seed stand for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

COMMANDS = ("orders pull",)
"""What cron runs every five minutes, in this order; one more command is one more name."""

WEIGHTS = {
    "cron": 34,
    "again_at_once": 5,
    "overlap": 2,
    "dry_run": 3,
    "killed": 7,
    "interrupted": 1,
    "buys": 18,
    "pays": 2,
    "cancels": 4,
    "meanwhile": 6,
    "ships": 2,
    "staff_cancels": 1,
    "staff_accepts": 1,
    "copies": 1,
    "counts": 2,
    "fault": 16,
    "storm": 2,
    "waits": 2,
    "backup": 2,
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
    },
}
"""The readings of each undocumented behaviour under which every promise must hold."""


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
    on_short_stock: str
    sales_tax: str
    concurrency: int

    @property
    def money_differs(self) -> bool:
        """Say whether SellerCloud adds a tax of its own or converts, so that orders are rightly held."""
        sellercloud = self.switches["sellercloud"]
        return bool(sellercloud["own_tax_rate"]) or sellercloud["currency"] != "kept"

    def tables(self) -> str:
        """Write the further tables of the configuration."""
        return (
            '\n[sku_aliases]\n"OLD-IPH12-64-C" = "IPH12-64-BLK-C"\n'
            f'\n[orders]\non_short_stock = "{self.on_short_stock}"\nsales_tax = "{self.sales_tax}"\n'
        )


def scenario_of(seed: int) -> Scenario:
    """Settle a seed's world. Most worlds do one order after the other: only those replay to the letter."""
    dice = Random(f"scenario {seed}")
    return Scenario(
        seed=seed,
        shop=dice.choice(("us", "eu")),
        switches={side: {name: dice.choice(some) for name, some in legal.items()} for side, legal in LEGAL.items()},
        on_short_stock=dice.choice(("create", "hold")),
        sales_tax=dice.choice(("exclude", "include")),
        concurrency=dice.choice((1, 1, 1, 4)),
    )


def events_of(seed: int, count: int) -> Sequence[Event]:
    """Draw a seed's events; a shorter draw is a prefix of a longer one."""
    dice = Random(f"events {seed}")
    kinds = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return [Event(number, kind, seed) for number, kind in enumerate(kinds, start=1)]
