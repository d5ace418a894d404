"""The month that several tests look back on: played once."""

from __future__ import annotations

import pytest
from retrospect.seen import Seen, played


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Play the month, and look back on it once in every form."""
    return played(tmp_path_factory.mktemp("month"))
