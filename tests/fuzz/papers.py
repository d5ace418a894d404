"""Every file of the state directory spoilt, read by all who read it: a value, a word to a person, never a crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fuzz import spoiling
from fuzz.rooms import room
from fuzz.scene import JOBS, scene
from fuzz.target import Broken, Target, made_of
from fuzz.told import fingerprint, said
from fuzz.typed import must_hold
from fuzz.wire import Patience

from bmsc.clients.governor import Governor
from bmsc.clients.token_cache import TokenCache
from bmsc.domain.creations import CreateMemory, OpenBatch
from bmsc.domain.ids import ListingId
from bmsc.domain.intents import Intent
from bmsc.domain.lines import LineUse
from bmsc.domain.listings import KnownListing
from bmsc.domain.memory import CancelMemory, OrdersMemory, ShipmentsMemory
from bmsc.domain.repricing import KnownPrices
from bmsc.domain.runs import RunRecord
from bmsc.jobs import (
    cancel_memory,
    create_memory,
    guard_memory,
    listings_memory,
    orders_memory,
    remarks_memory,
    telling,
    tracking_memory,
)
from bmsc.planners.attention import Remembered
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listing_facts import SyncMemory
from bmsc.planners.remarks import Remarks
from bmsc.retrospect import look_back, rows, window
from bmsc.retrospect import plain as looked
from bmsc.retrospect.budgets import Limits
from bmsc.retrospect.look_back import Asked
from bmsc.state import plain
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentReader
from bmsc.state.line_budget import LineBudget
from bmsc.state.listing_book import ListingBook
from bmsc.state.price_book import PriceBook
from bmsc.state.refusal_book import Refusal, RefusalBook
from bmsc.state.run_book import RunBook
from bmsc.state.store import Store

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
Spoil = Callable[[bytes, Random], bytes]
LOOKS: Sequence[tuple[str, ...]] = (
    ("status",),
    ("status", "--json"),
    ("holds", "list"),
    ("holds", "list", "--json"),
    ("report",),
    ("report", "--json"),
    ("report", "--json", "--sku", "X"),
    ("report", "--csv", "{room}/figures.csv"),
)
"""What a person asks the state directory, without a platform."""


@dataclass(frozen=True)
class Desk:
    """A state directory to spoil files of, and a room beside it."""

    room: Path
    state: Path

    def tidy(self) -> None:
        """Lay every paper as it was, and take away what was not there."""
        found = {path for path in self.state.rglob("*") if path.is_file()}
        for path in found - _whole().keys():
            path.unlink()
        for path, content in _whole().items():
            if path not in found or path.read_bytes() != content:
                path.write_bytes(content)

    def looked_at(self, words: Sequence[str]) -> str:
        """Ask a question about the state, which must leave it as it is."""
        before = fingerprint(self.state)
        at = ("--state-dir", str(self.state), *(() if words[0] == "holds" else ("--config", str(scene().shop.config))))
        told = said([*(word.format(room=self.room) for word in words), *at])
        if fingerprint(self.state) != before:
            raise Broken(f"bmsc {' '.join(words)} changed a file")
        return told


@cache
def desk() -> Desk:
    """Give the one desk of this process."""
    folder = room() / "desk"
    state = Path(shutil.copytree(scene().doubtful, folder / "state"))
    RefusalBook(StateDir(state), "orders pull").write(Refusal("configuration", "no such file", NOW, NOW))
    return Desk(folder, state)


@cache
def _whole() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in desk().state.rglob("*") if path.is_file()}


def _laid_out(dice: Random, names: Sequence[str], spoil: Spoil) -> tuple[Desk, str]:
    """Lay the papers out, one or two of the named files spoilt; gives the first of them."""
    place = desk()
    place.tidy()
    chosen = dice.sample(names, min(len(names), dice.choice((1, 1, 1, 2))))
    for name in chosen:
        path = place.state / name
        path.write_bytes(spoil(path.read_bytes(), dice))
    return place, chosen[0]


def looks(name: str, files: Sequence[str], spoil: Spoil, share: int, commands: Sequence[tuple[str, ...]]) -> Target:
    """Give the target of files that persons' commands read."""

    def feed(dice: Random) -> str:
        place, _ = _laid_out(dice, files, spoil)
        return place.looked_at(dice.choice(commands))

    return Target(f"{name}, looked at", share, feed)


def reads(name: str, files: Sequence[str], spoil: Spoil, share: int, read: Callable[[StateDir, str], None]) -> Target:
    """Give the target of files that runs read."""

    def feed(dice: Random) -> str:
        place, chosen = _laid_out(dice, files, spoil)
        return made_of(lambda: read(StateDir(place.state), chosen))

    return Target(f"{name}, read", share, feed)


def _memories(directory: StateDir, _name: str) -> None:
    """Read what every command remembers, and write it again as the next run will."""
    store = Store(directory)
    for hint, read, dump in _sections(
        store, [one for job in JOBS for one in IntentReader(directory.intents(job)).all()]
    ):
        found = read()
        must_hold(found, hint)
        plain.text(dump(found), sort_keys=True)
    store.save_section("orders pull", {**store.section("orders pull"), "seen": "again"})


def _sections(store: Store, intents: Sequence[Intent]) -> Iterator[tuple[Any, Callable[[], Any], Callable[[Any], Any]]]:
    pull, push = store.section("orders pull"), store.section("tracking push")
    yield OrdersMemory, lambda: orders_memory.with_intents(orders_memory.load(pull), intents), orders_memory.dump
    yield ShipmentsMemory, lambda: tracking_memory.load(push, intents), tracking_memory.dump
    yield CancelMemory, lambda: cancel_memory.load(store.section("cancel sync")), cancel_memory.dump
    yield SyncMemory, lambda: listings_memory.load(store.section("listings sync")), listings_memory.dump
    yield CreateMemory, lambda: create_memory.load(store.section("listings create"), NOW), create_memory.dump
    yield tuple[OpenBatch, ...], lambda: create_memory.open_batches(intents), lambda _: {}
    yield Remarks, lambda: remarks_memory.load(store.section(remarks_memory.SECTION)), remarks_memory.dump
    for job in JOBS:
        yield GuardMemory, lambda job=job: guard_memory.load(store.section(job)), guard_memory.dump
        yield dict[str, Remembered], lambda job=job: telling.remembered(store.section(job)), lambda _: {}


def _intents(directory: StateDir, _name: str) -> None:
    """Read every write-ahead list, and make of it what the commands make of it."""
    found = [one for job in JOBS for one in IntentReader(directory.intents(job)).all()]
    must_hold(found, list[Intent])
    orders_memory.with_intents(OrdersMemory(), found)
    tracking_memory.with_intents(ShipmentsMemory(), found)
    must_hold(create_memory.open_batches(found), tuple[OpenBatch, ...])


def _books(directory: StateDir, _name: str) -> None:
    """Read both books of rows, whole and one row, and add to them."""
    for book, kind, row in (
        (ListingBook(directory.listings, writable=True), KnownListing, KnownListing(managed=True)),
        (PriceBook(directory.prices, writable=True), KnownPrices, KnownPrices()),
    ):
        found = dict(book.load())
        must_hold(found, dict[ListingId, kind])  # type: ignore[valid-type]
        for listing_id in [*found][:2]:
            must_hold(book.one(listing_id), kind | None)
        book.save({**found, ListingId("new"): row})


def _runs(directory: StateDir, _name: str) -> None:
    """Read the notes on last runs and refusals."""
    must_hold(dict(RunBook(directory.runs).all()), dict[str, RunRecord])
    for job in JOBS:
        must_hold(RefusalBook(directory, job).last(), Refusal | None)


def _journal(directory: StateDir, _name: str) -> None:
    """Reckon a look back of it."""
    asked = Asked(NOW, window.latest(NOW, 30), Limits(1_900, 9_000, 150))
    found = look_back.look_back(list(directory.journals().values()), asked)
    looked.render(found)
    rows.render(found)


def _ledgers(directory: StateDir, _name: str) -> None:
    """Book a request, a turn, a line, and look for a token."""
    clock = Patience()
    for name in ("sellercloud.requests", "backmarket.requests", "backbox.requests"):
        governor = Governor.per_hour(directory.cache / name, clock, requests=9_000)
        wait = governor.take()
        if not 0 <= wait <= 3 * 3600:
            raise Broken(f"a damaged ledger makes requests wait {wait} s")
        governor.pause_until(clock.now())
    budget = LineBudget(directory.listing_lines, clock, limit=1_900)
    if not 0 <= budget.left(LineUse.SYNC) <= 1_900 or not isinstance(budget.take(LineUse.SYNC), bool):
        raise Broken("a damaged ledger gives lines away")
    TokenCache(directory.cache / "sellercloud.token", base_url="u", username="n").read()
    kept = TokenCache(directory.cache / "sellercloud.token", **_owner())
    with kept.locked():
        must_hold(kept.read(), Any)


def _owner() -> dict[str, str]:
    return {"base_url": f"{scene().shop.running.url}/rest", "username": "integration@example.test"}


def targets() -> list[Target]:
    """Give a target for each kind of file, by who reads it."""
    document, lines, raw = spoiling.document, spoiling.lines, spoiling.bytes_of
    state, intents = (
        ["state.json", "state.json.good"],
        [f"intents-{job.replace(' ', '-')}.jsonl" for job in _ANNOUNCING],
    )
    books, journal, runs = (
        ["listings.jsonl", "prices.jsonl"],
        ["journal-2026-03.jsonl"],
        [f"runs/{_slug(job)}.json" for job in JOBS],
    )
    ledgers = [f"cache/{name}" for name in ("sellercloud.requests", "backmarket.requests", "backbox.requests")]
    ledgers += ["cache/sellercloud.token", "locks/listing-lines"]
    return [
        reads("state.json and its good copy", state, document, 60, _memories),
        looks("state.json and its good copy", state, document, 6, LOOKS),
        reads("state.json, bytes", state, raw, 50, _memories),
        reads("intents", intents, lines, 90, _intents),
        looks("intents", intents, lines, 4, LOOKS[:2]),
        reads("listings.jsonl and prices.jsonl", books, lines, 90, _books),
        looks("listings.jsonl and prices.jsonl", books, lines, 4, LOOKS[:2]),
        reads("books, bytes", books, raw, 40, _books),
        reads("journal", journal, lines, 50, _journal),
        looks("journal", journal, lines, 12, LOOKS[4:]),
        looks("journal, bytes", journal, raw, 5, LOOKS[4:]),
        reads("run book and refusals", [*runs, "runs/orders-pull.refused"], document, 70, _runs),
        looks("run book", runs, document, 3, LOOKS[:2]),
        reads("request ledgers, lines, token cache", ledgers, _document_or_bytes, 70, _ledgers),
        looks("request ledgers, lines, token cache", ledgers, _document_or_bytes, 3, LOOKS[:2]),
    ]


_ANNOUNCING = ("orders pull", "tracking push", "cancel sync", "listings create")


def _slug(job: str) -> str:
    return job.replace(" ", "-")


def _document_or_bytes(content: bytes, dice: Random) -> bytes:
    return dice.choice((spoiling.document, spoiling.bytes_of))(content, dice)
