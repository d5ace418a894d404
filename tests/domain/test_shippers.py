"""The carriers are spelled as Back Market spells them."""

from __future__ import annotations

from bmsc.domain.shippers import OTHER, SHIPPERS


def test_the_odd_ones_are_kept_as_they_are() -> None:
    assert {"DHL  EXPRESS", "DHL Express", "ColisPrivé", "GLS-SPAIN", "Parcelforce (Worldwide)", OTHER} <= SHIPPERS
    assert len(SHIPPERS) == 95
