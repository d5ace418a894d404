"""Who acts on the two platforms besides the program under test?"""

from __future__ import annotations

from inspect import getmembers, ismethod
from random import Random
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.crowd import Crowd
from bmsc.sandbox.people import BackOffice, Buyer, Merchant, OtherTool, Rivals, Warehouse

if TYPE_CHECKING:
    from bmsc.sandbox.world import World


class Actors:
    """The people of one world; every public method of theirs may be called by name."""

    def __init__(self, world: World, *, seed: int = 0) -> None:
        self.buyer = Buyer(world, Random(f"buyer {seed}"))
        self.warehouse = Warehouse(world, Random(f"warehouse {seed}"))
        self.merchant = Merchant(world, Random(f"merchant {seed}"))
        self.rivals = Rivals(world, Random(f"rivals {seed}"))
        self.backmarket = BackOffice(world, Random(f"backmarket {seed}"))
        self.other_tool = OtherTool(world, Random(f"other tool {seed}"))
        self.crowd = Crowd(self, Random(f"crowd {seed}"))

    def act(self, actor: str, action: str, args: dict[str, Any]) -> Any:
        """Let somebody act; raises LookupError for an actor or action that is not on the list."""
        if action not in self.describe().get(actor, ()):
            raise LookupError(f"no {actor} knows how to {action}")
        return getattr(getattr(self, actor), action)(**args)

    def describe(self) -> dict[str, list[str]]:
        """List who may do what."""
        return {name: _actions(person) for name, person in vars(self).items()}


def _actions(person: object) -> list[str]:
    return [name for name, _ in getmembers(person, ismethod) if not name.startswith("_")]
