"""How a test opens a shop, lets people act in it, and lets bmsc work for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import report_schema

from bmsc import wiring
from bmsc.domain.outcome import RunReport
from bmsc.domain.scope import Scope
from bmsc.sandbox.backmarket.orders import Order as MarketOrder
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.log import LogEntry
from bmsc.sandbox.sellercloud.orders import Order
from bmsc.sandbox.serve import Running, start
from bmsc.sandbox.world import World

COMPANY = 163
SKUS = ("A", "B", "C", "D", "E")
LONG_REPORT = 100
"""Reports of more actions are not held against the schema: it says nothing new of the hundredth."""
PASSWORD = "CANARY-password-7261"
TOKEN = "CANARYtoken8812"
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CONFIG = """
[sellercloud]
base_url = "{url}/rest"
username = "integration@example.test"
password_file = "sellercloud.password"
company_id = 163
requests_per_hour = 10800

[backmarket]
base_url = "{url}"
token_file = "backmarket.token"
user_agent = "BM-Example-bmsc;ops@example.test"

[[markets]]
locale = "{locale}"
suffix = "{suffix}"
currency = "{currency}"
"""


@dataclass
class Shop:
    """One sandbox, one configuration, one state directory."""

    running: Running
    folder: Path

    @property
    def world(self) -> World:
        return self.running.world

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state_dir(self) -> Path:
        return self.folder / "state"

    def configure(self, more: str = "", *, locale: str = "en-us", suffix: str = "US", currency: str = "USD") -> None:
        """Write the configuration, with further tables at its end."""
        text = CONFIG.format(url=self.running.url, locale=locale, suffix=suffix, currency=currency)
        self.config.write_text(text + more)
        for name, secret in (("sellercloud.password", PASSWORD), ("backmarket.token", TOKEN)):
            path = self.folder / name
            path.write_text(secret)
            path.chmod(0o600)

    def run(self, command: str, **scope: Any) -> RunReport:
        """Run one command in this process, over HTTP; whatever it reports keeps to the published schema."""
        report = wiring.run(command, self.config, self.state_dir, Scope(**scope))
        if len(report.results) < LONG_REPORT:
            report_schema.check(report)
        return report

    def pull(self, **scope: Any) -> RunReport:
        """Run `orders pull`."""
        return self.run("orders pull", **scope)

    def place(self, *lines: tuple[str, int], **wishes: Any) -> int:
        """Let a buyer place a paid order; `totals` gives the line totals by SKU."""
        wishes.setdefault("totals", {sku: Decimal("100.00") * quantity for sku, quantity in lines})
        with self.world.lock:
            return self.world.account.place_order(list(lines), **wishes)

    def advance(self, seconds: float) -> None:
        """Let time pass for both sides."""
        self.world.clock.advance(seconds)

    def backmarket(self, order_id: int) -> MarketOrder:
        """Show an order as it stands on Back Market."""
        return self.world.account.orders[order_id]

    def line_states(self, order_id: int) -> list[int]:
        """Show the states of an order's lines on Back Market."""
        return [line.state for line in self.backmarket(order_id).lines]

    def twins(self, order_id: int) -> list[Order]:
        """Show the SellerCloud orders that carry an order's number."""
        return self.world.tenant.orders_by_number(str(order_id))

    def twin(self, order_id: int) -> Order:
        """Show the one SellerCloud order that carries an order's number."""
        (only,) = self.twins(order_id)
        return only

    def writes(self) -> list[LogEntry]:
        """List the mutating requests since the log was last cleared."""
        return self.world.log.mutating()

    def requests(self, platform: str) -> list[LogEntry]:
        """List the requests one platform got since the log was last cleared."""
        return [entry for entry in self.world.log.entries if entry.platform == platform]

    def switch(self, platform: str, **values: Any) -> None:
        """Choose how a platform behaves where nobody knows."""
        for name, value in values.items():
            switches = getattr(self.world.switches, platform)
            assert hasattr(switches, name), name
            setattr(switches, name, value)

    def written_down(self) -> str:
        """Give everything bmsc has on disk, as one text."""
        files = [path for path in self.state_dir.rglob("*") if path.is_file()]
        return "\n".join(path.read_bytes().decode(errors="replace") for path in files)


@contextmanager
def open_shop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Open an empty US shop on loopback, with a standing clock that both sides share."""
    clock_file = folder / "clock"
    clock = SandboxClock(clock_file)
    clock.set(START)
    monkeypatch.setenv("BMSC_CLOCK_FILE", str(clock_file))
    world = World(clock, shop="empty")
    with start(world) as running:
        shop = Shop(running, folder)
        _stock(world)
        shop.configure()
        yield shop


def _stock(world: World) -> None:
    world.tenant.password = PASSWORD
    world.account.token = TOKEN
    for sku in SKUS:
        world.tenant.add_product(sku, company_id=COMPANY, name=f"Phone {sku}", quantity=5)
