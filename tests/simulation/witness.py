"""Which promise is broken: seen at the very moment of a write, after a run, or at rest?"""

from __future__ import annotations

from collections.abc import Iterator

from simulation.broken import Broken, Notebook
from simulation.deeds import Deeds
from simulation.listing_witness import ListingWitness
from simulation.offer_witness import OfferWitness
from simulation.order_witness import UNKNOWN_TO_US, OrderWitness
from simulation.rest_witness import RestWitness, Told
from simulation.scenario import Scenario
from simulation.seen import Seen
from werkzeug.wrappers import Request, Response

from bmsc.sandbox.log import is_mutating
from bmsc.sandbox.onlooker import Onlooker
from bmsc.sandbox.world import World


class Witness(Onlooker):
    """Watches one world from inside the sandbox; knows nothing of what the program remembers or means."""

    def __init__(self, world: World, deeds: Deeds, scenario: Scenario) -> None:
        self._world = world
        self._notebook = Notebook()
        self._seen = Seen(world)
        first_parcel = scenario.chosen["tracking.partial_shipment"] == "first"
        when_disabled = scenario.chosen["listings.when_disabled"]
        self.orders = OrderWitness(world, deeds, self._seen, self._notebook, first_parcel=first_parcel)
        self._listings = ListingWitness(world, scenario.shop, self._seen, self._notebook, when_disabled=when_disabled)
        self._offers = OfferWitness(world, scenario)
        self._rest = RestWitness(world, scenario, deeds, self.orders)
        world.onlooker = self

    def begin(self, *, together: bool) -> None:
        """Take note that a run begins, or several together."""
        self._seen.begin(together=together)

    def remembers(self) -> None:
        """Take note that orders were looked at, and the look remembered."""
        self.orders.remembers()

    def forgets(self) -> None:
        """Take note that the program's memory is lost, or older than it was."""
        self.orders.known.clear()

    def disturbed(self) -> None:
        """Take note that something failed: what takes time may take it anew."""
        self._offers.disturbed()

    def sees(self, request: Request) -> None:
        """Judge a write just before it is applied."""
        if not is_mutating(request.method, request.path):
            return
        for one in (self.orders, self._listings):
            if one.knows(request):
                one.sees(request)
                return
        self._notebook.say(UNKNOWN_TO_US, f"{request.method} {request.path}")

    def saw(self, request: Request, response: Response) -> None:
        """Take in what was answered."""
        if is_mutating(request.method, request.path):
            self.orders.saw(request, response)
        else:
            self._seen.look(request, response)

    def now(self) -> list[Broken]:
        """Tell what is broken as things stand, after any event."""
        self.orders.look()
        self._listings.look()
        return [*self._notebook.tear_out(), *self._crashes(), *self._offers.look()]

    def at_rest(self, told: Told, *, forgot: bool) -> list[Broken]:
        """Tell what is broken once nothing has happened for a while; `told` is by the runs at rest and before."""
        return list(self._rest.judge(told, forgot=forgot))

    def _crashes(self) -> Iterator[Broken]:
        return (Broken("the sandbox does not crash", text) for text in self._world.log.crashes)
