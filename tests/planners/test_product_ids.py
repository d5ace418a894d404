"""Which product a cell names, in every form merchants paste, and what is no product."""

from __future__ import annotations

import pytest

from bmsc.planners import product_ids

ID = "cea70000-0000-4000-8000-0000000000b2"
OTHER = "11111111-2222-4333-8444-555555555555"

VALID = {
    "761585": "761585",
    " 761585 ": "761585",
    "761585.0": "761585",
    ID: ID,
    ID.upper(): ID,
    f"https://www.backmarket.com/en-us/p/iphone-13-128gb-blue/{ID}": ID,
    f"https://www.backmarket.fr/fr-fr/p/iphone-13-128-go-bleu-débloqué/{ID}?l=12#scroll": ID,
    f"https://www.backmarket.co.uk/en-gb/p/iphone-13/{ID}/": ID,
    f"https://www.backmarket.co.jp/ja-jp/p/iphone-13/{ID}": ID,
    f"https://www.backmarket.com.au/en-au/p/iphone-13/{ID}": ID,
    f"http://backmarket.de/de-de/p/iphone-13/{ID}": ID,
    f"www.backmarket.es/es-es/p/iphone-13/{ID}?offer={OTHER}&l=10": ID,
    f"HTTPS://WWW.BACKMARKET.IT/it-it/p/iphone-13/{ID.upper()}": ID,
    f"https://preprod.backmarket.fr/fr-fr/p/{ID}": ID,
    "https://www.backmarket.fr/fr-fr/p/iphone-x-64-go/761585": "761585",
    "https://www.backmarket.com/used-iphone-x-64-gb/761585.html": "761585",
    "https://www.backmarket.de/iphone-x-64-gb/761585.html?shopping=gmc": "761585",
    "https://www.backmarket.fr/fr-fr/iphone-x-64-go-gris/761585": "761585",
}
INVALID = [
    "",
    "0",
    "-761585",
    "7,615",
    "76 15 85",
    "0761585",
    "1" * 13,
    "iPhone 13",
    f"{ID} {OTHER}",
    ID[:-1],
    ID.replace("-", ""),
    f"https://www.backmarket.com/en-us/l/iphones/{ID}",
    "https://www.backmarket.com/l/761585",
    f"https://www.backmarket.com/en-us/p/iphone-13?uuid={ID}",
    f"https://www.backmarket.com/en-us/p/iphone-13#{ID}",
    f"https://www.amazon.com/en-us/p/iphone-13/{ID}",
    f"https://backmarket.example.org/en-us/p/iphone-13/{ID}",
    f"https://www.notbackmarket.com/en-us/p/iphone-13/{ID}",
    f"https://www.backmarket.com@evil.example/en-us/p/x/{ID}",
    f"https://www.backmarket.com/en-us/p/iphone-13/{ID}/reviews/5",
    "https://www.backmarket.com/en-us",
    "https://www.backmarket.com/761585",
    f"ftp://www.backmarket.com/en-us/p/iphone-13/{ID}",
    "https://[::1",
    "٧٦١٥٨٥",
]


@pytest.mark.parametrize(("written", "product"), VALID.items(), ids=range(len(VALID)))
def test_what_names_a_product(written: str, product: str) -> None:
    assert product_ids.read(written) == product


@pytest.mark.parametrize("written", INVALID, ids=range(len(INVALID)))
def test_what_names_none(written: str) -> None:
    assert product_ids.read(written) is None
