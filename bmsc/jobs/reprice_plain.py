"""How the facts, memory and decisions of `reprice` are written down as plain JSON values, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.papers import amount, moment, text, whole
from bmsc.domain.repricing import (
    Answer,
    Bounds,
    Contest,
    Decision,
    KnownPrices,
    MarketFacts,
    Noted,
    PriceMemory,
    Told,
)
from bmsc.domain.times import from_text, to_text

Plain = Mapping[str, Any]


def known(plain: Plain) -> KnownPrices:
    """Read what is remembered of one listing."""
    markets = {text(locale): memory(value) for locale, value in plain.get("markets", {}).items()}
    return KnownPrices(from_text(plain.get("checked_at")), from_text(plain.get("answered_at")), markets)


def of_known(row: KnownPrices) -> dict[str, object]:
    """Write what is remembered of one listing."""
    markets = {locale: of_memory(value) for locale, value in row.markets.items()}
    return {
        "checked_at": to_text(row.checked_at),
        "answered_at": to_text(row.answered_at),
        "markets": markets or None,
    }


def memory(plain: Plain) -> PriceMemory:
    """Read what is remembered of one price."""
    return PriceMemory(
        default=_amount(plain, "default"),
        minimum=_amount(plain, "minimum"),
        written=_amount(plain, "written"),
        written_at=from_text(plain.get("written_at")),
        unsure=_amount(plain, "unsure"),
        won_at=_amount(plain, "won_at"),
        climbed=bool(plain.get("climbed")),
        climb_lost_at=from_text(plain.get("climb_lost_at")),
        changes=tuple((moment(at), amount(price)) for at, price in plain.get("changes", ())),
        decisions=tuple(_told(one) for one in plain.get("decisions", ())),
        noted=_noted(plain.get("noted")),
    )


def of_memory(row: PriceMemory) -> dict[str, object]:
    """Write what is remembered of one price; what is empty is left out."""
    values: dict[str, object] = {
        "default": row.default,
        "minimum": row.minimum,
        "written": row.written,
        "written_at": to_text(row.written_at),
        "unsure": row.unsure,
        "won_at": row.won_at,
        "climbed": row.climbed or None,
        "climb_lost_at": to_text(row.climb_lost_at),
        "changes": [[to_text(at), price] for at, price in row.changes] or None,
        "decisions": [_of_told(one) for one in row.decisions] or None,
        "noted": row.noted,
    }
    return {name: value for name, value in values.items() if value is not None}


def facts(plain: Plain) -> MarketFacts:
    """Read the facts of one price."""
    bounds, answer = plain["bounds"], plain["answer"]
    return MarketFacts(
        now=moment(plain["now"]),
        sku=Sku(text(plain["sku"])),
        listing_id=ListingId(text(plain["listing_id"])),
        locale=text(plain["locale"]),
        currency=text(plain["currency"]),
        bounds=Bounds(_amount(bounds, "default"), _amount(bounds, "minimum"), text(bounds.get("problem") or "")),
        shown=_amount(plain, "shown"),
        shown_currency=text(plain["shown_currency"]),
        max_price=_amount(plain, "max_price"),
        min_price=_amount(plain, "min_price"),
        units=whole(plain["units"]),
        online=bool(plain["online"]),
        answer=Answer(
            Contest(answer["contest"]),
            price_to_win=_amount(answer, "price_to_win"),
            winner_price=_amount(answer, "winner_price"),
            min_price=_amount(answer, "min_price"),
            detail=text(answer.get("detail") or ""),
        ),
        sibling=text(plain.get("sibling") or ""),
        memory=memory(plain.get("memory", {})),
        acknowledged=bool(plain.get("acknowledged")),
    )


def of_facts(one: MarketFacts) -> dict[str, object]:
    """Write the facts of one price."""
    return {
        "now": to_text(one.now),
        "sku": one.sku,
        "listing_id": one.listing_id,
        "locale": one.locale,
        "currency": one.currency,
        "bounds": {"default": one.bounds.default, "minimum": one.bounds.minimum, "problem": one.bounds.problem},
        "shown": one.shown,
        "shown_currency": one.shown_currency,
        "max_price": one.max_price,
        "min_price": one.min_price,
        "units": one.units,
        "online": one.online,
        "answer": {
            "contest": one.answer.contest.value,
            "price_to_win": one.answer.price_to_win,
            "winner_price": one.answer.winner_price,
            "min_price": one.answer.min_price,
            "detail": one.answer.detail,
        },
        "sibling": one.sibling,
        "memory": of_memory(one.memory),
        "acknowledged": one.acknowledged,
    }


def decision(plain: Plain) -> Decision:
    """Read a decision."""
    return Decision(
        text(plain["reason"]),
        text(plain["detail"]),
        price=_amount(plain, "price"),
        held=bool(plain.get("held")),
        climbs=bool(plain.get("climbs")),
    )


def of_decision(one: Decision) -> dict[str, object]:
    """Write a decision."""
    return {
        "reason": one.reason,
        "detail": one.detail,
        "price": one.price,
        "held": one.held,
        "climbs": one.climbs,
    }


def _told(plain: Plain) -> Told:
    return Told(
        moment(plain["at"]),
        text(plain["reason"]),
        text(plain["detail"]),
        _amount(plain, "price"),
        _amount(plain, "buybox"),
    )


def _of_told(one: Told) -> dict[str, object]:
    return {
        "at": to_text(one.at),
        "reason": one.reason,
        "detail": one.detail,
        "price": one.price,
        "buybox": one.buybox,
    }


def _noted(plain: Sequence[Any] | None) -> Noted | None:
    if not plain:
        return None
    contest, reason, *amounts = plain
    return Noted(text(contest), text(reason), *(None if one is None else amount(one) for one in amounts))


def _amount(plain: Plain, name: str) -> Decimal | None:
    value = plain.get(name)
    return None if value is None else amount(value)
