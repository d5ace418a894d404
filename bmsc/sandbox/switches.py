"""Which behaviours that nobody has proved does this world show?"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass, field
from typing import Any

from bmsc.sandbox.backmarket.switches import BackMarketSwitches
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches


@dataclass
class Switches:
    """The switches of both platforms."""

    sellercloud: SellerCloudSwitches = field(default_factory=SellerCloudSwitches)
    backmarket: BackMarketSwitches = field(default_factory=BackMarketSwitches)

    def throw(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        """Set switches by platform and name, all or, with a ValueError for the first bad one, none."""
        for platform, settings in wanted.items():
            if platform not in ("sellercloud", "backmarket"):
                raise ValueError(f"no platform is called {platform}")
            _set(copy(getattr(self, platform)), settings)
        for platform, settings in wanted.items():
            _set(getattr(self, platform), settings)

    def show(self) -> dict[str, Any]:
        """List every switch and how it stands."""
        return asdict(self)


def _set(switches: object, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        setattr(switches, name, value)
