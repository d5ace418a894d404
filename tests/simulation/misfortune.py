"""What goes wrong on the wire, and what people do just then?"""

from __future__ import annotations

from random import Random
from typing import Any

Rule = dict[str, Any]

WRITES: dict[str, Rule] = {
    "create": {"method": "POST", "path": r"/api/Orders$"},
    "pay": {"method": "PUT", "path": "ReceiveManualPayment"},
    "move": {"method": "POST", "path": r"/ws/orders/\d+$"},
    "cancel": {"method": "PUT", "path": "StatusCode"},
    "list": {"method": "POST", "path": "/ws/listings"},
    "serial": {"method": "PATCH", "path": "/ws/orders"},
}
READS: dict[str, Rule] = {
    "their orders": {"method": "GET", "path": r"/api/Orders\?"},
    "one of their orders": {"method": "GET", "path": r"/api/Orders/\d+$"},
    "catalog": {"method": "GET", "path": "/api/Catalog"},
    "our orders": {"method": "GET", "path": r"/ws/orders\?"},
    "one of our orders": {"method": "GET", "path": r"/ws/orders/\d+$"},
    "listings": {"method": "GET", "path": "/ws/listings"},
    "login": {"method": "POST", "path": "/api/token"},
}
WRITE_FAULTS = (
    "cut_before",
    "cut_after",
    "status_before",
    "status_after",
    "timeout_after",
    "truncate",
    "html",
    "empty_body",
    "throttle",
    "edge429",
    "waf403_html",
    "slow",
    "extra_fields",
    "numbers_as_text",
)
READ_FAULTS = (
    *WRITE_FAULTS,
    "empty_with_total",
    "drop_rows",
    "duplicate_row",
    "shuffle_rows",
    "ignore_filters",
    "redirect",
    "next_other_host",
    "waf403_json",
)
SOFT = "empty_list"
"""The one fault that looks like a fact; it is dosed by what the program can know (see `Stage.fault`)."""
STORM_KINDS = ("cut_before", "cut_after", "status_before", "status_after", "html", "truncate", "edge429", "throttle")
QUOTED = "Customer Canary (+1555CANARY) of 77 Canary Wharf is not valid"
"""A refusal that repeats what every buyer in this world is called and where he lives."""
PATIENCE_SECONDS = 0.5
"""The read timeout of a simulated run; a fault that outlasts it is a timeout."""


def a_fault(dice: Random) -> Rule:
    """Draw a fault that strikes a write, a read or a soft-failed list soon, up to three times."""
    kind = dice.choices(("write", "read", "soft"), (6, 3, 1))[0]
    if kind == "soft":
        return {"what": SOFT, **READS[dice.choice(("their orders", "catalog", "our orders", "listings"))]}
    if kind == "read":
        what, where = dice.choice(READ_FAULTS), READS[dice.choice(list(READS))]
    else:
        what, where = dice.choice(WRITE_FAULTS), WRITES[dice.choices(list(WRITES), (6, 5, 6, 2, 1, 1))[0]]
    times = dice.choice((1, 1, 1, 2, 3))
    args = _args(what, dice, quotes=kind == "write")
    return {"what": what, **where, "skip": dice.choice((0, 0, 0, 1, 2)), "times": times, "args": args}


def a_storm(dice: Random) -> dict[str, Any]:
    """Draw a spell of random faults on everything."""
    return {
        "seed": dice.randrange(10**6),
        "rate": dice.choice((0.1, 0.3, 0.6)),
        "kinds": STORM_KINDS,
        "times": dice.randrange(3, 15),
    }


def a_moment(dice: Random, order_id: int | None) -> Rule:
    """Draw the instant, around some request, at which something else happens; about one order where that fits."""
    name, where = dice.choice([*WRITES.items(), *READS.items()])
    rule = {**where, "skip": dice.choice((0, 0, 1))}
    if order_id is not None and name == "create":
        rule["body"] = f'"{order_id}"'
    if order_id is not None and name in ("move", "one of our orders"):
        rule["path"] = rf"/ws/orders/{order_id}$"
    return {"what": dice.choice(("act_before", "act_after")), **rule}


def a_kill(dice: Random, pid: int) -> Rule:
    """Draw the write that a run does not survive."""
    where = WRITES[dice.choices(list(WRITES), (6, 5, 6, 2, 1, 1))[0]]
    skip = dice.choice((0, 0, 1, 2))
    return {"what": dice.choice(("kill_before", "kill_after")), **where, "skip": skip, "args": {"pid": pid}}


def _args(what: str, dice: Random, *, quotes: bool) -> dict[str, Any]:
    if what in ("status_before", "status_after"):
        words = dice.choice(("Oops.", QUOTED if quotes else "Oops.", None, None))
        status = 500 if words else dice.choice((500, 502, 503, 504))
        return {"status": status} | ({"json": {"Message": words}} if words else {})
    if what == "timeout_after":
        return {"seconds": PATIENCE_SECONDS * 1.5}
    return {"seconds": PATIENCE_SECONDS / 10} if what == "slow" else {}
