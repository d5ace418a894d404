"""The figures as one JSON object: the contract that scripts may rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import asdict

from bmsc.domain.times import to_text
from bmsc.retrospect.look_back import Retrospect

SCHEMA_VERSION = 1


def render(retrospect: Retrospect) -> str:
    """Write the figures as JSON; whatever a SKU holds is escaped."""
    return json.dumps(plain(retrospect), indent=2)


def plain(retrospect: Retrospect) -> Mapping[str, object]:
    """Give the figures as plain JSON values; amounts are text, lengths of time seconds."""
    asked = retrospect.asked
    figures = {name: _plain(one) for name, one in asdict(retrospect).items() if name != "asked"}
    return {
        "schema_version": SCHEMA_VERSION,
        "made_at": to_text(asked.now),
        "from": to_text(asked.window.start),
        "until": to_text(asked.window.end),
        "skus": list(asked.skus),
        **figures,
    }


def _plain(value: object) -> object:
    if isinstance(value, Struct):
        return {name: _plain(one) for name, one in asdict(value).items()}
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
