"""The examples load, show every key, and say what the program does without them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from bmsc.config.channels import CHANNELS
from bmsc.config.loader import load
from bmsc.config.model import known_keys
from bmsc.domain.settings import Market, Settings
from bmsc.errors import ConfigError

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
SECRETS = {"BMSC_SELLERCLOUD_PASSWORD": "pass word", "BMSC_BACKMARKET_TOKEN": "dG9rZW4="}
CHOICE = re.compile(r"^#   ([a-z_]+)  +\S", re.MULTILINE)


def example() -> Path:
    return next(path for path in EXAMPLES if path.name == "config.toml")


def filled_in(folder: Path) -> Path:
    """Put the example into a folder as somebody who has filled it in."""
    text = example().read_text(encoding="utf-8")
    for ours, theirs in (
        ("https://xx.", "https://ab."),
        ("integration@example.com", "bmsc@shop.test"),
        ("BM-ExampleCo-bmsc;ops@example.com", "BM-Shop-bmsc;ops@shop.test"),
    ):
        assert f'"{ours}' in text
        text = text.replace(f'"{ours}', f'"{theirs}')
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def missing_keys(document: Mapping[str, object], path: tuple[str, ...] = ()) -> Iterator[str]:
    for key in known_keys(path):
        if key not in document:
            yield ".".join((*path, key))
        value = document.get(key)
        table = value[0] if isinstance(value, list) else value
        if isinstance(table, dict):
            yield from missing_keys(table, (*path, key))


def test_the_example_loads_once_it_is_filled_in(tmp_path: Path) -> None:
    loaded = load(filled_in(tmp_path), SECRETS)
    assert loaded.secrets.backmarket_token == SECRETS["BMSC_BACKMARKET_TOKEN"]


def test_the_example_as_it_stands_names_what_is_to_be_filled_in() -> None:
    with pytest.raises(ConfigError) as refused:
        load(example(), SECRETS)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        "sellercloud.base_url",
        "sellercloud.username",
        "backmarket.user_agent",
    ]


def test_the_example_shows_every_key() -> None:
    document = tomllib.loads(example().read_text(encoding="utf-8"))
    assert list(missing_keys(document)) == []


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    settings = load(filled_in(tmp_path), SECRETS).settings
    defaults = Settings(settings.sellercloud, settings.backmarket, settings.markets)
    tracking = replace(settings.tracking, carriers={})
    assert replace(settings, tracking=tracking) == defaults


def test_the_example_means_what_it_says(tmp_path: Path) -> None:
    settings = load(filled_in(tmp_path), SECRETS).settings
    assert settings.sellercloud.channel == CHANNELS["Website"] == 6
    assert settings.markets == (Market("en-us", "US", "USD"),)
    assert settings.tracking.carriers["USPS Priority Mail"] == "USPS - Priority Mail"


def test_the_example_explains_every_choice_of_the_words_it_lists() -> None:
    words = set(CHOICE.findall(example().read_text(encoding="utf-8"))) - {"locale", "suffix", "currency"}
    assert words == {
        *("create", "hold", "exclude", "include", "warn", "wait", "first", "report", "cancel"),
        *("zero_if_managed", "zero", "ignore"),
    }
