"""Which fault, if any, befalls a request?"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

BEFORE = frozenset(
    {
        "cut_before",
        "status_before",
        "html",
        "waf403_html",
        "waf403_json",
        "edge429",
        "throttle",
        "kill_before",
        "redirect",
        "slow",
        "ignore_filters",
        "act_before",
    }
)
"""Faults that strike when the request arrives; all but the last three keep it from being applied."""
AFTER = frozenset(
    {
        "cut_after",
        "status_after",
        "timeout_after",
        "kill_after",
        "act_after",
        "truncate",
        "empty_body",
        "empty_list",
        "empty_with_total",
        "drop_rows",
        "duplicate_row",
        "shuffle_rows",
        "next_other_host",
        "missing_columns",
        "set_field",
        "remove_field",
        "extra_fields",
        "numbers_as_text",
        "scramble",
    }
)
"""Faults that strike on the way back: the request has been applied."""
KINDS = BEFORE | AFTER
CHAOS_KINDS = (
    "cut_before",
    "cut_after",
    "status_before",
    "status_after",
    "html",
    "truncate",
    "edge429",
    "throttle",
)


@dataclass(frozen=True)
class Arrival:
    """What a fault rule may look at."""

    platform: str
    method: str
    target: str
    body: str


@dataclass(frozen=True)
class Fault:
    """One fault that strikes one request."""

    what: str
    args: Mapping[str, Any]
    dice: random.Random


@dataclass
class FaultRule:
    """Strike the matching requests after `skip` of them, `times` times (None: for ever)."""

    what: str
    platform: str | None = None
    method: str | None = None
    path: str | None = None
    body: str | None = None
    skip: int = 0
    times: int | None = 1
    args: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    def matches(self, arrival: Arrival) -> bool:
        """Tell whether the rule is about this request; `path` is searched in path and query."""
        if self.platform not in (None, arrival.platform) or self.method not in (None, arrival.method):
            return False
        if self.path is not None and not re.search(self.path, arrival.target, re.IGNORECASE):
            return False
        return self.body is None or re.search(self.body, arrival.body) is not None

    def strikes(self) -> bool:
        """Count one matching request and tell whether it is hit."""
        self.seen += 1
        if self.seen <= self.skip or (self.times is not None and self.fired >= self.times):
            return False
        self.fired += 1
        return True


@dataclass
class Chaos:
    """Strike at random, but the same way for the same seed and the same requests."""

    seed: int
    rate: float
    kinds: Sequence[str] = CHAOS_KINDS
    platform: str | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = None
    args: dict[str, Any] = field(default_factory=dict)
    fired: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def pick(self, arrival: Arrival) -> Fault | None:
        """Roll the dice for one request."""
        rule = FaultRule("slow", platform=self.platform, method=self.method, path=self.path)
        if not rule.matches(arrival) or self.dice.random() >= self.rate:
            return None
        if self.times is not None and self.fired >= self.times:
            return None
        self.fired += 1
        args = {"status": self.dice.choice((500, 502, 503, 504)), "seconds": 0.05, **self.args}
        return Fault(self.dice.choice(list(self.kinds)), args, self.dice)


class Faults:
    """The rules in force; the first that strikes wins, chaos comes last."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[FaultRule] = []
        self.chaos: Chaos | None = None
        self.dice = random.Random(seed)

    def add(self, what: str, **rule: Any) -> FaultRule:
        """Put one more rule in force; raises ValueError for a kind nobody knows."""
        if what not in KINDS:
            raise ValueError(f"no such fault: {what}")
        added = FaultRule(what, **rule)
        re.compile(added.path or "")
        self.rules.append(added)
        return added

    def pick(self, arrival: Arrival) -> Fault | None:
        """Choose what befalls this request."""
        for rule in self.rules:
            if rule.matches(arrival) and rule.strikes():
                return Fault(rule.what, rule.args, self.dice)
        return self.chaos.pick(arrival) if self.chaos else None

    def let_loose(self, seed: int, rate: float, **options: Any) -> Chaos:
        """Start random faults; raises ValueError for a kind nobody knows."""
        self.chaos = Chaos(seed, rate, **options)
        if unknown := set(self.chaos.kinds) - KINDS:
            raise ValueError(f"no such faults: {sorted(unknown)}")
        return self.chaos

    def clear(self) -> None:
        """Call every fault off."""
        self.rules.clear()
        self.chaos = None

    def describe(self) -> dict[str, Any]:
        """Show the rules, how often each matched and fired, and the chaos."""
        return {
            "rules": [asdict(rule) for rule in self.rules],
            "chaos": asdict(self.chaos) if self.chaos else None,
        }
