"""How one cancellation travels: look once more, end the lines of one SKU, confirm from the answer."""

from __future__ import annotations

from bmsc.domain.orders import DEAD_LINE_STATES, BackMarketOrder, OrderLine
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import CancelLine, EndLine, Hold
from bmsc.errors import Refused
from bmsc.jobs.house import STALE_AFTER_SECONDS, House
from bmsc.jobs.ports import BackMarketWriter, SellerCloudReader
from bmsc.planners import cancel_sync
from bmsc.planners.scrub import scrub


class CancelSteps:
    """The writes of `cancel sync` on Back Market."""

    def __init__(self, backmarket: BackMarketWriter, sellercloud: SellerCloudReader, house: House) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._house = house

    def end(self, action: EndLine) -> Outcome:
        """Cancel or refund every line of one SKU; what is over already is success."""
        if revived := self._revived(action):
            return revived
        if self._house.age_seconds() > STALE_AFTER_SECONDS and (moved := self._moved(action)):
            return moved
        try:
            after = self._house.once(
                action,
                lambda: self._write(action),
                data={"sku": action.sku},
            )
        except Refused as refused:
            return self._refused(action, refused)
        if _over(action, after):
            return Outcome(Verdict.APPLIED, _states(action, after), learned=_finished(after))
        return Outcome(Verdict.FAILED, f"Back Market answered yes and shows the line as {_states(action, after)}")

    def _write(self, action: EndLine) -> BackMarketOrder:
        write = self._backmarket.cancel_line if isinstance(action, CancelLine) else self._backmarket.refund_line
        return write(action.order.id, action.sku, message=action.message)

    def _revived(self, action: EndLine) -> Outcome | None:
        """Look at each SellerCloud order by its id: lists lag, and an order brought back to life may have shipped."""
        for sellercloud_id in action.sellercloud_ids:
            twin = self._sellercloud.order(sellercloud_id)
            if not cancel_sync.still_cancelled(twin):
                detail = f"SellerCloud order {twin.id} now stands at {twin.status.name}, {twin.shipping_status.name}"
                return Outcome(Verdict.DEFERRED, f"{detail}: nothing was cancelled")
        return None

    def _moved(self, action: EndLine) -> Outcome | None:
        """Look again: the buyer, or staff, may have been faster."""
        fresh = self._backmarket.order(action.order.id)
        if _over(action, fresh):
            return Outcome(Verdict.ALREADY, _states(action, fresh), learned=_finished(fresh))
        before = {line.state for line in _lines(action, action.order)}
        if {line.state for line in _lines(action, fresh)} == before:
            return None
        return Outcome(Verdict.DEFERRED, "its lines changed on Back Market since they were read: left to the next run")

    def _refused(self, action: EndLine, refused: Refused) -> Outcome:
        """A refusal is read, not repeated: the lines may be over already."""
        fresh = self._backmarket.order(action.order.id)
        if _over(action, fresh):
            return Outcome(Verdict.ALREADY, _states(action, fresh), learned=_finished(fresh))
        words = scrub(refused.words or refused.message, action.private_strings())
        detail = f'Back Market did not end {action.sku}: "{words}"'
        hold = Hold(action.subject, "refused_by_backmarket", detail, action.order.expected_dispatch_at)
        return Outcome(Verdict.HELD, detail, hold=hold)


def _lines(action: EndLine, order: BackMarketOrder) -> list[OrderLine]:
    return [line for line in order.lines if line.id in action.line_ids]


def _over(action: EndLine, order: BackMarketOrder) -> bool:
    return all(line.state in DEAD_LINE_STATES for line in _lines(action, order))


def _states(action: EndLine, order: BackMarketOrder) -> str:
    names = dict.fromkeys(line.state.name for line in _lines(action, order))
    return ", ".join(name.lower().replace("_", " ") for name in names)


def _finished(order: BackMarketOrder) -> dict[str, object]:
    return {} if order.live_lines else {"finished": True}
