"""How one order is written: create, compare, pay, confirm, re-read, accept, confirm."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from bmsc.domain.ids import SellerCloudOrderId, order_subject
from bmsc.domain.orders import BackMarketOrder, LineState, OrderLine, SellerCloudOrder
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import (
    AcceptLine,
    AdoptOrder,
    Alert,
    CancelSellerCloudOrder,
    CreateOrder,
    Hold,
    PayOrder,
)
from bmsc.domain.settings import MoneyMismatch, Settings
from bmsc.errors import OutcomeUnknown, Refused
from bmsc.jobs.house import STALE_AFTER_SECONDS, House
from bmsc.jobs.ports import BackMarketWriter, SellerCloudWriter
from bmsc.planners import existing_order
from bmsc.planners.scrub import scrub

_EXISTS = "already exists"


class OrderSteps:
    """The writes of `orders pull`, one method an action."""

    def __init__(
        self, backmarket: BackMarketWriter, sellercloud: SellerCloudWriter, settings: Settings, house: House
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._house = house
        self._just_made: dict[SellerCloudOrderId, SellerCloudOrder] = {}
        """Orders as they were read back a moment ago, in the chain that goes on to pay them."""

    def create(self, action: CreateOrder) -> Outcome:
        """Create the order, read it back and compare; a refusal or a difference becomes a hold."""
        if self._house.age_seconds() > STALE_AFTER_SECONDS and (moved := self._moved(action)):
            return moved
        try:
            made = self._house.once(
                action,
                lambda: self._sellercloud.create_order(action.draft),
                data={"number": action.draft.number},
                learn=lambda new: {"sellercloud_id": new},
            )
        except Refused as refused:
            return _refused(action, refused.words or refused.message)
        except OutcomeUnknown as unknown:
            if not unknown.words:
                raise
            return self._answered(action, unknown.words)
        return self._compared(action, self._sellercloud.order(made))

    def _moved(self, action: CreateOrder) -> Outcome | None:
        fresh = self._backmarket.order(action.order.id)
        answers = self._sellercloud.orders_by_number([action.draft.number])
        if fresh.lines == action.order.lines and not any(answer.rows for answer in answers):
            return None
        return Outcome(Verdict.DEFERRED, "changed since it was read: left to the next run")

    def _answered(self, action: CreateOrder, words: str) -> Outcome:
        """A 500 with words: SellerCloud refuses business that way, yet may have done the work."""
        if _EXISTS not in words.casefold():
            return _refused(action, words)
        rows = [row for answer in self._sellercloud.orders_by_number([action.draft.number]) for row in answer.rows]
        detail = "SellerCloud says the number exists already, and does not show the order yet"
        if rows:
            detail = f"SellerCloud has it already as {', '.join(str(row.id) for row in rows)}: adopted next run"
            return Outcome(Verdict.DEFERRED, detail)
        return Outcome(Verdict.HELD, detail, hold=_hold(action, "outcome_unknown", detail))

    def _compared(self, action: CreateOrder, made: SellerCloudOrder) -> Outcome:
        learned: dict[str, object] = {"sellercloud_id": made.id, "created": True}
        self._just_made[made.id] = made
        surplus, missing = existing_order.compare_lines(action.order, made, self._settings)
        if surplus or missing or made.company_id != action.draft.company_id:
            detail = f"SellerCloud made order {made.id} with other lines or company than it was told"
            return Outcome(Verdict.HELD, detail, hold=_hold(action, "lines_differ", detail), learned=learned)
        difference = existing_order.money_difference(action.order, made, self._settings)
        if difference and self._settings.orders.money_mismatch is MoneyMismatch.HOLD:
            hold = _hold(action, "money_mismatch", difference)
            return Outcome(Verdict.HELD, difference, hold=hold, learned=learned)
        alerts = (Alert(action.subject, "money_differs", difference),) if difference else ()
        learned["proven_currency"] = action.draft.currency
        return Outcome(Verdict.APPLIED, f"SellerCloud order {made.id}", alerts=alerts, learned=learned)

    def adopt(self, action: AdoptOrder) -> Outcome:
        """Remember which SellerCloud order it is; nothing is written to either platform."""
        learned = {"sellercloud_id": action.sellercloud_id, "ours": action.ours}
        return Outcome(Verdict.APPLIED, f"SellerCloud order {action.sellercloud_id}", learned=learned)

    def pay(self, action: PayOrder, learned: dict[str, object]) -> Outcome:
        """Record the remaining dues and confirm that the order then reads as paid, and still as what was bought."""
        sellercloud_id = SellerCloudOrderId(action.sellercloud_id or int(str(learned["sellercloud_id"])))
        before = self._just_made.pop(sellercloud_id, None) or self._sellercloud.order(sellercloud_id)
        if action.sellercloud_id and not existing_order.still_stands(action.order, before, self._settings):
            return _moved_on(before)
        if before.is_paid:
            return Outcome(Verdict.ALREADY, "paid already", learned={"paid": True})
        dues = before.remaining_dues
        if before.grand_total == 0 and dues == 0 and not before.is_cancelled:
            return Outcome(Verdict.ALREADY, "nothing is due", learned={"paid": True})
        if before.is_cancelled or dues is None or dues <= 0:
            detail = f"SellerCloud order {sellercloud_id} is {before.status.name}, dues {dues}: not paid by us"
            return Outcome(Verdict.HELD, detail, hold=_hold(action, "payment_status", detail))
        self._house.once(
            action,
            lambda: self._sellercloud.receive_payment(sellercloud_id, dues, reference=action.number),
            data={"sellercloud_id": sellercloud_id, "amount": str(dues)},
        )
        return self._confirmed_paid(action, sellercloud_id)

    def _confirmed_paid(self, action: PayOrder, sellercloud_id: SellerCloudOrderId) -> Outcome:
        after = self._sellercloud.order(sellercloud_id)
        if after.is_paid and not existing_order.still_stands(action.order, after, self._settings):
            return replace(_moved_on(after), learned={"paid": True})
        if after.is_paid:
            return Outcome(Verdict.APPLIED, "reads as paid", learned={"paid": True})
        detail = f"SellerCloud order {sellercloud_id} took a payment and reads {after.payment_status.name}"
        return Outcome(Verdict.HELD, detail, hold=_hold(action, "payment_status", detail))

    def accept(self, action: AcceptLine, learned: dict[str, object]) -> Outcome:
        """Re-read the order, accept one SKU if it still waits, and confirm it from the answer."""
        if moved := self._no_longer_ready(action):
            return moved
        fresh = self._backmarket.order(action.order.id)
        gone = self._gone(action, fresh, learned)
        if gone or not _in_state(action, fresh, LineState.PAID):
            return gone or Outcome(Verdict.ALREADY, "accepted already", learned={"finished": _done(fresh)})
        try:
            after = self._house.once(
                action,
                lambda: self._backmarket.accept_line(action.order.id, action.sku),
                data={"sku": action.sku},
            )
        except Refused as refused:
            return self._accept_refused(action, refused, learned)
        return _accepted(action, after)

    def _no_longer_ready(self, action: AcceptLine) -> Outcome | None:
        """Read by its id what only a list has shown: lists lag, and staff may have split or voided the order since."""
        if action.listed_as is None:
            return None
        twin = self._sellercloud.order(action.listed_as)
        stands = twin.is_paid and existing_order.still_stands(action.order, twin, self._settings)
        return None if stands else _moved_on(twin)

    def _gone(self, action: AcceptLine, fresh: BackMarketOrder, learned: dict[str, object]) -> Outcome | None:
        """The buyer may have cancelled this SKU, or everything, since the order was read."""
        if _in_state(action, fresh, LineState.PAID) or _in_state(action, fresh, LineState.ACCEPTED):
            return None
        if not fresh.live_lines:
            return self._all_cancelled(action, learned)
        made = learned.get("sellercloud_id", "its SellerCloud order")
        detail = f"the buyer cancelled {action.sku}: remove that line from SellerCloud order {made}"
        alert = Alert(action.subject, "line_to_remove", detail)
        return Outcome(Verdict.ALREADY, "cancelled by the buyer", alerts=(alert,))

    def _all_cancelled(self, action: AcceptLine, learned: dict[str, object]) -> Outcome:
        made = learned.get("sellercloud_id")
        if not learned.get("created") or made is None:
            detail = "cancelled by the buyer before it was accepted; left to `bmsc cancel sync`"
            return Outcome(Verdict.HELD, detail, hold=_hold(action, "buyer_cancelled", detail))
        detail = f"SellerCloud order {made}: cancelled by the buyer before it was accepted"
        cancel = CancelSellerCloudOrder(
            action.subject,
            detail,
            order_id=action.order.id,
            sellercloud_id=SellerCloudOrderId(int(str(made))),
            private=action.private_strings(),
        )
        outcome = self.cancel(cancel)
        verdict = Verdict.HELD if outcome.goes_on else outcome.verdict
        message = f"cancelled by the buyer; {outcome.message}"
        return Outcome(verdict, message, alerts=outcome.alerts, learned=outcome.learned)

    def _accept_refused(self, action: AcceptLine, refused: Refused, learned: dict[str, object]) -> Outcome:
        """A refusal is read, not repeated: the line may be there already, or gone."""
        fresh = self._backmarket.order(action.order.id)
        if _in_state(action, fresh, LineState.ACCEPTED):
            return Outcome(Verdict.ALREADY, "accepted already", learned={"finished": _done(fresh)})
        if gone := self._gone(action, fresh, learned):
            return gone
        words = scrub(refused.words or refused.message, action.private_strings())
        detail = f'Back Market did not accept {action.sku}: "{words}"'
        return Outcome(Verdict.HELD, detail, hold=_hold(action, "refused_by_backmarket", detail))

    def cancel(self, action: CancelSellerCloudOrder) -> Outcome:
        """Cancel our SellerCloud order unless any of it has left the house; already cancelled is success."""
        before = self._sellercloud.order(action.sellercloud_id)
        if before.is_cancelled:
            return Outcome(Verdict.ALREADY, f"SellerCloud order {before.id} is cancelled", learned={"finished": True})
        if before.is_shipped:
            detail = f"cancelled on Back Market, shipped as SellerCloud order {before.id}"
            alert = Alert(order_subject(action.order_id), "cancelled_after_shipping", detail)
            return Outcome(Verdict.ALREADY, detail, alerts=(alert,))
        self._house.once(action, lambda: self._sellercloud.cancel_order(action.sellercloud_id), data={})
        if self._sellercloud.order(action.sellercloud_id).is_cancelled:
            done = f"SellerCloud order {before.id} cancelled"
            return Outcome(Verdict.APPLIED, done, learned={"finished": True})
        return Outcome(Verdict.FAILED, f"SellerCloud order {before.id} did not turn to Canceled")


def _accepted(action: AcceptLine, after: BackMarketOrder) -> Outcome:
    if _in_state(action, after, LineState.ACCEPTED):
        return Outcome(Verdict.APPLIED, "accepted", learned={"finished": _done(after)})
    states = ", ".join(line.state.name for line in _lines(action, after))
    return Outcome(Verdict.FAILED, f"Back Market answered yes and shows the line as {states}")


def _lines(action: AcceptLine, order: BackMarketOrder) -> Iterable[OrderLine]:
    return [line for line in order.lines if line.id in action.line_ids]


def _in_state(action: AcceptLine, order: BackMarketOrder, state: LineState) -> bool:
    return any(line.state is state for line in order.lines if line.id in action.line_ids)


def _done(order: BackMarketOrder) -> bool:
    return not any(line.state is LineState.PAID for line in order.lines)


def _moved_on(twin: SellerCloudOrder) -> Outcome:
    units = sum(item.quantity for item in twin.items or ())
    stands = f"SellerCloud order {twin.id} now stands at {twin.status.name}, payment {twin.payment_status.name}"
    return Outcome(Verdict.DEFERRED, f"{stands}, with {units} units: left to the next run")


def _refused(action: CreateOrder, words: str) -> Outcome:
    clean = scrub(words, action.private_strings())
    detail = f'SellerCloud answered: "{clean}"'
    return Outcome(Verdict.HELD, detail, hold=_hold(action, "refused_by_sellercloud", detail))


def _hold(action: CreateOrder | PayOrder | AcceptLine, reason: str, detail: str) -> Hold:
    return Hold(action.subject, reason, detail, action.order.expected_dispatch_at)
