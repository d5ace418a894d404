"""What goes wrong on the wire, and what people do just then?"""

from __future__ import annotations

from random import Random
from typing import Any

Rule = dict[str, Any]

WRITES: dict[str, tuple[int, Rule]] = {
    "create": (6, {"method": "POST", "path": r"/api/Orders$"}),
    "pay": (5, {"method": "PUT", "path": "ReceiveManualPayment"}),
    "move": (8, {"method": "POST", "path": r"/ws/orders/\d+$"}),
    "cancel": (2, {"method": "PUT", "path": "StatusCode"}),
    "set": (4, {"method": "POST", "path": r"/ws/listings/[0-9a-f-]+$"}),
    "list": (2, {"method": "POST", "path": r"/ws/listings$"}),
    "serial": (1, {"method": "PATCH", "path": "/ws/orderlines"}),
}
"""How often each write is struck, relative to the others, and what it looks like."""
READS: dict[str, Rule] = {
    "their orders": {"method": "GET", "path": r"/api/Orders\?"},
    "one of their orders": {"method": "GET", "path": r"/api/Orders/\d+$"},
    "serials": {"method": "GET", "path": "/api/Orders/Serials"},
    "catalog": {"method": "GET", "path": "/api/Catalog"},
    "our orders": {"method": "GET", "path": r"/ws/orders\?"},
    "one of our orders": {"method": "GET", "path": r"/ws/orders/\d+$"},
    "listings": {"method": "GET", "path": "/ws/listings"},
    "competitors": {"method": "GET", "path": "/ws/backbox"},
    "task": {"method": "GET", "path": "/ws/tasks"},
    "login": {"method": "POST", "path": "/api/token"},
}
WRITE_FAULTS = (
    "cut_before",
    "cut_before",
    "cut_after",
    "cut_after",
    "status_before",
    "status_before",
    "status_after",
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
    "drop_rows",
    "duplicate_row",
    "shuffle_rows",
    "ignore_filters",
    "redirect",
    "next_other_host",
    "waf403_json",
    "missing_columns",
)
SOFT = "empty_list"
"""The one fault that looks like a fact; it is dosed by what the program can know (see `Stage.fault`)."""
STORM_KINDS = ("cut_before", "cut_after", "status_before", "status_after", "html", "truncate", "edge429", "throttle")
OUTAGES: tuple[Rule, ...] = (
    {"what": "waf403_html", "platform": "backmarket"},
    {"what": "edge429", "platform": "backmarket"},
    {"what": "throttle", "platform": "sellercloud"},
    {"what": "status_before", "platform": "sellercloud", "args": {"status": 503}},
    {"what": "cut_before", "platform": "backmarket"},
    {"what": "html", "platform": "sellercloud"},
    {"what": "status_before", "path": "/api/token", "args": {"status": 401}},
)
"""A ban, a lock-out or an outage: every request of a platform for a while."""
QUOTED = "Customer Canary (+1555CANARY) of 77 Canary Wharf is not valid"
"""A refusal that repeats what every buyer in this world is called and where he lives."""
PATIENCE_SECONDS = 0.5
"""The read timeout of a simulated run; a fault that outlasts it is a timeout."""


def a_fault(dice: Random) -> Rule:
    """Draw a fault that strikes a write, a read or a soft-failed list soon, up to three times."""
    kind = dice.choices(("write", "read", "soft"), (6, 4, 1))[0]
    if kind == "soft":
        return {"what": SOFT, **READS[dice.choice(("their orders", "catalog", "our orders", "listings"))]}
    if kind == "read":
        what, where = dice.choice(READ_FAULTS), READS[dice.choice(list(READS))]
    else:
        what, where = dice.choice(WRITE_FAULTS), _a_write(dice)
    times = dice.choice((1, 1, 1, 2, 3))
    args = _args(what, dice, quotes=kind == "write" and "listings" not in where["path"])
    return {"what": what, **where, "skip": dice.choice((0, 0, 0, 1, 2)), "times": times, "args": args}


def a_storm(dice: Random) -> dict[str, Any]:
    """Draw a spell of random faults on everything."""
    return {
        "seed": dice.randrange(10**6),
        "rate": dice.choice((0.1, 0.3, 0.6)),
        "kinds": STORM_KINDS,
        "times": dice.randrange(3, 15),
    }


def an_outage(dice: Random) -> Rule:
    """Draw something that befalls all of a platform, for the next few requests."""
    return {**dice.choice(OUTAGES), "times": dice.randrange(4, 20)}


def a_moment(dice: Random, order_id: int | None) -> Rule:
    """Draw the instant, around some request, at which something else happens; about one order where that fits."""
    writes = [(name, where) for name, (_, where) in WRITES.items()]
    name, where = dice.choice([*writes, *READS.items()])
    rule = {**where, "skip": dice.choice((0, 0, 1))}
    if order_id is not None and name == "create":
        rule["body"] = f'"{order_id}"'
    if order_id is not None and name in ("move", "one of our orders"):
        rule["path"] = rf"/ws/orders/{order_id}$"
    return {"what": dice.choice(("act_before", "act_after")), **rule}


def a_kill(dice: Random, pid: int) -> Rule:
    """Draw the write that a run does not survive."""
    rule = {**_a_write(dice), "skip": dice.choice((0, 0, 1, 2)), "args": {"pid": pid}}
    return {"what": dice.choice(("kill_before", "kill_after")), **rule}


def _a_write(dice: Random) -> Rule:
    weights = [weight for weight, _ in WRITES.values()]
    return dice.choices([where for _, where in WRITES.values()], weights)[0]


def _args(what: str, dice: Random, *, quotes: bool) -> dict[str, Any]:
    if what in ("status_before", "status_after"):
        words = dice.choice(("Oops.", QUOTED if quotes else "Oops.", None, None))
        status = 500 if words else dice.choice((500, 502, 503, 504))
        return {"status": status} | ({"json": {"Message": words}} if words else {})
    if what == "timeout_after":
        return {"seconds": PATIENCE_SECONDS * 1.5}
    return {"seconds": PATIENCE_SECONDS / 10} if what == "slow" else {}
