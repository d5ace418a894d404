"""How a replay is told, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from bmsc.domain.ids import sku_subject
from bmsc.domain.money import text
from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.domain.times import to_text
from bmsc.planners.reprice_replay import Difference, Replay


def render(found: Replay) -> str:
    """Write each difference on a line, then how many there are."""
    return "\n".join([*_lines(found), _summary(found)])


def render_json(found: Replay) -> str:
    """Write the same as one JSON object."""
    differences = [
        {
            "subject": sku_subject(one.facts.sku, one.facts.locale),
            "at": to_text(one.facts.now),
            "shown": _amount(one.facts, one.facts.shown),
            "then": _plain(one.facts, one.then),
            "now": _plain(one.facts, one.now),
        }
        for one in found.differences
    ]
    head = {"schema_version": 1, "prices": found.prices, "unreadable": found.unreadable}
    return json.dumps({**head, "differences": differences}, indent=2)


def _lines(found: Replay) -> Iterator[str]:
    for one in found.differences:
        yield f"  {one.facts.now:%Y-%m-%d %H:%M} {sku_subject(one.facts.sku, one.facts.locale)}: {_move(one)}"


def _move(one: Difference) -> str:
    return f"{_words(one.facts, one.then)}, now {_words(one.facts, one.now)} ({one.now.detail})"


def _words(facts: MarketFacts, decision: Decision) -> str:
    asked = "left alone" if decision.price is None else f"{text(decision.price, facts.currency)} {facts.currency}"
    return f"{asked} [{decision.reason}]"


def _summary(found: Replay) -> str:
    torn = f"; {found.unreadable} lines could not be read" if found.unreadable else ""
    return f"replay: {found.prices} recorded prices, {len(found.differences)} would be decided differently{torn}"


def _plain(facts: MarketFacts, decision: Decision) -> dict[str, object]:
    return {
        "price": _amount(facts, decision.price),
        "reason": decision.reason,
        "detail": decision.detail,
        "held": decision.held,
    }


def _amount(facts: MarketFacts, price: Decimal | None) -> str | None:
    return None if price is None else text(price, facts.currency)
