"""`bmsc demo`: the commands at work on a made-up shop, with a look at both sides before and after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from bmsc.cli.saying import say
from bmsc.errors import ConfigError, RemoteUnavailable

READY = "sandbox ready on "
LINE_STATES = {0: "not paid yet", 1: "waits for you", 2: "accepted", 3: "shipped", 4: "cancelled", 5: "refunded"}
PAID = 30
CONTESTED = ("IPH13-128-BLU-A", "IPH12-64-BLK-A", "IPH12-64-BLK-C", "T14-I5-16-256-C")
"""Listings whose buybox stands within the bounds or below them, one with a fixed price, and one with wrong bounds."""


def demo() -> None:
    """Show every command at work on a made-up shop: no account, no configuration, no network.

    Reads: a sandbox of its own on loopback. Writes: there, and a temporary folder; both are gone afterwards.

    Example: bmsc demo
    """
    with tempfile.TemporaryDirectory(prefix="bmsc-demo-") as name, _sandbox(Path(name)) as url:
        _story(Path(name), url)


def _story(folder: Path, url: str) -> None:
    _say("A refurbisher's shop: Back Market on one side, SellerCloud on the other.")
    _show_orders(url, "Before")
    _say("First a dry run. It shows what would happen, with clients that cannot write:")
    _bmsc(folder, "orders", "pull", "--dry-run")
    _say("Now for real. Each order is created in SellerCloud, compared, paid, and only then accepted:")
    _bmsc(folder, "orders", "pull")
    _show_orders(url, "After")
    _say("And again, as cron would five minutes later. Nothing is written twice:")
    _bmsc(folder, "orders", "pull")
    _say("The warehouse sends off what is paid, but for one order that it cancels:")
    _warehouse_works(url)
    _bmsc(folder, "tracking", "push")
    _bmsc(folder, "cancel", "sync")
    _show_orders(url, "In the evening")
    _say("Back Market's quantities and prices follow SellerCloud, the most urgent first:")
    _bmsc(folder, "listings", "sync")
    _say("Products whose columns are filled in become listings; for the others the missing cell is named:")
    _hasten(url)
    _bmsc(folder, "listings", "create")
    _say("Each was read back and compared. Only then its units go on sale:")
    _bmsc(folder, "listings", "sync")
    some = [word for sku in CONTESTED for word in ("--sku", sku)]
    _say("Repricing is off until you say so; a dry run shows what it would do, and why:")
    _bmsc(folder, "reprice", "--dry-run", *some)
    _say("Switched on, prices follow the buybox, and never leave the bounds of their columns:")
    _switch_repricing_on(folder)
    _bmsc(folder, "reprice", *some)
    _say("Why does a listing show what it shows?")
    _bmsc(folder, "explain", CONTESTED[0])
    _say("Held orders wait for a person, with a reason; everything else is done. That is the whole job.")
    _say(
        "Next, with accounts of your own: `bmsc init` asks for both and checks them; docs/launch.md goes on from there."
    )


def _switch_repricing_on(folder: Path) -> None:
    with (folder / "config.toml").open("a") as config:
        config.write("\n[reprice]\nenabled = true\n")


def _warehouse_works(url: str) -> None:
    waiting = _act(url, "warehouse", "waiting")
    if waiting:
        _act(url, "warehouse", "cancel", number=waiting[-1])
    _act(url, "warehouse", "ship_everything")


def _bmsc(folder: Path, *words: str) -> None:
    typer.secho(f"$ bmsc {' '.join(words)}", bold=True)
    where = ["--config", str(folder / "config.toml"), "--state-dir", str(folder / "state")]
    subprocess.run([sys.executable, "-m", "bmsc", *words, *where], check=False)  # noqa: S603 - our own program


def _show_orders(url: str, moment: str) -> None:
    from rich.console import Console
    from rich.table import Table

    world = _snapshot(url)
    table = Table(title=moment, title_justify="left")
    for heading in ("Back Market order", "what the buyer wants", "Back Market says", "SellerCloud says"):
        table.add_column(heading, overflow="fold")
    for row in _rows(world):
        table.add_row(*row)
    Console().print(table)


def _rows(world: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    twins = {twin["number"]: twin for twin in world["sellercloud"]["orders"].values()}
    for number, order in sorted(world["backmarket"]["orders"].items()):
        wishes = "\n".join(f"{line['quantity']} x {line['sku']}" for line in order["lines"])
        states = "\n".join(LINE_STATES.get(line["state"], str(line["state"])) for line in order["lines"])
        yield number, wishes, states, _twin_words(twins.get(number))


def _twin_words(twin: Mapping[str, Any] | None) -> str:
    if twin is None:
        return "-"
    paid = sum(float(payment["amount"]) for payment in twin["payments"])
    return f"order {twin['id']}, " + (f"paid {paid:.2f}" if paid else "not paid")


def _snapshot(url: str) -> Any:
    return _ask(f"{url}/_sandbox/snapshot")


def _act(url: str, actor: str, action: str, **args: object) -> Any:
    body = json.dumps({"actor": actor, "action": action, "args": args})
    return _ask(f"{url}/_sandbox/do", body.encode())["result"]


def _hasten(url: str) -> None:
    """Let Back Market work batches off at once, so that nobody has to watch a task run."""
    switches = {"backmarket": {"task_start_seconds": 0, "task_end_seconds": 0}}
    _ask(f"{url}/_sandbox/switches", json.dumps(switches).encode())


def _ask(url: str, body: bytes | None = None) -> Any:
    import urllib.request

    with urllib.request.urlopen(url, body, timeout=10) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _say(sentence: str) -> None:
    from rich.console import Console
    from rich.text import Text

    say()
    Console().print(Text(sentence, style="cyan"))


@contextmanager
def _sandbox(folder: Path) -> Iterator[str]:
    """Start the sandbox as a process of its own and stop it afterwards."""
    command = [sys.executable, "-m", "bmsc", "sandbox", "--port", "0", "--write-config", str(folder)]
    quiet_clock = {key: value for key, value in os.environ.items() if key != "BMSC_CLOCK_FILE"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet_clock)  # noqa: S603
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    if process.wait() == int(ConfigError.exit_code):
        raise ConfigError(["the demo needs the sandbox: install bmsc with its extra `sandbox`"])
    raise RemoteUnavailable("the sandbox did not start", next_step="bmsc sandbox")
