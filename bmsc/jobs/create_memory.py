"""How `listings create` turns its section of the state document, and its intents, into values and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from bmsc.domain.creations import CreateMemory, NewListing, OpenBatch, Setback
from bmsc.domain.grades import Grade
from bmsc.domain.ids import Sku, SkuKey
from bmsc.domain.intents import Intent
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.papers import amount, perhaps_whole, text, whole
from bmsc.domain.plan import Kind
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling


@recalling.of_memory("what `listings create` remembers")
def load(section: Mapping[str, object], now: datetime) -> CreateMemory:
    """Read the section."""
    plain = cast("Mapping[str, Any]", section.get("setbacks", {}))
    return CreateMemory({SkuKey(key): _setback(value, now) for key, value in plain.items()})


def dump(memory: CreateMemory) -> dict[str, object]:
    """Write the section as plain JSON values."""
    return {"setbacks": {key: _plain_setback(setback) for key, setback in memory.setbacks.items()}}


@recalling.of_intents("an intent of `listings create`")
def open_batches(intents: Iterable[Intent]) -> tuple[OpenBatch, ...]:
    """Read the batches that were announced and not seen to their end, oldest first."""
    announced = (one for one in intents if one.is_open and one.kind == Kind.SUBMIT_BATCH.value)
    return tuple(map(_batch, announced))


def batch_data(rows: Iterable[NewListing], locale: str) -> dict[str, object]:
    """Write what a later run must know of a batch to compare what was made of it."""
    return {"locale": locale, "rows": [_plain_row(row) for row in rows]}


def _batch(intent: Intent) -> OpenBatch:
    data, learned = cast("Mapping[str, Any]", intent.data), cast("Mapping[str, Any]", intent.learned or {})
    return OpenBatch(
        intent_id=intent.id,
        at=intent.at,
        locale=text(data["locale"]),
        rows=tuple(map(_row, data["rows"])),
        task_id=perhaps_whole(learned.get("task_id")),
        over=text(learned.get("over", "")),
    )


def _plain_row(row: NewListing) -> list[object]:
    prices = [[price.locale, price.currency, str(price.price)] for price in row.prices]
    return [row.sku, row.product, row.grade.value, row.warranty_months, prices]


def _row(plain: list[Any]) -> NewListing:
    sku, product, grade, months, prices = plain
    found = (MarketPrice(text(locale), text(currency), amount(price)) for locale, currency, price in prices)
    return NewListing(Sku(text(sku)), text(product), Grade(grade), whole(months), tuple(found))


def _setback(plain: Mapping[str, Any], now: datetime) -> Setback:
    at = from_text(plain.get("at")) or now
    counts = whole(plain.get("rows", 0)), whole(plain.get("failures", 0))
    return Setback(text(plain["reason"]), text(plain["detail"]), text(plain["wanted"]), at, *counts)


def _plain_setback(setback: Setback) -> dict[str, object]:
    return {
        "reason": setback.reason,
        "detail": setback.detail,
        "wanted": setback.wanted,
        "at": to_text(setback.at),
        "rows": setback.rows,
        "failures": setback.failures,
    }
