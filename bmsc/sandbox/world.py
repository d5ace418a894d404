"""What makes up one sandbox world, and how does it begin anew?"""

from __future__ import annotations

import threading
from typing import Any

from bmsc.sandbox.actors import Actors
from bmsc.sandbox.backlog import Backlog
from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.faults import Faults
from bmsc.sandbox.log import RequestLog
from bmsc.sandbox.onlooker import Onlooker
from bmsc.sandbox.sellercloud.tenant import Tenant
from bmsc.sandbox.shop import open_shop
from bmsc.sandbox.switches import Switches


class World:
    """Both platforms, the people who act on them, and everything that may go wrong.

    Hold `lock` while touching `tenant`, `account` or `actors` from another thread than a request's.
    """

    tenant: Tenant
    account: Account
    switches: Switches
    faults: Faults
    log: RequestLog
    actors: Actors
    backlog: Backlog

    def __init__(self, clock: SandboxClock | None = None, *, seed: int = 0, shop: str = "us") -> None:
        self.lock = threading.RLock()
        self.clock = clock or SandboxClock()
        self.generation = 0
        self.onlooker = Onlooker()
        self.reset(seed=seed, shop=shop)

    def reset(self, *, seed: int = 0, shop: str = "us") -> None:
        """Begin anew with the shop `us`, `eu` or `empty`; raises ValueError for another name."""
        with self.lock:
            self.switches = Switches()
            self.faults = Faults(seed)
            self.log = RequestLog()
            self.backlog = Backlog()
            self.tenant = Tenant(self.clock.now, self.switches.sellercloud)
            self.account = Account(self.clock.now, self.switches.backmarket, seed=seed)
            self.actors = Actors(self, seed=seed)
            open_shop(shop, tenant=self.tenant, account=self.account)
            self.generation += 1

    def act(self, actor: str, action: str, args: dict[str, Any]) -> Any:
        """Let a person act; raises LookupError for an actor or action that is not on the list."""
        with self.lock:
            return self.actors.act(actor, action, args)
