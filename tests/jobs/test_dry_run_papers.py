"""A dry run whose code forgot that it is one: its papers take nothing."""

from __future__ import annotations

import pytest
from shops import Shop

from bmsc.jobs.orders_pull import OrdersPull
from bmsc.jobs.ports import Intents, Journal


def test_nothing_can_be_announced(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(job: OrdersPull) -> None:
        intents: Intents = job._house.intents
        intents.open("create_order", "order:1", {})

    monkeypatch.setattr(OrdersPull, "gather", careless)
    with pytest.raises(RuntimeError, match="only looks"):
        shop.pull(dry_run=True)
    assert not list(shop.state_dir.glob("intents-*"))


def test_nothing_can_be_journaled(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    gather = OrdersPull.gather

    def careless(job: OrdersPull) -> object:
        journal: Journal = job._house.journal
        journal.write("create_order", {"subject": "order:1"})
        return gather(job)

    monkeypatch.setattr(OrdersPull, "gather", careless)
    shop.pull(dry_run=True)
    assert not list(shop.state_dir.glob("journal-*"))
