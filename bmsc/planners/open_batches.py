"""What is done about a batch whose end nobody has seen: ask its task, look its SKUs up, or wait."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.creations import CreateListing, NewListing, OpenBatch, ResolveTask
from bmsc.domain.ids import SkuKey, sku_key, sku_subject
from bmsc.domain.listings import Listing
from bmsc.domain.plan import Chain, Hold, Skip

ABSENCE_AFTER_UNKNOWN = timedelta(minutes=30)
"""Back Market's batches take five minutes on average; one that may have arrived is waited for so long."""


class Followed(Struct, frozen=True):
    """What becomes of the open batches; the SKUs `in_hand` are not handed in again."""

    chains: tuple[Chain, ...] = ()
    skips: tuple[Skip, ...] = ()
    holds: tuple[Hold, ...] = ()
    in_hand: frozenset[SkuKey] = frozenset()
    given_up: tuple[OpenBatch, ...] = ()
    """Batches of which no SKU is on Back Market: nothing is left to follow."""


def follow(batches: Iterable[OpenBatch], met: Mapping[SkuKey, Listing], now: datetime) -> Followed:
    """Decide every open batch, oldest first."""
    found = Followed()
    for batch in batches:
        if batch.has_task:
            found = _joined(found, _asked(batch))
        elif is_over(batch, met, now):
            found = _joined(found, _looked_up(batch, met))
        else:
            found = _joined(found, _waiting(batch))
    return found


def as_priced_now(batch: OpenBatch, ready: Mapping[SkuKey, NewListing]) -> OpenBatch:
    """Give a batch whose further markets cost what their columns say now, and lack what those no longer permit."""
    return replace(batch, rows=tuple(_as_priced_now(row, ready.get(sku_key(row.sku))) for row in batch.rows))


def _as_priced_now(row: NewListing, now: NewListing | None) -> NewListing:
    wished = {price.locale: price for price in now.prices} if now else {}
    further = (wished[price.locale] for price in row.prices[1:] if price.locale in wished)
    return replace(row, prices=(row.home, *further))


def left_alone(batches: Iterable[OpenBatch], keys: Container[SkuKey]) -> Followed:
    """Keep the SKUs that a narrowed run names out of a second batch; following is left to whole runs."""
    rows = [(batch, row) for batch in batches for row in batch.rows]
    skips = tuple(_in_batch(batch, row) for batch, row in rows if sku_key(row.sku) in keys)
    return Followed(skips=skips, in_hand=frozenset(sku_key(row.sku) for _, row in rows))


def is_over(batch: OpenBatch, met: Mapping[SkuKey, Listing], now: datetime) -> bool:
    """Say whether what is not on Back Market by now will not come any more."""
    if all(sku_key(row.sku) in met for row in batch.rows):
        return True
    return bool(batch.over) or now - batch.at >= ABSENCE_AFTER_UNKNOWN


def _asked(batch: OpenBatch) -> Followed:
    what = f"{len(batch.rows)} listing{'s' * (len(batch.rows) > 1)}"
    detail = f"{what} handed in {batch.at:%Y-%m-%d %H:%M} UTC in {batch.locale}"
    resolve = ResolveTask(batch.subject, detail, batch)
    chain = Chain(batch.subject, (resolve, *_rows(batch)))
    return Followed(chains=(chain,), in_hand=_keys(batch.rows))


def _looked_up(batch: OpenBatch, met: Mapping[SkuKey, Listing]) -> Followed:
    there = replace(batch, rows=tuple(row for row in batch.rows if sku_key(row.sku) in met))
    if not there.rows:
        return Followed(given_up=(batch,))
    return Followed(chains=(Chain(batch.subject, tuple(_rows(there))),), in_hand=_keys(there.rows))


def _waiting(batch: OpenBatch) -> Followed:
    until = f"{batch.at + ABSENCE_AFTER_UNKNOWN:%H:%M} UTC"
    detail = f"Back Market may or may not have taken {len(batch.rows)} listings; looked up again from {until} on"
    skips = tuple(_in_batch(batch, row) for row in batch.rows)
    return Followed(holds=(Hold(batch.subject, "outcome_unknown", detail),), skips=skips, in_hand=_keys(batch.rows))


def _in_batch(batch: OpenBatch, row: NewListing) -> Skip:
    detail = f"{batch.subject} of {batch.at:%Y-%m-%d %H:%M} UTC has not come to its end"
    return Skip(sku_subject(row.sku), "in_batch", detail)


def _rows(batch: OpenBatch) -> Iterator[CreateListing]:
    return (CreateListing(sku_subject(row.sku), row.told(), row, batch) for row in batch.rows)


def _keys(rows: Iterable[NewListing]) -> frozenset[SkuKey]:
    return frozenset(sku_key(row.sku) for row in rows)


def _joined(first: Followed, second: Followed) -> Followed:
    return Followed(
        chains=first.chains + second.chains,
        skips=first.skips + second.skips,
        holds=first.holds + second.holds,
        in_hand=first.in_hand | second.in_hand,
        given_up=first.given_up + second.given_up,
    )
