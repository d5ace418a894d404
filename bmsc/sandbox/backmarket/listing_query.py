"""Which listings does a list request ask for?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bmsc.sandbox.backmarket.listing_views import publication_state
from bmsc.sandbox.backmarket.listings import DEACTIVATED, Listing
from bmsc.sandbox.backmarket.markets import Market
from bmsc.sandbox.backmarket.refusals import v1

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account


def matching(account: Account, asked: Mapping[str, str], market: Market) -> list[Listing]:
    """List the listings that pass every filter, newest first; unknown filters are ignored."""
    state = _whole(asked, "publication_state")
    least, most = _whole(asked, "min_quantity"), _whole(asked, "max_quantity")
    found = _visible(account)
    if state is not None:
        found = [listing for listing in found if publication_state(account, listing, market) == state]
    elif account.switches.deactivated_listings == "hidden":
        found = [listing for listing in found if not listing.disabled]
    if least is not None:
        found = [listing for listing in found if listing.quantity >= least]
    if most is not None:
        found = [listing for listing in found if listing.quantity <= most]
    return found


def _visible(account: Account) -> list[Listing]:
    lag = account.switches.listing_lag_seconds
    newest = reversed(account.listings.values())
    if not lag:
        return list(newest)
    seen = [account.shown(listing, lag) for listing in newest]
    return [listing for listing in seen if listing is not None]


def _whole(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        value = int(text)
    except ValueError:
        raise v1(400, "invalid_parameter", f"{name} is not an integer") from None
    if name == "publication_state" and not 0 <= value <= DEACTIVATED:
        raise v1(400, "invalid_parameter", f"{name} is not known")
    return value
