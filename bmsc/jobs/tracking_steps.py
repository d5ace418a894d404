"""How one shipment is told: serial numbers first, then the ship call, confirmed from its answer."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from bmsc.domain.orders import BackMarketOrder, LineState, SellerCloudOrder
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import Alert, Hold, RegisterSerial, ShipOrder
from bmsc.domain.settings import Settings
from bmsc.errors import Refused, RemoteError
from bmsc.jobs.house import STALE_AFTER_SECONDS, House
from bmsc.jobs.ports import BackMarketWriter, SellerCloudWriter
from bmsc.jobs.tracking_memory import SERIAL_LINE
from bmsc.planners import parcels, tracking_push
from bmsc.planners.scrub import scrub


class TrackingSteps:
    """The writes of `tracking push`, one method an action."""

    def __init__(
        self, backmarket: BackMarketWriter, sellercloud: SellerCloudWriter, settings: Settings, house: House
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._house = house

    def register(self, action: RegisterSerial) -> Outcome:
        """Write a line's serial number; a refusal is told to a person and never repeated."""
        if self._house.age_seconds() > STALE_AFTER_SECONDS and (moved := self._moved(action)):
            return moved
        try:
            self._house.once(
                action,
                lambda: self._backmarket.register_serial(action.line_id, action.serial),
                data={SERIAL_LINE: action.line_id},
            )
        except Refused as refused:
            words = scrub(refused.words or refused.message, action.private_strings())
            detail = f'line {action.line_id}: Back Market refused its serial number: "{words}"'
            return Outcome(Verdict.HELD, detail, alerts=(_alert(action, "serial_refused", detail),))
        return Outcome(Verdict.APPLIED, "registered")

    def ship(self, action: ShipOrder) -> Outcome:
        """Tell that the order has left, re-reading both sides first when they were read long ago."""
        if self._house.age_seconds() > STALE_AFTER_SECONDS and (moved := self._moved(action)):
            return moved
        try:
            return self._told(action)
        except Refused as refused:
            return self._refused(action, refused)

    def _told(self, action: ShipOrder) -> Outcome:
        data: Mapping[str, object] = {"tracking_number": action.parcel.tracking_number}
        line = action.order.lines[0].id
        after = self._house.once(
            action,
            lambda: self._backmarket.ship_order(action.order.id, action.parcel, action.serial),
            data={**data, SERIAL_LINE: line} if action.serial else data,
        )
        return self._confirmed(action, after)

    def _confirmed(self, action: ShipOrder, after: BackMarketOrder) -> Outcome:
        if not _all_shipped(after):
            states = ", ".join(line.state.name for line in after.live_lines) or "none alive"
            return Outcome(Verdict.FAILED, f"Back Market answered yes and shows its lines as {states}")
        return Outcome(Verdict.APPLIED, "shipped", alerts=self._notified(action), learned={"shipped": True})

    def _notified(self, action: ShipOrder) -> tuple[Alert, ...]:
        if not self._settings.tracking.mark_channel_notified:
            return ()
        try:
            self._sellercloud.mark_channel_notified(action.sellercloud_id)
        except RemoteError as error:
            said = scrub(error.message, action.private_strings())
            detail = f"shipped; SellerCloud order {action.sellercloud_id} could not be marked as notified: {said}"
            return (_alert(action, "not_marked_notified", detail),)
        return ()

    def _moved(self, action: ShipOrder | RegisterSerial) -> Outcome | None:
        """Look again: SellerCloud may have cancelled or unshipped it, the buyer may have been refunded."""
        twin = self._sellercloud.order(action.sellercloud_id)
        if not self._still_left(action, twin):
            detail = f"SellerCloud order {twin.id} now stands at {twin.status.name}, {twin.shipping_status.name}"
            return Outcome(Verdict.DEFERRED, f"{detail}: left to the next run")
        fresh = self._backmarket.order(action.order.id)
        if gone := _gone(action, fresh):
            return gone
        if _standing(fresh) == _standing(action.order):
            return None
        return Outcome(Verdict.DEFERRED, "its lines changed on Back Market since they were read: left to the next run")

    def _still_left(self, action: ShipOrder | RegisterSerial, twin: SellerCloudOrder) -> bool:
        if isinstance(action, ShipOrder) and not action.order.is_backship:
            same_number = parcels.number_of(twin) == action.parcel.tracking_number
            return same_number and tracking_push.has_left(twin, self._settings)
        return tracking_push.has_left(twin, self._settings)

    def _refused(self, action: ShipOrder, refused: Refused) -> Outcome:
        """A refusal is read, not repeated; only a serial number in it is taken out, once."""
        fresh = self._backmarket.order(action.order.id)
        if gone := _gone(action, fresh):
            return gone
        words = scrub(refused.words or refused.message, action.private_strings())
        if action.serial is None:
            detail = f'Back Market did not take the shipment: "{words}"'
            hold = Hold(action.subject, "refused_by_backmarket", detail, action.order.expected_dispatch_at)
            return Outcome(Verdict.HELD, detail, hold=hold)
        outcome = self.ship(replace(action, serial=None))
        detail = f'shipped without its serial number, which Back Market refused: "{words}"'
        refusal = (_alert(action, "serial_refused", detail),) if outcome.goes_on else ()
        return replace(outcome, alerts=(*outcome.alerts, *refusal))


def _gone(action: ShipOrder | RegisterSerial, fresh: BackMarketOrder) -> Outcome | None:
    if not fresh.live_lines:
        detail = f"cancelled or refunded on Back Market, shipped as SellerCloud order {action.sellercloud_id}"
        alert = _alert(action, "cancelled_after_shipping", detail)
        return Outcome(Verdict.ALREADY, detail, alerts=(alert,), learned={"shipped": True})
    if _all_shipped(fresh):
        return Outcome(Verdict.ALREADY, "shipped already", learned={"shipped": True})
    return None


def _all_shipped(order: BackMarketOrder) -> bool:
    return bool(order.live_lines) and all(line.state is LineState.SHIPPED for line in order.live_lines)


def _standing(order: BackMarketOrder) -> list[tuple[int, LineState, int]]:
    return [(line.id, line.state, line.quantity) for line in order.lines]


def _alert(action: ShipOrder | RegisterSerial, reason: str, detail: str) -> Alert:
    return Alert(action.subject, reason, detail, action.order.expected_dispatch_at)
