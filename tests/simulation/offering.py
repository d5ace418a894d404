"""Does Back Market ever offer more units than there are? Random days of sales, imports and counts, lag by lag.

`python tests/simulation/offering.py --seeds 10` prints how often and for how long, beside the naive rule.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

import pytest
from listing_shop import both, sync
from shops import Shop, open_shop

STEP = 30
SYNC_EVERY = 300
HIDDEN = 120
"""So long an order may stay in Back Market's state 0, which nobody is shown."""
LAGS = (0, 60, 600)
SKUS = ("PARENT", "SHADOW", "ALONE")


@dataclass
class Story:
    """How many units were offered that were not there, for how long at most, and for how long in all.

    `alone` counts those of a SKU whose stock no other listing shares. `longest` may span several sales, where
    one begins before the last was made good; `stalest` is how long ago there last were as many units as are
    offered. `short_seconds` are the unit-seconds that could have been offered and were not.
    """

    units: int = 0
    longest: int = 0
    stalest: int = 0
    unit_seconds: int = 0
    short_seconds: int = 0
    sold: int = 0
    alone: int = 0
    _since: dict[str, list[int]] = field(default_factory=dict)
    _truths: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def look(self, second: int, shelf: dict[str, tuple[int, int]]) -> None:
        """Take one look at what is offered and at the truth; the unit too many that came first goes first."""
        for sku, (offered, truth) in shelf.items():
            units, since = offered - truth, self._since.setdefault(sku, [])
            fresh = max(0, units) - len(since)
            since.extend([second] * fresh)
            del since[: max(0, -fresh)]
            self.units += max(0, fresh)
            self.alone += max(0, fresh) if sku == "ALONE" else 0
            self.longest = max([self.longest, *(second - began for began in since)])
            self.unit_seconds += len(since) * STEP
            self.short_seconds += max(0, -units) * STEP
            truths = self._truths.setdefault(sku, [])
            truths.append((second, truth))
            as_true = next((then for then, units in reversed(truths) if units >= offered), 0)
            self.stalest = max(self.stalest, second - as_true)

    def __add__(self, other: Story) -> Story:
        return Story(
            self.units + other.units,
            max(self.longest, other.longest),
            max(self.stalest, other.stalest),
            self.unit_seconds + other.unit_seconds,
            self.short_seconds + other.short_seconds,
            self.sold + other.sold,
            self.alone + other.alone,
        )


Rule = Callable[[Shop], None]


def careful(shop: Shop) -> None:
    """Let `listings sync` decide."""
    report = sync(shop)
    assert report.exit_code in (0, 14), report


def naive(shop: Shop) -> None:
    """Write what SellerCloud shows, as most bridges do."""
    with shop.world.lock:
        for sku in SKUS:
            listing = shop.world.account.skus[sku.casefold()]
            with shop.world.account.changing(listing):
                listing.quantity = max(0, shop.world.tenant.shown_sellable(sku))


class Day:
    """A few hours in one shop."""

    def __init__(self, shop: Shop, seed: int, *, lag: int, falls_at: str, losses: bool) -> None:
        self._shop = shop
        self._dice = Random(seed)
        self._losses = losses
        self._unpaid: list[tuple[int, int]] = []
        self._by_hand: list[int] = []
        self.story = Story()
        shop.configure('\n[guards]\nmax_sold_out_percent = 100\n[orders]\nmoney_mismatch = "warn"\n')
        shop.switch("sellercloud", aggregate_lag_seconds=lag)
        shop.switch("backmarket", stock_falls_at=falls_at)
        both(shop, "PARENT", 5, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        both(shop, "ALONE", 4, 4)

    def live(self, rule: Rule, *, seconds: int) -> Story:
        """Let people act, orders be pulled and listings be synced; look at the truth at every step."""
        careful(self._shop)
        self._shop.pull()
        for second in range(0, seconds, STEP):
            self._people(second)
            if second % SYNC_EVERY == 60:
                self._shop.pull()
            if second % SYNC_EVERY == 0:
                rule(self._shop)
            self.story.look(second, self._shelf())
            self._shop.advance(STEP)
        return self.story

    def _people(self, second: int) -> None:
        account, dice = self._shop.world.account, self._dice
        for due, order_id in [one for one in self._unpaid if one[0] <= second]:
            self._unpaid.remove((due, order_id))
            account.pay(order_id)
        if dice.random() < 0.06:
            self._buy(second, dice.choice(SKUS), hidden=dice.choice((0, 0, 30, 90, HIDDEN)))
        if dice.random() < 0.02:
            self._accept_by_hand()
        if self._by_hand and dice.random() < 0.03:
            self._shop.pull(order_ids=(self._by_hand.pop(),))
        if dice.random() < 0.02:
            self._receive(dice.choice(("PARENT", "ALONE")), dice.choice((1, 2, 3)))
        if self._losses and dice.random() < 0.01:
            self._receive(dice.choice(("PARENT", "ALONE")), -1)

    def _buy(self, second: int, sku: str, *, hidden: int) -> None:
        if self._shop.world.account.skus[sku.casefold()].quantity <= 0:
            return
        self.story.sold += 1
        order_id = self._shop.place((sku, 1), state=0 if hidden else 1)
        if hidden:
            self._unpaid.append((second + hidden, order_id))

    def _accept_by_hand(self) -> None:
        account = self._shop.world.account
        waiting = [order for order in account.orders.values() if order.state == 1]
        if waiting:
            order = self._dice.choice(waiting)
            for line in order.lines:
                account.set_line_state(order.order_id, line.id, 2)
            if not self._shop.twins(order.order_id):
                self._by_hand.append(order.order_id)

    def _receive(self, sku: str, units: int) -> None:
        tenant = self._shop.world.tenant
        shelf = tenant.product(sku).shelf.true
        (house,) = [key for key, count in shelf.physical.items() if count] or [min(shelf.physical)]
        tenant.set_physical(sku, max(0, shelf.physical[house] + units))

    def _shelf(self) -> dict[str, tuple[int, int]]:
        """Give what each listing offers, and how many units nobody has bought."""
        account, tenant = self._shop.world.account, self._shop.world.tenant
        pending: dict[str, int] = {}
        for order in account.orders.values():
            for line in order.lines:
                if (line.took_stock or line.state in (1, 2)) and line.state in (0, 1, 2) and not self._reserved(order):
                    for pool, units in tenant.stockroom.pools(line.sku, line.quantity).items():
                        pending[pool] = pending.get(pool, 0) + units
        found = {}
        for sku in SKUS:
            (pool,) = tenant.stockroom.pools(sku, 1)
            truth = max(0, tenant.true_sellable(sku) - pending.get(pool, 0))
            found[sku] = account.skus[sku.casefold()].quantity, truth
        return found

    def _reserved(self, order: object) -> bool:
        twins = self._shop.twins(order.order_id)  # type: ignore[attr-defined]
        return any(twin.payments for twin in twins)


def day(rule: Rule, seed: int, *, lag: int, falls_at: str, losses: bool = True, seconds: int = 5400) -> Story:
    """Live one day in a shop of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        open_shop(Path(folder), patch) as shop,
    ):
        return Day(shop, seed, lag=lag, falls_at=falls_at, losses=losses).live(rule, seconds=seconds)


def table(seeds: Sequence[int], *, losses: bool) -> dict[tuple[int, str], Story]:
    """Live the same seeds by both rules, for every lag and both moments at which Back Market takes stock."""
    found = {}
    for lag in LAGS:
        for name, rule in (("careful", careful), ("naive", naive)):
            days = [day(rule, seed, lag=lag, falls_at=("new", "paid")[seed % 2], losses=losses) for seed in seeds]
            found[lag, name] = sum(days, Story())
    return found


def lines(found: dict[tuple[int, str], Story]) -> list[str]:
    """Write the comparison."""
    return [
        f"lag {lag:>3} s  {name:<8} {story.sold:>4} sold; {story.units:>3} units too many "
        f"({story.alone} where no stock is shared), {story.longest:>5} s at most, {story.stalest:>5} s stale, "
        f"{story.unit_seconds:>7} unit-seconds; {story.short_seconds:>7} unit-seconds too few"
        for (lag, name), story in found.items()
    ]


def main() -> None:
    """Print the comparison for as many seeds as asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=4)
    seeds = range(asked.parse_args().seeds)
    for losses, title in ((False, "sales, imports and deliveries"), (True, "and units that are found missing")):
        sys.stdout.write("\n".join([f"{title}:", *lines(table(seeds, losses=losses)), ""]))


if __name__ == "__main__":
    main()
