"""Another side's words lose the buyer."""

from __future__ import annotations

import pytest

from bmsc.planners.scrub import scrub

CASES = {
    "whole field": ("Customer's last name 'Lopez' is not valid", ["Lopez"], "Customer's last name '[…]' is not valid"),
    "any case": ("bad: LOPEZ", ["lopez"], "bad: […]"),
    "one word of a field": ("bad: Garcia", ["Ana Garcia Lopez"], "bad: […]"),
    "short field": ("last name Li refused", ["Li"], "last name […] refused"),
    "a short field inside a word stays": ("Limit reached", ["Li"], "Limit reached"),
    "a long field inside a word goes": ("xCANARYNAMEx", ["CanaryName"], "x[…]x"),
    "an e-mail nobody told us of": ("mail x.y@relay.example refused", [], "mail […] refused"),
}


@pytest.mark.parametrize(("words", "strings", "clean"), CASES.values(), ids=CASES.keys())
def test_scrub(words: str, strings: list[str], clean: str) -> None:
    assert scrub(words, strings) == clean


def test_words_are_bounded() -> None:
    assert len(scrub("x" * 10_000, [])) == 300
