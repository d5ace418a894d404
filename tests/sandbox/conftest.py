"""A running sandbox, and callers who know how to knock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.serve import Running, start


@pytest.fixture
def box() -> Iterator[Running]:
    """An empty world that serves."""
    with start(shop="empty", seed=7) as running:
        yield running


@pytest.fixture
def account(box: Running) -> Account:
    """The Back Market account of the world, with two listings."""
    account = box.world.account
    phone = account.add_product("Phone 13 128GB - Blue", product_id="cea70000-0000-4000-8000-0000000000b2")
    account.add_listing("PHONE-A", product=phone, quantity=5, prices={"en-us": "279.00"})
    account.add_listing("PHONE-B", product=phone, grade="FAIR", quantity=3, prices={"en-us": "199.99"})
    return account


@pytest.fixture
def seller(box: Running, account: Account) -> Iterator[Caller]:
    """A caller with the account's own token."""
    caller = Caller(box.url, account.token)
    with caller.session:
        yield caller
