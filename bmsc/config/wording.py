"""How a problem of the configuration is told: its place, its rule and its remedy, never the value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

KeyPath = tuple[int | str, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SECRET = re.compile(r"passw|token|secret|api_?key|credential", re.IGNORECASE)
_LONGEST_KEY = 200  # a SKU's length; what is longer was never a key
_KEY_MARK = "[key]"  # how the validator ends the path of a wrong name, as opposed to a wrong value

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_RULES = {
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_type": "must be a whole number, without quotes",
    "string_type": 'must be text in "quotes"',
    "bool_type": "must be true or false, without quotes",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list of tables, each headed [[{key}]]",
}


class Fault(Struct, frozen=True):
    """One thing the validator refused: where, under which rule, and that rule's bounds."""

    path: KeyPath
    rule: str
    bounds: Mapping[str, object]


def describe(fault: Fault, siblings: Sequence[str]) -> str:
    """Tell one fault in a line; `siblings` are the keys its table may have."""
    return problem(fault.path, _complaint(fault, siblings))


def problem(path: KeyPath, complaint: str) -> str:
    """Put a complaint behind the place it is about."""
    return f"{dotted(path)}: {complaint}"


def dotted(path: KeyPath) -> str:
    """Write a path as a person finds it: `sellercloud.base_url`, `the second [[markets]], currency`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text = f"the {_ordinal(step)} [[{text}]]"
        elif text.endswith("]") and step != _KEY_MARK:
            text += f", {_spelled(step)}"
        elif step != _KEY_MARK:
            text += f".{_spelled(step)}" if text else _spelled(step)
    return text


def _ordinal(position: int) -> str:
    return _ORDINALS[position] if position < len(_ORDINALS) else f"{position + 1}th"


def _spelled(key: str) -> str:
    shown = key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}..."
    return shown if _BARE_KEY.fullmatch(shown) else json.dumps(shown)


def _complaint(fault: Fault, siblings: Sequence[str]) -> str:
    key = str(fault.path[-1])
    match fault.rule:
        case "missing":
            return _missing(fault.path)
        case "extra_forbidden":
            return _unknown(key, siblings)
        case "value_error":
            return str(fault.bounds["error"])
        case "enum":
            return f"must be {str(fault.bounds['expected']).replace(chr(39), chr(34))}"
    rule = _RULES.get(fault.rule, "cannot be used")
    return rule.format(key=key, **fault.bounds)


def _missing(path: KeyPath) -> str:
    *table, key = path
    if not table:
        return f"is missing; add the table {'[[markets]]' if key == 'markets' else f'[{key}]'}"
    heading = f"[[{table[0]}]]" if isinstance(table[-1], int) else f"[{dotted(tuple(table))}]"
    return f"is missing; add `{key} = ...` under {heading}"


def _unknown(key: str, siblings: Sequence[str]) -> str:
    if _SECRET.search(key) and not key.endswith("file"):
        return (
            "no secret belongs in this file; take it out, keep it in a file of its own (chmod 600) that "
            "sellercloud.password_file or backmarket.token_file names, or in BMSC_SELLERCLOUD_PASSWORD "
            "or BMSC_BACKMARKET_TOKEN"
        )
    near = get_close_matches(key.casefold(), siblings, n=1)
    return f"is not a key here; did you mean `{near[0]}`?" if near else "is not a key here; take it out"
