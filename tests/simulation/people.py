"""Who is there besides the program, and who does what is to happen next?"""

from __future__ import annotations

from random import Random

from simulation.buyers import Buyers
from simulation.deeds import Deeds
from simulation.merchant import Merchant
from simulation.warehouse import Warehouse

from bmsc.sandbox.world import World


class People:
    """Everybody in one world who is not the program."""

    def __init__(self, world: World, shop: str) -> None:
        self.deeds = Deeds()
        self.buyers = Buyers(world, shop)
        self._roles = (self.buyers, Warehouse(world, self.deeds), Merchant(world, shop, self.deeds))

    def let(self, kind: str, dice: Random) -> None:
        """Let something happen, by whoever knows how to; raises LookupError when nobody does."""
        for role in self._roles:
            if hasattr(role, kind):
                getattr(role, kind)(dice)
                return
        raise LookupError(f"nobody knows how to let {kind!r} happen")
