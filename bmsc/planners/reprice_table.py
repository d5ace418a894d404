"""Which price is asked in each situation: the decision table, one cell for every situation there is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from msgspec import Struct

from bmsc.domain.repricing import Contest, Floor, Place


class Move(Enum):
    """What a cell tells to do. The last three are the merchant's choice in `[reprice]`."""

    BUYBOX = auto()
    DEFAULT = auto()
    MINIMUM = auto()
    KEEP = auto()
    """Stay, or step to the nearest bound when outside."""
    LEAVE = auto()
    """Do nothing at all."""
    AS_BELOW_MINIMUM_SAYS = auto()
    AS_NO_DATA_SAYS = auto()
    AS_WINNING_SAYS = auto()


class Cell(Struct, frozen=True):
    """One action and one reason."""

    move: Move
    reason: str


Key = tuple[Floor, Contest, Place]
PRICED = (Contest.WINNING, Contest.LOSING)
"""Contests in which a price lies somewhere."""
_BELOW = Cell(Move.AS_BELOW_MINIMUM_SAYS, "buybox_below_minimum")
_TAKE = Cell(Move.BUYBOX, "buybox")
_ABOVE = Cell(Move.DEFAULT, "buybox_above_default")
_WON = Cell(Move.AS_WINNING_SAYS, "winning")
_FIXED = Cell(Move.DEFAULT, "no_minimum")
_STRANGE = Cell(Move.LEAVE, "unreadable_answer")
_FOREIGN = Cell(Move.LEAVE, "currency_differs")
_SET, _UNSET = Floor.SET, Floor.UNSET

TABLE: Mapping[Key, Cell] = MappingProxyType(
    {
        (_SET, Contest.LOSING, Place.NOWHERE): _STRANGE,
        (_SET, Contest.LOSING, Place.BELOW_MINIMUM): _BELOW,
        (_SET, Contest.LOSING, Place.AT_MINIMUM): _TAKE,
        (_SET, Contest.LOSING, Place.BETWEEN): _TAKE,
        (_SET, Contest.LOSING, Place.AT_DEFAULT): _TAKE,
        (_SET, Contest.LOSING, Place.ABOVE_DEFAULT): _ABOVE,
        (_SET, Contest.WINNING, Place.NOWHERE): Cell(Move.DEFAULT, "no_price_yet"),
        (_SET, Contest.WINNING, Place.BELOW_MINIMUM): Cell(Move.MINIMUM, "winning_below_minimum"),
        (_SET, Contest.WINNING, Place.AT_MINIMUM): _WON,
        (_SET, Contest.WINNING, Place.BETWEEN): _WON,
        (_SET, Contest.WINNING, Place.AT_DEFAULT): Cell(Move.KEEP, "winning_at_default"),
        (_SET, Contest.WINNING, Place.ABOVE_DEFAULT): Cell(Move.DEFAULT, "winning_above_default"),
        (_SET, Contest.SIBLING_WINS, Place.NOWHERE): Cell(Move.KEEP, "sibling_wins"),
        (_SET, Contest.UNKNOWN, Place.NOWHERE): Cell(Move.AS_NO_DATA_SAYS, "no_data"),
        (_SET, Contest.NOT_IN_ANSWER, Place.NOWHERE): Cell(Move.AS_NO_DATA_SAYS, "no_data_about_us"),
        (_SET, Contest.OTHER_MARKETS, Place.NOWHERE): Cell(Move.AS_NO_DATA_SAYS, "no_data_in_market"),
        (_SET, Contest.UNREADABLE, Place.NOWHERE): _STRANGE,
        (_SET, Contest.WRONG_CURRENCY, Place.NOWHERE): _FOREIGN,
        (_SET, Contest.NOT_ASKED, Place.NOWHERE): Cell(Move.KEEP, "not_asked"),
        (_SET, Contest.NO_ANSWER, Place.NOWHERE): Cell(Move.KEEP, "no_answer"),
        (_SET, Contest.OFFLINE, Place.NOWHERE): Cell(Move.DEFAULT, "offline"),
        (_SET, Contest.NO_STOCK, Place.NOWHERE): Cell(Move.DEFAULT, "no_stock"),
        (_UNSET, Contest.LOSING, Place.NOWHERE): _STRANGE,
        (_UNSET, Contest.LOSING, Place.BETWEEN): _FIXED,
        (_UNSET, Contest.LOSING, Place.AT_DEFAULT): _FIXED,
        (_UNSET, Contest.LOSING, Place.ABOVE_DEFAULT): _FIXED,
        (_UNSET, Contest.WINNING, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.WINNING, Place.BETWEEN): _FIXED,
        (_UNSET, Contest.WINNING, Place.AT_DEFAULT): _FIXED,
        (_UNSET, Contest.WINNING, Place.ABOVE_DEFAULT): _FIXED,
        (_UNSET, Contest.SIBLING_WINS, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.UNKNOWN, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.NOT_IN_ANSWER, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.OTHER_MARKETS, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.UNREADABLE, Place.NOWHERE): _STRANGE,
        (_UNSET, Contest.WRONG_CURRENCY, Place.NOWHERE): _FOREIGN,
        (_UNSET, Contest.NOT_ASKED, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.NO_ANSWER, Place.NOWHERE): _FIXED,
        (_UNSET, Contest.OFFLINE, Place.NOWHERE): Cell(Move.DEFAULT, "offline"),
        (_UNSET, Contest.NO_STOCK, Place.NOWHERE): Cell(Move.DEFAULT, "no_stock"),
    }
)


def possible() -> frozenset[Key]:
    """Give every situation that can come up: without a minimum nothing lies below or at it."""
    places = {_SET: frozenset(Place), _UNSET: frozenset(Place) - {Place.BELOW_MINIMUM, Place.AT_MINIMUM}}
    priced = {(floor, contest, place) for floor in Floor for contest in PRICED for place in places[floor]}
    others = {(floor, contest, Place.NOWHERE) for floor in Floor for contest in Contest if contest not in PRICED}
    return frozenset(priced | others)
