"""Every call says what it is for, in words an owner knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bmsc.clients
from bmsc.clients import errands

CLIENTS = Path(bmsc.clients.__file__).parent
STEMS = ("/ws/orderlines", "/ws/backbox/v1/competitors")
"""What full paths are made of; never called as they stand."""
TEMPLATES = sorted(
    {
        found
        for path in CLIENTS.glob("*.py")
        for found in re.findall(r'"(/(?:ws|api)/(?:[\w/]|{id})+)"', path.read_text())
    }
)


@pytest.mark.parametrize("template", [one for one in TEMPLATES if one not in STEMS])
def test_no_path_is_without_its_words(template: str) -> None:
    calls = [f"{method} {template}" for method in ("GET", "POST", "PUT", "PATCH")]
    assert any(errands.of(call) != call for call in calls)


def test_a_sentence_names_the_errand_first_and_the_call_for_whoever_supports() -> None:
    assert errands.where("Back Market", "/ws/listings") == "Back Market (reading its listings, GET /ws/listings)"
    assert errands.of("DELETE /ws/unheard-of") == "DELETE /ws/unheard-of"
