"""A configuration without a problem, as a document to spoil and as a file to load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from bmsc.config.loader import Loaded, load

Document = dict[str, Any]
Load = Callable[..., Loaded]
SECRETS = {"BMSC_SELLERCLOUD_PASSWORD": "pass word", "BMSC_BACKMARKET_TOKEN": "dG9rZW4="}


@pytest.fixture
def document() -> Document:
    """Give the shortest document that loads, with two markets of one platform."""
    return {
        "sellercloud": {
            "base_url": "https://ab.api.sellercloud.com",
            "username": "integration@example.test",
            "company_id": 163,
        },
        "backmarket": {
            "base_url": "https://www.backmarket.fr",
            "user_agent": "BM-Example-bmsc;ops@example.test",
        },
        "markets": [
            {"locale": "fr-fr", "suffix": "FR", "currency": "EUR"},
            {"locale": "en-gb", "suffix": "UK", "currency": "GBP"},
        ],
    }


@pytest.fixture
def load_document(tmp_path: Path) -> Load:
    """Give a function that writes a document to a file and loads it, by default with secrets around it."""

    def write_and_load(document: Document, environ: Mapping[str, str] = SECRETS) -> Loaded:
        path = tmp_path / "config.toml"
        path.write_text(tomli_w.dumps(document), encoding="utf-8")
        return load(path, environ)

    return write_and_load
