"""One busy shop, seen at one moment: the world that answers, the state directory that earlier runs left behind."""

from __future__ import annotations

import atexit
import copy
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from accepted import accepted, act, cancel, ship
from creation_shop import candidate
from fuzz.rooms import room
from listing_shop import both
from price_shop import priced, rival
from shops import Shop, open_shop

from bmsc.errors import BmscError
from bmsc.sandbox.backmarket.orders import Address

JOBS = ("orders pull", "tracking push", "cancel sync", "listings sync", "listings create", "reprice")
CANARY = "Kanarienvogel"
MORE = """
[reprice]
enabled = true
"""


@dataclass
class Scene:
    """A shop that can be put back as it was.

    `state` are the papers as they lay then, `doubtful` those of a day before with intents still open, `tape` what
    `reprice` has recorded.
    """

    shop: Shop
    state: Path
    doubtful: Path
    tape: Path
    moment: datetime
    _world: tuple[Any, Any]

    def restore(self, papers: Path | None = None) -> None:
        """Put both platforms and the state directory back, or in its place other papers."""
        world = self.shop.world
        with world.lock:
            world.tenant, world.account = _copied(world, self._world)
            world.faults.clear()
            world.log.clear()
            world.generation += 1
        world.clock.set(self.moment)
        shutil.rmtree(self.shop.state_dir)
        shutil.copytree(papers or self.state, self.shop.state_dir)


@cache
def scene() -> Scene:
    """Give the shop of this process, on loopback."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = room() / "scene"
    folder.mkdir()
    shop = stack.enter_context(open_shop(folder, stack.enter_context(pytest.MonkeyPatch.context())))
    shop.configure(MORE)
    _yesterday(shop)
    doubtful = shutil.copytree(shop.state_dir, folder / "doubtful")
    _run_everything(shop)
    _today(shop)
    state = shutil.copytree(shop.state_dir, folder / "state-then")
    platforms = _copied(shop.world, (shop.world.tenant, shop.world.account))
    return Scene(shop, state, doubtful, _recorded(shop), shop.world.clock.now(), platforms)


def _yesterday(shop: Shop) -> None:
    """Let every command run once and some of what they send get lost, so that intents stay open."""
    _people(shop, "1")
    for sku, units, shown in (("X", 5, 9), ("Y", 8, 8), ("Z", 0, 0), ("V", 4, 4)):
        both(shop, sku, units, shown, MIN_PRICE_US="280.00", SAFETY_QTY=1)
    for sku in ("P1", "P2"):
        priced(shop, sku)
        rival(shop, sku, "300.00")
    candidate(shop, "NEW1")
    candidate(shop, "BAD1", GRADE="seven")
    faults = shop.world.faults
    faults.add("cut_after", method="POST", path=r"/api/Orders$")
    faults.add("cut_after", method="POST", path=r"/ws/orders/\d+", body="tracking")
    faults.add("cut_after", method="POST", path=r"/ws/listings$")
    _run_everything(shop)
    faults.clear()
    shop.advance(300)


def _today(shop: Shop) -> None:
    """Leave something to do for every command."""
    _people(shop, "2")
    for sku, units in (("X", 2), ("Y", 3), ("Z", 4)):
        act(shop, "warehouse", "count", sku=sku, quantity=units)
    candidate(shop, "NEW2")
    candidate(shop, "NEW3")
    rival(shop, "P1", "295.00")
    rival(shop, "P2", "290.00")
    shop.advance(3_700)


def _people(shop: Shop, day: str) -> None:
    for lines in ((("A", 1),), ((f"NOBODY{day}", 1),), (("B", 1), ("C", 1))):
        shop.place(*lines)
    for way in (ship, ship, cancel):
        way(shop, accepted(shop, ("D", 1)))
    with shop.world.lock:
        for order in shop.world.account.orders.values():
            order.shipping = order.billing = Address(**_caged())


def _caged() -> dict[str, Any]:
    names = [name for name in Address.__dataclass_fields__ if name not in ("country", "state_or_province")]
    return {**{name: f"{CANARY}{name}" for name in names}, "country": "US", "state_or_province": "CA"}


def _run_everything(shop: Shop) -> None:
    for job in JOBS:
        with suppress(BmscError):
            shop.run(job)


def _recorded(shop: Shop) -> Path:
    tape = shop.folder / "tape.jsonl"
    shop.run("reprice", dry_run=True, record=str(tape))
    return tape


def _copied(world: Any, platforms: tuple[Any, Any]) -> tuple[Any, Any]:
    """Copy both platforms as they stand; clock and switches stay the world's own."""
    kept = (world.clock, world.switches, world.switches.sellercloud, world.switches.backmarket)
    return copy.deepcopy(platforms, {id(one): one for one in kept})
