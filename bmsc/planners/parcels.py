"""What Back Market can be told about a shipment: a clean number, a shipper it knows, a believable date."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from msgspec import Struct

from bmsc.domain.carriers import shipper_of
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.domain.settings import TrackingSettings
from bmsc.domain.shipments import LONGEST_TRACKING_NUMBER, Parcel

_INVISIBLE = frozenset({"Cc", "Cf"})


class Packed(Struct, frozen=True):
    """A parcel ready to be told about; `unmapped` names a carrier nobody has heard of."""

    parcel: Parcel
    unmapped: str = ""


class Flaw(Struct, frozen=True):
    """Why a shipment cannot be told about: a hold's reason and sentence."""

    reason: str
    detail: str


def clean(text: str) -> str:
    """Trim spaces and marks nobody sees: zero width, direction, byte order, control, no-break space."""
    visible = (" " if character.isspace() else character for character in text if not _unseen(character))
    return "".join(visible).strip()


def number_of(match: SellerCloudOrder) -> str:
    """Give SellerCloud's first tracking number that says anything; the empty text when none does."""
    return next((found for text in match.tracking_numbers if (found := clean(text))), "")


def is_url(number: str) -> bool:
    """Say whether somebody put a web address where the tracking number belongs."""
    return number.casefold().startswith(("http://", "https://"))


def pack(
    order: BackMarketOrder, match: SellerCloudOrder, settings: TrackingSettings, *, now: datetime
) -> Packed | Flaw:
    """Put the parcel's facts into Back Market's words."""
    if order.is_backship:
        return _backship(order, _believable(match.shipped_at, order, now))
    number = number_of(match)
    if len(number) > LONGEST_TRACKING_NUMBER:
        detail = f"its tracking number has {len(number)} characters, Back Market takes {LONGEST_TRACKING_NUMBER}"
        return Flaw("tracking_too_long", detail)
    shipper = shipper_of(match.carrier, match.service, settings.carriers)
    unmapped = "" if shipper else _carrier_text(match)
    shipper = shipper or settings.unknown_carrier
    if shipper is None:
        return Flaw("unknown_carrier", f"{unmapped} is no Back Market shipper; add it to [tracking.carriers]")
    url = number if is_url(number) else None
    return Packed(Parcel(number, shipper, url, _believable(match.shipped_at, order, now)), unmapped)


def _backship(order: BackMarketOrder, shipped_at: datetime | None) -> Packed | Flaw:
    number = clean(order.tracking_number)
    if not number:
        detail = "Back Market arranges its transport and shows no tracking number for it"
        return Flaw("backship_without_tracking", detail)
    return Packed(Parcel(number, order.shipper, shipped_at=shipped_at))


def _believable(shipped_at: datetime | None, order: BackMarketOrder, now: datetime) -> datetime | None:
    if shipped_at is None or shipped_at > now:
        return None
    return None if order.paid_at and shipped_at < order.paid_at else shipped_at.replace(microsecond=0)


def _carrier_text(match: SellerCloudOrder) -> str:
    named = ", ".join(
        f"{what} {text!r}" for what, text in (("carrier", match.carrier), ("service", match.service)) if text
    )
    return named or "an order without a carrier"


def _unseen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) in _INVISIBLE
