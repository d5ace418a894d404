"""Which products are not handed in again for now, because Back Market refused them or made something else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.creations import BrokenBatch, NewListing, Setback
from bmsc.domain.ids import SkuKey, sku_key, sku_subject
from bmsc.domain.listings import Listing
from bmsc.domain.plan import Hold, Skip
from bmsc.planners import created

MISMATCH = "listing_mismatch"
REFUSED = "refused_by_backmarket"
NOT_CREATED = "not_created"
OF_ROWS = frozenset({MISMATCH, REFUSED})
RETRY_AFTER = {REFUSED: timedelta(days=1), NOT_CREATED: timedelta(minutes=45)}
"""With the same cells a refused row is tried again a day later, for Back Market's catalog grows, and one whose
whole batch failed by the next hourly run."""
GUILTY_AFTER = 3
"""A row that was alone in its batch breaks it by itself when so many batches in a row have failed with it."""
_SPLIT = 10


class Sorted(Struct, frozen=True):
    """The setbacks that still count, with what a person is told of each; the rest is forgotten."""

    kept: Mapping[SkuKey, Setback] = field(default_factory=dict)
    lapsed: Mapping[SkuKey, Setback] = field(default_factory=dict)
    """Those whose products are tried again now."""
    holds: tuple[Hold, ...] = ()
    skips: tuple[Skip, ...] = ()


def of(wanted: NewListing, reason: str, detail: str, now: datetime) -> Setback:
    """Note a setback."""
    return Setback(reason, detail, _fingerprint(wanted, reason), now)


def of_broken(batch: BrokenBatch, before: Mapping[SkuKey, Setback], now: datetime) -> dict[SkuKey, Setback]:
    """Note a batch that failed as a whole: its rows go on in smaller ones, until the row that breaks them is found."""
    return {sku_key(row.sku): _of_row(row, batch, before.get(sku_key(row.sku)), now) for row in batch.rows}


def _of_row(row: NewListing, batch: BrokenBatch, before: Setback | None, now: datetime) -> Setback:
    failures, rows = (before.failures if before else 0) + 1, len(batch.rows)
    if rows == 1 and failures >= GUILTY_AFTER:
        found = of(row, REFUSED, f'alone in its batch, it made all of it fail: "{batch.words}"', now)
    else:
        again = "tried again in smaller ones" if rows > 1 else "tried again"
        found = of(row, NOT_CREATED, f'its batch of {rows} failed as a whole: "{batch.words}"; {again}', now)
    return replace(found, rows=rows, failures=failures)


def most_beside(setback: Setback | None, most: int) -> int:
    """Say how many rows may share a batch with one that was set back."""
    return max(1, setback.rows // _SPLIT) if setback and setback.rows else most


def sort(
    before: Mapping[SkuKey, Setback], ready: Mapping[SkuKey, NewListing], met: Mapping[SkuKey, Listing], now: datetime
) -> Sorted:
    """Keep what still holds: same cells, and not long ago or never to be repeated by itself."""
    kept: dict[SkuKey, Setback] = {}
    lapsed: dict[SkuKey, Setback] = {}
    holds: list[Hold] = []
    skips: list[Skip] = []
    for key, setback in before.items():
        wanted = ready.get(key)
        if wanted is None:
            continue
        if detail := _still(setback, wanted, met.get(key), now):
            kept[key] = setback
            if setback.reason == NOT_CREATED:
                skips.append(Skip(sku_subject(wanted.sku), setback.reason, detail))
            else:
                holds.append(Hold(sku_subject(wanted.sku), setback.reason, detail))
        elif key not in met:
            lapsed[key] = setback
    return Sorted(kept, lapsed, tuple(holds), tuple(skips))


def _still(setback: Setback, wanted: NewListing, listing: Listing | None, now: datetime) -> str:
    if listing is not None:
        other = created.identity_differences(listing, wanted) if setback.reason == MISMATCH else ""
        return f"{other}: stays at 0 until a person has mended it there" if other else ""
    if setback.wanted != _fingerprint(wanted, setback.reason):
        return ""
    lasts = RETRY_AFTER.get(setback.reason)
    return setback.detail if lasts is None or now - setback.at < lasts else ""


def _fingerprint(wanted: NewListing, reason: str) -> str:
    """Back Market's wrong listing has nothing to do with the price: asking again at another one helps nothing."""
    return f"{wanted.product} {wanted.grade.value}" if reason == MISMATCH else wanted.words()


def keys(wanted: tuple[NewListing, ...]) -> dict[SkuKey, NewListing]:
    """Name listings by their SKU, whatever its case; the first of a name counts."""
    named: dict[SkuKey, NewListing] = {}
    for one in wanted:
        named.setdefault(sku_key(one.sku), one)
    return named
