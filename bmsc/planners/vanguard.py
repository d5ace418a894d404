"""Which orders go first alone: the first of an installation and of each currency prove the sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bmsc.domain.ids import order_subject
from bmsc.domain.plan import Chain, Skip
from bmsc.planners.order_facts import OrderFacts
from bmsc.planners.verdicts import Decision, Go, Hindrance

_LAST = 1000
_BLOCKING = frozenset({"money_mismatch", "outcome_unknown"})


def arrange(decisions: Sequence[tuple[OrderFacts, Decision]], proven: frozenset[str]) -> tuple[list[Chain], list[Skip]]:
    """Put each unproven currency's first order ahead, one by one, and let its others wait for it."""
    blocked = dict(_blocked(decisions, proven))
    leaders: dict[str, str] = {}
    chains, waits = [], []
    for one, decision in decisions:
        if not isinstance(decision, Go):
            continue
        subject = order_subject(one.order.id)
        if not decision.actions:
            waits.append(Skip(subject, "in_step", "both sides agree already"))
        elif decision.currency in blocked and decision.compares_money and decision.currency not in proven:
            waits.append(_waits_for(subject, decision.currency, blocked[decision.currency]))
        else:
            chains.append(_chain(subject, decision, proven, leaders))
    return sorted(chains, key=lambda chain: chain.stage), waits


def proof_of(currency: str) -> str:
    """Name the fact that SellerCloud's sums are right in a currency."""
    return f"currency:{currency}"


def _chain(subject: str, decision: Go, proven: frozenset[str], leaders: dict[str, str]) -> Chain:
    if not decision.compares_money or decision.currency in proven:
        return Chain(subject, decision.actions, stage=_LAST)
    if decision.currency in leaders:
        return Chain(subject, decision.actions, stage=_LAST, needs=proof_of(decision.currency))
    leaders[decision.currency] = subject
    return Chain(subject, decision.actions, stage=len(leaders), proves=proof_of(decision.currency))


def _blocked(decisions: Iterable[tuple[OrderFacts, Decision]], proven: frozenset[str]) -> Iterable[tuple[str, str]]:
    for one, decision in decisions:
        held = isinstance(decision, Hindrance) and decision.hold.reason in _BLOCKING
        if held and one.order.currency not in proven:
            yield one.order.currency, order_subject(one.order.id)


def _waits_for(subject: str, currency: str, leader: str) -> Skip:
    detail = f"waits until {leader}, the first order in {currency}, has been compared to the cent"
    return Skip(subject, "waits_for_first_order", detail)
