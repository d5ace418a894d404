"""Which orders does a list request ask for?"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bmsc.sandbox.backmarket.orders import Order
from bmsc.sandbox.backmarket.refusals import v1

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

STATES = frozenset({0, 1, 3, 8, 9, 10})
HIDDEN = frozenset({0, 8})


def matching(account: Account, asked: Mapping[str, str], zone: ZoneInfo) -> list[Order]:
    """List the orders that pass every filter, in the order of the switch; unknown filters are ignored."""
    passes = _filters(account, asked, zone)
    lagging = bool(account.switches.order_list_lag_seconds)
    orders = [account.listed(order) if lagging else order for order in account.orders.values()]
    found = [order for order in orders if order is not None and all(check(order) for check in passes)]
    if account.switches.order_list == "shuffled":
        return random.Random(len(account.orders)).sample(found, len(found))
    found.sort(key=lambda order: order.order_id, reverse=account.switches.order_list == "newest_first")
    return found


def _filters(account: Account, asked: Mapping[str, str], zone: ZoneInfo) -> list[Callable[[Order], bool]]:
    passes = [_state_filter(account, asked.get("state", ""))]
    if country := asked.get("country_code", "").lower():
        passes.append(lambda order: order.locale == country)
    if created := _moment(account, asked, "date_creation", zone):
        passes.append(lambda order: order.created >= created)
    if modified := _moment(account, asked, "date_modification", zone):
        passes.append(lambda order: order.modified >= modified)
    return passes


def _state_filter(account: Account, text: str) -> Callable[[Order], bool]:
    if not text or account.switches.state_filter == "ignored":
        return lambda order: order.state not in HIDDEN
    if not text.isdecimal() or int(text) not in STATES:
        raise v1(400, "invalid_state", f"state {text} is not known")
    wanted = int(text)
    denied = wanted in HIDDEN and account.switches.hidden_order_states == "empty"
    return lambda order: order.state == wanted and not denied


def _moment(account: Account, asked: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    text = asked.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise v1(400, "invalid_date", f"{name} is not a date") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone if account.switches.naive_dates == "local" else UTC)
    return moment
