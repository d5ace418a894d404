"""For how long were more units offered than there were to sell?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulation.broken import Broken
from simulation.scenario import Scenario
from simulation.truth import is_on_sale, product_of, sellable

from bmsc.sandbox.world import World

SYNC_EVERY = timedelta(minutes=5)
ONE_RUN = timedelta(minutes=2)
"""A run looks when cron lets it begin, and writes when it has read."""


def window_of(scenario: Scenario) -> timedelta:
    """Bound how long a unit may be offered that is not there, while nothing fails.

    Two lags of SellerCloud's numbers and two intervals, as the documentation states; later by what Back Market's
    own lists are late.
    """
    sellercloud, backmarket = scenario.switches["sellercloud"], scenario.switches["backmarket"]
    late = backmarket["order_list_lag_seconds"] + backmarket["listing_lag_seconds"]
    return (
        2 * (timedelta(seconds=sellercloud["aggregate_lag_seconds"]) + SYNC_EVERY) + timedelta(seconds=late) + ONE_RUN
    )


class OfferWitness:
    """Looks at every listing on sale, unit by unit, the one that came first goes first.

    The promise speaks of time in which cron runs and nothing fails: a fault, a death, a lost memory, a machine
    that slept or a guard that waits for a person begin the window anew.
    """

    def __init__(self, world: World, scenario: Scenario) -> None:
        self._world = world
        self._scenario = scenario
        self._window = window_of(scenario)
        self._since: dict[str, list[datetime]] = {}

    def disturbed(self) -> None:
        """Begin every window anew."""
        now = self._world.clock.now()
        self._since = {sku: [now] * len(since) for sku, since in self._since.items()}

    def look(self) -> Iterator[Broken]:
        """Take one look, and tell which units have been offered for too long."""
        now = self._world.clock.now()
        for listing in self._world.account.listings.values():
            since = self._since.setdefault(listing.sku, [])
            product = product_of(self._world, listing.sku)
            if not is_on_sale(product, self._scenario.shop):
                since.clear()
                continue
            surplus = max(0, listing.quantity - sellable(self._world, listing.sku, self._scenario.shop))
            since.extend([now] * (surplus - len(since)))
            del since[: len(since) - surplus]
            if since and now - since[0] > self._window:
                minutes = (now - since[0]).total_seconds() / 60
                detail = f"{surplus} units of {listing.sku} for {minutes:.0f} minutes, window {self._window}"
                since.clear()
                yield Broken("never more offered than there is for longer than the window", detail)
