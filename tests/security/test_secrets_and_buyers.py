"""Canaries in every field of a buyer and in every secret: no output of any command ever sings them."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from accepted import accepted, cancel, ship
from creation_shop import candidate
from listing_shop import both
from price_shop import priced, rival
from shops import PASSWORD, TOKEN, Shop
from typer.testing import CliRunner

from bmsc import wiring
from bmsc.cli import app
from bmsc.domain.orders import Address
from bmsc.report import table
from bmsc.sandbox.backmarket.orders import Address as MarketAddress
from bmsc.state.logfile import log_to

JOBS = ("orders pull", "tracking push", "cancel sync", "listings sync", "listings create", "reprice")
CANARIES = {
    "first_name": "Canaryfirst",
    "last_name": "Canarylast",
    "company": "Canarycompany Ltd",
    "street": "7 Canarystreet",
    "street2": "Canaryfloor",
    "city": "Canarycity",
    "postal_code": "CANARY77",
    "state": "Canarystate",
    "country": "Canaryland",
    "phone": "+1 213 555 0177",
    "email": "canary@relay.invalid",
}
UNREAD = ("customer_id_number", "first_name_pronunciation", "last_name_pronunciation")
"""What Back Market knows of a buyer besides, and the program never reads."""
_NAMES = {"state_or_province": "state"}
CAGED = {one.name: CANARIES.get(_NAMES.get(one.name, one.name), f"Canary{one.name}") for one in fields(MarketAddress)}
SONGS = ("anaryfirst", "anarylast", "anarycompany", "anarystreet", "anaryfloor", "anarycity", "ANARY77", "anarystate")
SONGS += (
    "anaryland",
    "anarypayment",
    *(f"anary{name}" for name in UNREAD),
    "555 0177",
    "5550177",
    "anary@relay",
    PASSWORD,
    TOKEN,
)


def test_there_is_a_canary_in_every_field_of_an_address() -> None:
    assert set(CANARIES) == set(Address.__struct_fields__)
    assert set(CAGED) == set(CANARIES) - {"state"} | {"state_or_province", *UNREAD}


@pytest.fixture
def aviary(shop: Shop) -> Shop:
    """Give a shop where every buyer is a canary and both platforms quote buyers whenever they refuse."""
    heard, prom = shop.folder / "heard", shop.folder / "bmsc.prom"
    extra = f'\n[notify]\ncommand = "tee -a {heard}"\nmetrics_file = "{prom}"\n\n[reprice]\nenabled = true\n'
    shop.configure(extra)
    for lines in ((("A", 1),), (("NOBODY", 1),), (("B", 1), ("C", 1)), (("D", 1),)):
        shop.place(*lines)
    for kind in range(3):
        order_id = accepted(shop)
        (ship if kind < 2 else cancel)(shop, order_id)
    both(shop, "X", 5, 9)
    candidate(shop, "NEW")
    priced(shop, "A1")
    rival(shop, "A1", "300.00")
    for order in shop.world.account.orders.values():
        order.shipping = order.billing = MarketAddress(**CAGED)
        order.psp_reference = order.paypal_reference = "Canarypayment"
    _let_them_quote(shop)
    return shop


def _let_them_quote(shop: Shop) -> None:
    words = {"Message": f"no: {', '.join(CANARIES.values())}", "errors": [{"email": CANARIES["email"]}]}
    said = {"json": words}
    for status, method, path in (
        (500, "POST", r"/api/Orders$"),
        (400, "POST", r"/ws/orders/"),
        (400, "PUT", r"ReceiveManualPayment"),
        (422, "GET", r"/api/Orders/\d+"),
        (500, "GET", r"/ws/orders/\d+"),
    ):
        args = {"status": status, **said}
        shop.world.faults.add("status_before", method=method, path=path, skip=1, times=2, args=args)


def everything(shop: Shop) -> str:
    """Run every command in every way; give all that was said and written."""
    said: list[str] = []
    for how in ((), ("--dry-run",), ("--json",), ("--quiet",)):
        for job in JOBS:
            said.append(_said(shop, *job.split(), *how))
            shop.advance(61)
    tape, sheet, report = shop.folder / "tape.jsonl", shop.folder / "sheet.csv", shop.folder / "probe.json"
    said.append(_said(shop, "reprice", "--dry-run", "--record", str(tape)))
    said.append(_said(shop, "listings", "create", "--dry-run", "--csv", str(sheet)))
    said.append(_said(shop, "explain", "X"))
    said.append(_said(shop, "doctor"))
    said.append(_said(shop, "doctor", "--probe", "--report", str(report)))
    said.append(_said(shop, "status"))
    for words in (("holds", "list"), ("holds", "list", "--json")):
        done = CliRunner().invoke(app, [*words, "--state-dir", str(shop.state_dir)])
        said.append(done.output)
    files = [path for path in shop.folder.rglob("*") if path.is_file() and _is_ours(path)]
    assert {"tape.jsonl", "sheet.csv", "probe.json", "heard", "bmsc.prom", "bmsc.log"} <= {path.name for path in files}
    return "\n".join([*said, *(path.read_text(errors="replace") for path in files)])


def _is_ours(path: Path) -> bool:
    """The two secret files are the merchant's; the token cache is a secret file of our own."""
    return path.name not in ("sellercloud.password", "backmarket.token", "sellercloud.token")


def _said(shop: Shop, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert done.exit_code in (0, 3, 13, 14), f"{words}: {done.exit_code} {done.output}"
    return done.stdout + done.stderr


def test_no_canary_sings(aviary: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    said = everything(aviary)
    for job in JOBS:
        table.show(aviary.run(job))
    said += capsys.readouterr().out
    assert "refused" in said
    assert "[…]" in said, "somebody was quoted, and scrubbed"
    assert [song for song in SONGS if song in said] == []
    issued = list(aviary.world.tenant.access._expiries)
    assert issued
    assert [token for token in issued if token in said] == []


def test_every_file_is_private(aviary: Shop) -> None:
    os.umask(0)
    try:
        for job in JOBS:
            aviary.run(job)
    finally:
        os.umask(0o022)
    modes = {path: path.stat().st_mode & 0o777 for path in aviary.state_dir.rglob("*")}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    assert aviary.state_dir.stat().st_mode & 0o777 == 0o700


def test_a_bug_is_told_without_its_own_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(*_: object) -> None:
        raise RuntimeError(f"no room for {CANARIES['first_name']} with {TOKEN}")

    monkeypatch.setattr(wiring, "_orders_pull", buggy)
    monkeypatch.setattr(wiring, "_JOBS", {**wiring._JOBS, "orders pull": buggy})
    done = CliRunner().invoke(app, ["orders", "pull", "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert done.exit_code == 1
    assert "this is a bug" in done.stderr
    assert "bug: RuntimeError" in shop.written_down()
    said = done.stdout + done.stderr + shop.written_down()
    assert [song for song in SONGS if song in said] == []


def test_a_secret_in_a_message_is_blanked_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    path = tmp_path / "log" / "bmsc.log"
    with log_to(path, hide=(PASSWORD, TOKEN, "")):
        logging.getLogger("bmsc.anywhere").warning("sent %s beside %s", PASSWORD, {"token": TOKEN})
    written = path.read_text()
    assert "[secret]" in written
    assert PASSWORD not in written
    assert TOKEN not in written


def test_the_tape_holds_prices_and_nothing_else_of_the_shop(shop: Shop) -> None:
    shop.configure("\n[reprice]\nenabled = true\n")
    priced(shop, "A1")
    rival(shop, "A1", "300.00")
    tape = shop.folder / "tape.jsonl"
    shop.run("reprice", dry_run=True, record=str(tape))
    (line,) = tape.read_text().splitlines()
    assert Decimal(json.loads(line)["decision"]["price"]) == Decimal("299.99")
    assert tape.stat().st_mode & 0o077 == 0
