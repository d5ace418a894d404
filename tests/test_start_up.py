"""What a start loads: a run with nothing to do brings in none of the rooms it has no use for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest
import typer
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app, only

LOADED = "\nsys.stderr.write(' '.join(name for name in sys.modules))"
START = f"""
import sys
from bmsc.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
finally:{LOADED.replace(chr(10), chr(10) + "    ")}
"""
HEAVY = ("pydantic", "requests", "urllib3", "rich", "flask", "werkzeug", "sqlite3", "multiprocessing")
PICTURES = ("jinja2", "markupsafe", "vl_convert")
ROOMS = ("bmsc.clients", "bmsc.config", "bmsc.jobs", "bmsc.planners", "bmsc.sandbox", "bmsc.state", "bmsc.upkeep")
UNUSED = (
    "rich",
    "sqlite3",
    "bmsc.sandbox",
    "bmsc.upkeep",
    "bmsc.retrospect",
    "bmsc.notify.hook",
    "bmsc.notify.heartbeat",
    "bmsc.notify.metrics",
    "bmsc.clients.backmarket_backbox",
    "bmsc.clients.backmarket_listings",
    "bmsc.clients.sellercloud_catalog_wire",
    "bmsc.domain.repricing",
    "bmsc.planners.reprice",
    "bmsc.planners.listings_sync",
    "bmsc.planners.listings_create",
    "bmsc.state.fact_cache",
    "bmsc.state.listing_book",
    "bmsc.state.price_book",
)


def loaded_by(*words: str) -> frozenset[str]:
    """Start the program in a process of its own, and name every module it has loaded at its end."""
    told = subprocess.run([sys.executable, "-c", START, *words], capture_output=True, text=True, timeout=60, check=True)
    return frozenset(told.stderr.split())


def among(loaded: frozenset[str], rooms: Sequence[str]) -> list[str]:
    return sorted(name for name in loaded if any(name == room or name.startswith(f"{room}.") for room in rooms))


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_load_nothing_that_works(word: str) -> None:
    loaded = loaded_by(word)

    assert "bmsc.cli" in loaded
    assert not among(loaded, [*(name for name in HEAVY if name != "rich"), *PICTURES, *ROOMS])


@pytest.mark.parametrize("job", ["orders pull", "tracking push", "cancel sync"])
def test_a_run_with_nothing_to_do_loads_no_other_commands_rooms(shop: Shop, job: str) -> None:
    loaded = loaded_by(*job.split(), "--config", str(shop.config), "--state-dir", str(shop.state_dir))

    assert f"bmsc.planners.{job.replace(' ', '_')}" in loaded
    others = {f"bmsc.jobs.{name}" for name in ("orders_pull", "tracking_push", "cancel_sync")} - {
        f"bmsc.jobs.{job.replace(' ', '_')}"
    }
    assert not among(loaded, [*UNUSED, *PICTURES, *others])


def named(part: typer.Typer) -> list[str | None]:
    """Name the groups and commands of a command line, as far as it is built."""
    return [one.name for one in (*part.registered_groups, *part.registered_commands)]


@pytest.mark.parametrize("name", [name for name in named(app) if name])
def test_only_the_command_that_is_asked_for_is_built(name: str) -> None:
    """And what it says of itself is what the whole command line says of it."""
    assert named(only([name, "--help"])) == [name]
    runner = CliRunner()
    assert runner.invoke(only([name]), [name, "--help"]).output == runner.invoke(app, [name, "--help"]).output


@pytest.mark.parametrize("words", [[], ["--version"], ["--help"], ["order"], ["-x", "orders"], [""]])
def test_any_other_word_meets_the_whole_command_line(words: list[str]) -> None:
    assert only(words) is app
    assert len(named(app)) > 10
