"""How a test comes by orders that stand accepted on both sides, and by people who act at an awkward moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shops import COMPANY, Shop

from bmsc.domain.outcome import RunReport
from bmsc.sandbox.clock import SandboxClock

IMEI = "490154203237518"


def accepted(shop: Shop, *lines: tuple[str, int], paid: bool = True, **wishes: Any) -> int:
    """Place an order that is accepted on Back Market and stands paid in SellerCloud, line ids kept."""
    order_id = shop.place(*(lines or (("A", 1),)), **{"state": 3, **wishes})
    mirrored(shop, order_id, paid=paid)
    return order_id


def mirrored(shop: Shop, order_id: int, *, company_id: int = COMPANY, paid: bool = True) -> int:
    """Carry an order into SellerCloud as `orders pull` does; gives SellerCloud's id."""
    order = shop.backmarket(order_id)
    with shop.world.lock:
        return shop.world.tenant.add_order(
            str(order_id),
            company_id,
            lines=[(line.sku, line.quantity, line.price / line.quantity) for line in order.lines],
            reference_ids=[str(line.id) for line in order.lines],
            paid=paid,
        )


def act(shop: Shop, actor: str, action: str, **args: Any) -> Any:
    """Let somebody act now."""
    return shop.world.act(actor, action, args)


def ship(shop: Shop, order_id: int, **how: Any) -> None:
    """Let the warehouse send an order off."""
    act(shop, "warehouse", "ship", number=str(order_id), **how)


def cancel(shop: Shop, order_id: int) -> None:
    """Cancel an order in SellerCloud."""
    act(shop, "warehouse", "cancel", number=str(order_id))


@dataclass
class Delay:
    """Somebody who makes everything take long, and then lets another act."""

    shop: Shop

    def wait(self, seconds: float, actor: str = "", action: str = "", args: dict[str, Any] | None = None) -> None:
        """Let time pass, then let the other act."""
        clock: SandboxClock = self.shop.world.clock
        clock.advance(seconds)
        if actor:
            self.shop.world.act(actor, action, args or {})


def meanwhile(shop: Shop, seconds: float, actor: str, action: str, args: dict[str, Any], **request: Any) -> None:
    """Let time pass and somebody act just after a request was answered."""
    shop.world.actors.delay = Delay(shop)
    told = {"seconds": seconds, "actor": actor, "action": action, "args": args}
    shop.world.faults.add("act_after", **request, args={"actor": "delay", "action": "wait", "args": told})


def outcomes(report: RunReport) -> list[tuple[str, str]]:
    """List what became of each action."""
    return [(result.action.kind.value, result.outcome.verdict.value) for result in report.results]


def facts(report: RunReport) -> set[tuple[str, str]]:
    """List the holds and alerts of a run by subject and reason."""
    return {(shown.fact.subject, shown.fact.reason) for shown in (*report.holds, *report.alerts)}


def reasons(report: RunReport) -> set[str]:
    """List the reasons of the holds and alerts of a run."""
    return {reason for _, reason in facts(report)}


def skipped(report: RunReport) -> dict[str, int]:
    """Count the skips of a run by reason."""
    counts: dict[str, int] = {}
    for skip in report.plan.skips:
        counts[skip.reason] = counts.get(skip.reason, 0) + 1
    return counts
