"""The figures as one JSON object: the contract that scripts may rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal

from bmsc.domain.times import to_text
from bmsc.retrospect.look_back import Retrospect

SCHEMA_VERSION = 1


def render(retrospect: Retrospect) -> str:
    """Write the figures as JSON; whatever a SKU holds is escaped."""
    return json.dumps(plain(retrospect), indent=2)


def plain(retrospect: Retrospect) -> Mapping[str, object]:
    """Give the figures as plain JSON values; amounts are text, lengths of time seconds."""
    asked = retrospect.asked
    figures = {one.name: _plain(getattr(retrospect, one.name)) for one in fields(retrospect) if one.name != "asked"}
    return {
        "schema_version": SCHEMA_VERSION,
        "made_at": to_text(asked.now),
        "from": to_text(asked.window.start),
        "until": to_text(asked.window.end),
        "skus": list(asked.skus),
        **figures,
    }


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    match value:
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
    return value
