"""A shop on both platforms behind real HTTP, and bmsc set up to work for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.watch import Watch
from hypothesis import HealthCheck, Phase, settings
from shops import Shop, open_shop

# How long an example takes says how busy the machine is, and nothing about the program.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "first failure",  # for who only asks whether there is one: looking for the smallest takes minutes
    settings.get_profile("any machine"),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def watched() -> Iterator[Watch]:
    """Hold every request of the program, in every test, against the contracts with the platforms."""
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        watch.stand(patch)
        yield watch


@pytest.fixture(autouse=True)
def requests_keep_to_the_contracts(watched: Watch) -> Iterator[None]:
    """Fail the test whose requests do not."""
    yield
    complaints, watched.complaints = watched.complaints, []
    assert sorted(set(complaints)) == []


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give an empty US shop with the products A to E, five units each, and a standing clock."""
    with open_shop(tmp_path, monkeypatch) as opened:
        yield opened
