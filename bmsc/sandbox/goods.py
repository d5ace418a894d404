"""What does the refurbisher have on his shelves, and how is it offered?"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True)
class Good:
    """One SKU: as SellerCloud has it, and as Back Market shows it just now.

    `listed` is the quantity on Back Market, None when it is not listed. Money is in dollars; the other
    markets' prices are derived. `cells` overwrites custom columns, by name without the market's suffix.
    """

    sku: str
    title: str
    grade: str
    stock: int
    price: str
    minimum: str | None
    listed: int | None
    rival: str | None = None
    brand: str = "Apple"
    enabled: bool = True
    listed_price: str | None = None
    reference: str = "uuid"
    cells: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def product_uuid(title: str) -> str:
    """Make the product's identifier up, the same one in every world."""
    return str(UUID(bytes=uuid5(NAMESPACE_URL, f"https://catalog.example.invalid/{title}").bytes, version=4))


IPHONE_13 = "iPhone 13 128GB - Blue - Unlocked"
IPHONE_12 = "iPhone 12 64GB - Black - Unlocked"
GALAXY_S22 = "Galaxy S22 128GB - Phantom Black - Unlocked"
PIXEL_7 = "Google Pixel 7 128GB - Obsidian - Unlocked"
AIR_M1 = "MacBook Air 13-inch (2020) - Apple M1 - 8GB RAM - SSD 256GB"
PRO_M1 = "MacBook Pro 14-inch (2021) - Apple M1 Pro - 16GB RAM - SSD 512GB"
THINKPAD = "Lenovo ThinkPad T14 14-inch (2021) - Core i5 - 16GB RAM - SSD 256GB"
WATCH_7 = "Apple Watch Series 7 45mm - GPS - Midnight"
WATCH_SE = "Apple Watch SE 40mm - GPS - Space gray"
IPAD_9 = "iPad 10.2-inch 9th gen (2021) - WiFi - 64GB - Silver"
IPAD_6 = "iPad 9.7-inch 6th gen (2018) - WiFi - 32GB - Gold"
XPS = "Dell XPS 13 9310 13-inch (2020) - Core i7 - 16GB RAM - SSD 512GB"

GOODS = (
    Good("IPH13-128-BLU-A", IPHONE_13, "VERY_GOOD", 12, "329.00", "289.00", 12, "309.00"),
    Good("IPH13-128-BLU-B", IPHONE_13, "GOOD", 4, "299.00", "269.00", 9, "305.50"),
    Good("IPH13-128-BLU-C", IPHONE_13, "FAIR", 0, "259.00", "229.00", 2, "249.00"),
    Good("IPH12-64-BLK-A", IPHONE_12, "VERY_GOOD", 9, "239.00", "215.00", 3, "199.00"),
    Good("IPH12-64-BLK-B", IPHONE_12, "GOOD", 15, "219.00", "195.00", 0, "214.00"),
    Good("IPH12-64-BLK-C", IPHONE_12, "FAIR", 6, "189.00", None, 6, listed_price="179.00"),
    Good("GALS22-128-BLK-A", GALAXY_S22, "VERY_GOOD", 5, "289.00", "249.00", 5, "279.99", brand="Samsung"),
    Good("GALS22-128-BLK-B", GALAXY_S22, "GOOD", 8, "259.00", "229.00", 8, "262.00", brand="Samsung"),
    Good("PIX7-128-OBS-A", PIXEL_7, "VERY_GOOD", 3, "279.00", "245.00", 3, brand="Google"),
    Good("PIX7-128-OBS-B", PIXEL_7, "GOOD", 2, "249.00", "219.00", 0, "239.00", brand="Google"),
    Good("MBA-M1-8-256-A", AIR_M1, "EXCELLENT", 6, "589.00", "540.00", 6, "575.00", reference="number"),
    Good("MBA-M1-8-256-B", AIR_M1, "GOOD", 11, "529.00", "489.00", 11, "519.00", reference="url"),
    Good("MBP14-M1P-16-512-A", PRO_M1, "VERY_GOOD", 2, "999.00", "930.00", 2, "985.00"),
    Good("T14-I5-16-256-B", THINKPAD, "GOOD", 14, "349.00", "299.00", 14, "339.00", brand="Lenovo"),
    Good("T14-I5-16-256-C", THINKPAD, "FAIR", 7, "299.00", "320.00", 7, "289.00", brand="Lenovo"),
    Good("AW7-45-MID-A", WATCH_7, "VERY_GOOD", 10, "199.00", "175.00", 10, "189.00", cells={"SAFETY_QTY": 2}),
    Good("AWSE-40-GRY-B", WATCH_SE, "GOOD", 5, "119.00", "105.00", 5, "112.49"),
    Good("AWSE-40-GRY-C", WATCH_SE, "FAIR", 3, "ninety-nine", "85.00", 3, "95.00", listed_price="99.00"),
    Good("IPAD9-64-SLV-A", IPAD_9, "VERY_GOOD", 8, "239.00", "210.00", 4, "229.00", enabled=False),
    Good("XPS13-I7-16-512-A", XPS, "VERY_GOOD", 4, "559.00", "499.00", None, "549.00", brand="Dell"),
    Good("XPS13-I7-16-512-B", XPS, "GOOD", 6, "499.00", "459.00", None, "489.00", brand="Dell"),
    Good("XPS13-I7-16-512-C", XPS, "FAIR", 2, "449.00", None, None, brand="Dell", cells={"GRADE": None}),
    Good("IPAD9-64-SLV-B", IPAD_9, "GOOD", 5, "219.00", "195.00", 5, "214.00", facts={"company_id": 164}),
    Good("PIX7-128-OBS-C", PIXEL_7, "FAIR", 4, "229.00", "199.00", 4, brand="Google", facts={"active": False}),
)
"""Offered under their own SKU; a few of them wrongly, as in every real shop."""

SHADOW = Good(
    "IPH13-128-BLU-A-BM",
    IPHONE_13,
    "EXCELLENT",
    0,
    "339.00",
    "305.00",
    1,
    facts={"shadow_of": "IPH13-128-BLU-A"},
)
KIT = Good(
    "MBA-M1-8-256-KIT",
    AIR_M1,
    "VERY_GOOD",
    0,
    "619.00",
    "579.00",
    2,
    facts={"parts": (("MBA-M1-8-256-B", 1), ("CHARGER-USBC-30", 1))},
)
ALIAS = ("OLD-IPH12-64-C", "IPH12-64-BLK-C")
"""A Back Market SKU from before, and the product it is in SellerCloud; `[sku_aliases]` joins them."""
UNKNOWN_SKU = "LEGACY-IPAD6-32-GLD"
"""On Back Market only: SellerCloud has never heard of it."""

FACTORS = {"en-us": Decimal(1), "fr-fr": Decimal("1.05"), "en-gb": Decimal("0.92")}
"""What a price in dollars is multiplied with in each market."""
