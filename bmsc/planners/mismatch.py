"""Does every waiting order point to another SellerCloud company than the configured one?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bmsc.domain.plan import Alert
from bmsc.planners.verdicts import Decision, Hindrance, Wait

REASON = "company_mismatch"
_ELSEWHERE = frozenset({"sku_of_other_company", "other_company"})
_NEITHER = "unknown_sku"
"""A SKU that no company has says nothing about ours."""
_FEWEST = 2
"""One order may be an odd one; two that agree, with none against them, are a set-up."""


def alert(decisions: Sequence[Decision], company_id: int) -> Iterator[Alert]:
    """Say so once for the run, since each hold by itself only speaks of one order."""
    telling = [one for one in decisions if not (isinstance(one, Wait) or _reason(one) == _NEITHER)]
    held = [one.hold for one in telling if isinstance(one, Hindrance) and _reason(one) in _ELSEWHERE]
    if len(held) < _FEWEST or len(held) < len(telling):
        return
    nearest = min((hold.deadline for hold in held if hold.deadline), default=None)
    detail = (
        f"{len(held)} orders wait, and all are of another SellerCloud company than {company_id}: nothing was written; "
        "if that is not meant, correct sellercloud.company_id, then: bmsc doctor"
    )
    yield Alert("run", REASON, detail, nearest)


def _reason(decision: Decision) -> str:
    return decision.hold.reason if isinstance(decision, Hindrance) else ""
