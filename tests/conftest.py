"""A shop on both platforms behind real HTTP, and bmsc set up to work for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shops import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give an empty US shop with the products A to E, five units each, and a standing clock."""
    with open_shop(tmp_path, monkeypatch) as opened:
        yield opened
