"""What one run of `cancel sync` teaches the next: what is over, what is nobody's, and which deadlines ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bmsc.domain.ids import OrderId, order_subject
from bmsc.domain.memory import CancelMemory
from bmsc.domain.orders import OrderState
from bmsc.domain.outcome import Result
from bmsc.domain.plan import EndLine
from bmsc.domain.settings import Settings
from bmsc.jobs import cancel_memory
from bmsc.jobs.cancel_gather import Gathered
from bmsc.jobs.job import Settlement
from bmsc.jobs.stray_gather import ANSWERS_LAST
from bmsc.planners import stray_orders

_KEEP = timedelta(days=60)
_OVER = frozenset({OrderState.FINISHED, OrderState.NOT_PAID})


def settlements(gathered: Gathered) -> Iterator[Settlement]:
    """Settle every open intent whose order was read by id: the line states tell what became of it."""
    read = {order_subject(order.id) for order in gathered.read}
    return (Settlement(intent.id, "read", {}) for intent in gathered.open_intents if intent.subject in read)


def ended(results: Sequence[Result]) -> list[str]:
    """Name the orders that this run ended on Back Market, in part or whole."""
    good = (one for one in results if isinstance(one.action, EndLine) and one.outcome.goes_on)
    return list(dict.fromkeys(one.action.subject for one in good))


def remember(gathered: Gathered, results: Sequence[Result], settings: Settings, now: datetime) -> CancelMemory:
    """Give the memory after this run."""
    before = gathered.memory
    finished = _finished(results)
    settled = {key: at for key, at in before.settled.items() if now - at < ANSWERS_LAST}
    settled |= dict.fromkeys(_in_order(gathered, settings), now) | dict.fromkeys(finished.values(), now)
    foreign = {key: at for key, at in before.foreign.items() if key in gathered.strays.candidates}
    kept = {key: at for key, at in before.finished.items() if now - at < ANSWERS_LAST}
    return CancelMemory(
        sentinels=gathered.twins.sentinels(before.sentinels),
        settled=settled,
        foreign={key: at for key, at in foreign.items() if now - at < _KEEP}
        | dict.fromkeys(gathered.strays.unknown, now),
        finished=kept | dict.fromkeys(finished, now),
        dispatch={one.order.id: one.deadline for one in gathered.facts.orders if one.deadline},
    )


def added(before: CancelMemory, after: CancelMemory) -> CancelMemory:
    """Keep what a narrowed run did not look at."""
    return replace(after, foreign=before.foreign, dispatch={**before.dispatch, **after.dispatch})


def _finished(results: Sequence[Result]) -> Mapping[OrderId, str]:
    """Tell which orders ended whole, and how they stand in SellerCloud."""
    return {
        one.action.order.id: cancel_memory.ended(one.action.order.id, len(one.action.sellercloud_ids))
        for one in results
        if isinstance(one.action, EndLine) and one.outcome.learned.get("finished")
    }


def _in_order(gathered: Gathered, settings: Settings) -> Iterator[str]:
    """Word the strays that are over on Back Market and need nothing: they are not asked for again today."""
    for stray in gathered.facts.strays:
        if stray.order.state in _OVER and stray_orders.decide(stray, settings) is None:
            yield cancel_memory.standing(stray.order.id, stray.sellercloud_orders)
