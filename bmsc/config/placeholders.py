"""Which values are still those of the example, so that nothing could ever come of using them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bmsc.config.wording import KeyPath, problem

_EXAMPLES: Mapping[KeyPath, tuple[re.Pattern[str], str]] = {
    ("sellercloud", "base_url"): (
        re.compile(r"https?://xx\..*", re.IGNORECASE),
        'still names the example\'s server "xx"; put the name of your own SellerCloud server there',
    ),
    ("sellercloud", "username"): (
        re.compile(r".*@example\.(com|org|net)", re.IGNORECASE),
        "is still the example's; put the SellerCloud user there that you made for bmsc",
    ),
    ("backmarket", "user_agent"): (
        re.compile(r"BM-ExampleCo-\S+|BM-[^;\s]+-[^;\s]+;\S+@example\.(com|org|net)", re.IGNORECASE),
        "still names the example's company or address; put your own there, so that Back Market can reach you",
    ),
}


def left_over(document: Mapping[str, object]) -> Iterator[str]:
    """Name every value that was copied from the example and never filled in."""
    for (section, key), (example, complaint) in _EXAMPLES.items():
        table = document.get(str(section))
        value = table.get(key) if isinstance(table, dict) else None
        if isinstance(value, str) and example.fullmatch(value):
            yield problem((section, key), complaint)
