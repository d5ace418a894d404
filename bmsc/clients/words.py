"""What a platform says in words, whatever shape it wraps them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LONGEST = 1_200
"""Cut to what a person is shown only after the buyer was scrubbed: a cut name escapes a comparison."""
_SAYING_KEYS = (
    # The vendor's own .NET library looks for SellerCloud's words in this order; the rest is Back Market's.
    "errormessage", "exceptionmessage", "message", "detail", "title", "error_description", "error",
)  # fmt: skip
_DETAIL_KEYS = ("modelstate", "errors", "data", "fields")
_GENERIC = frozenset(
    {
        "",
        "an error has occurred",
        "an unexpected error occurred",
        "internal server error",
        "server error",
        "error",
        "unknown error",
    }
)
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DEEPEST = 5


def readable(body: object) -> str:
    """Give the human message of a parsed JSON body or a plain text; empty when it holds none.

    Bounded in length, on one line, without control characters; an HTML page becomes a hint at its title.
    """
    return "; ".join(dict.fromkeys(filter(None, map(tidy, _sayings(body, 0)))))[:LONGEST]


def business(body: object) -> str:
    """Give the human message if it says more than that something failed; empty for HTML and set phrases."""
    if isinstance(body, str) and is_html(body):
        return ""
    said = readable(body)
    return "" if said.rstrip(".! ").casefold() in _GENERIC else said


def is_html(text: str) -> bool:
    """Say whether a text is a web page (or XML) where an API should have answered."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def tidy(text: str) -> str:
    """Bring a foreign text onto one bounded line without control characters or terminal escapes."""
    plain = _ESCAPES.sub("", text[: 4 * LONGEST])
    shown = "".join(character if character.isprintable() else " " for character in plain)
    return " ".join(shown.split())[:LONGEST]


def _sayings(body: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(body, str):
        yield _page_hint(body) if is_html(body) else body
    elif isinstance(body, list):
        for part in body[:5]:
            yield from _sayings(part, depth + 1)
    elif isinstance(body, Mapping):
        yield from _of_object(body, depth)


def _of_object(body: Mapping[object, object], depth: int) -> Iterator[str]:
    by_key = {str(key).casefold(): value for key, value in body.items()}
    main = next((text for key in _SAYING_KEYS if (text := _main(by_key.get(key), depth))), "")
    if main:
        yield main
    for key in _DETAIL_KEYS:
        yield from _details(by_key.get(key), depth + 1)


def _main(value: object, depth: int) -> str:
    said = "; ".join(filter(None, map(tidy, _sayings(value, depth + 1))))
    return "" if said.rstrip(". ").casefold() == "an error has occurred" else said


def _details(value: object, depth: int) -> Iterator[str]:
    """Read "field: complaint" pairs, or a list of errors that may name their target."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, part in list(value.items())[:5]:
            if str(key).casefold() in _DETAIL_KEYS:
                yield from _details(part, depth + 1)
            elif said := "; ".join(map(tidy, _sayings(part, depth + 1))):
                yield f"{key}: {said}"
    else:
        yield from _sayings(value, depth)


def _page_hint(page: str) -> str:
    title = _TITLE.search(page[:20_000])
    name = tidy(_TAG.sub(" ", title.group(1))) if title else ""
    return f'an HTML page titled "{name[:80]}"' if name else "an HTML page"
