"""The papers of one run: what it may write down, and what a run that only looks may."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.state.clock import TellsTime
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentLog, IntentReader
from bmsc.state.journal import JournalFile, NullJournal
from bmsc.state.locks import OrderLocks
from bmsc.state.store import CommandMemory, Store

if TYPE_CHECKING:
    from bmsc.state.listing_book import ListingBook
    from bmsc.state.price_book import PriceBook


class Books(Struct, frozen=True):
    """What is remembered of each listing; opened by the commands that read in it, for the others never load it."""

    directory: StateDir
    writable: bool

    def of_listings(self) -> ListingBook:
        """Open the book that `listings sync` writes."""
        from bmsc.state.listing_book import ListingBook

        return ListingBook(self.directory.listings, writable=self.writable)

    def of_prices(self) -> PriceBook:
        """Open the book that `reprice` writes."""
        from bmsc.state.price_book import PriceBook

        return PriceBook(self.directory.prices, writable=self.writable)


class Desk(Struct, frozen=True):
    """The papers, by the names the road knows them by."""

    intents: IntentLog | IntentReader
    memory: CommandMemory
    journal: JournalFile | NullJournal
    order_locks: OrderLocks
    listing_lines: Path
    books: Books

    def tidy(self, keep_months: int) -> None:
        """Delete the journals that are older than what is kept."""
        if isinstance(self.journal, JournalFile):
            self.journal.prune(keep_months)


def writable(directory: StateDir, store: Store, command: str, *, run_id: str, clock: TellsTime) -> Desk:
    """Lay out the papers of a live run."""
    return Desk(
        intents=IntentLog(directory.intents(command), clock, run_id),
        memory=store.memory(command),
        journal=JournalFile(directory, clock, run_id=run_id, command=command),
        order_locks=OrderLocks(directory.order_locks),
        listing_lines=directory.listing_lines,
        books=Books(directory, writable=True),
    )


def read_only(directory: StateDir, store: Store, command: str) -> Desk:
    """Lay out the papers of a run that only looks."""
    return Desk(
        intents=IntentReader(directory.intents(command)),
        memory=store.memory(command),
        journal=NullJournal(),
        order_locks=OrderLocks(directory.order_locks),
        listing_lines=directory.listing_lines,
        books=Books(directory, writable=False),
    )
