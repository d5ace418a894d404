"""The contracts are sound, every deviation from the published schemas has its reason, and the watch sees all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from contract.agreement import HERE, PLATFORMS, contract, written
from contract.watch import Watch
from jsonschema import Draft202012Validator
from shops import Shop

from bmsc.clients.credentials import FixedHeader
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http, Road
from bmsc.errors import BmscError
from bmsc.state.clock import SystemClock

EXCEPTIONS = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8"))["exception"]
ROOT = HERE.parents[1]
NO_PATHS = frozenset({"/ws/backbox/v1/competitors", "/ws/orderlines"})
"""How paths begin, and no call by themselves."""
AGENT = "BM-Example-bmsc;ops@example.test"
ORDER = {"order_id": 1, "new_state": 2, "sku": "A"}


def parts(part: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if isinstance(part, dict):
        yield path, part
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, one in pairs:
        yield from parts(one, *path, str(name))


def at(platform: str, pointer: str) -> Any:
    found: Any = written(platform)
    for name in pointer.split("/"):
        found = found[int(name)] if isinstance(found, list) else found[name.replace("~1", "/")]
    return found


def null(value: object) -> object:
    """TOML knows no null."""
    return None if value == "@null" else value


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_schema_is_sound_and_every_part_is_used(platform: str) -> None:
    document = written(platform)
    named = {part["$ref"] for _, part in parts(document) if "$ref" in part}
    there = {f"#/components/{kind}/{name}" for kind, some in document["components"].items() for name in some}
    assert named == {name for name in there if "/securitySchemes/" not in name}
    for operation in contract(platform).operations:
        schemas = [part["schema"] for _, part in parts(operation.written) if "schema" in part]
        assert schemas or operation.name == "list_views"
        for schema in schemas:
            Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_request_says_nothing_but_what_is_agreed(platform: str) -> None:
    for operation in contract(platform).operations:
        body = operation.written.get("requestBody", {})
        for path, part in parts(body):
            assert part.get("type") != "object" or part.get("additionalProperties") is False, (operation.name, path)


def test_the_contracts_are_about_the_calls_that_the_program_makes_and_no_others() -> None:
    called = {
        re.sub(r"\{[^}]+\}", "{}", path)
        for room in ("clients", "upkeep")
        for source in (ROOT / "bmsc" / room).glob("*.py")
        for path in re.findall(r'"(/(?:api|ws)/[^"]+)"', source.read_text(encoding="utf-8"))
    }
    agreed = {one.path.removeprefix("/rest") for platform in PLATFORMS for one in contract(platform).operations}
    assert called - NO_PATHS == {re.sub(r"\{[^}]+\}", "{}", path) for path in agreed}


def test_only_sellercloud_may_answer_that_it_failed() -> None:
    """It refuses with a 500 and a sentence; whatever else is answered of the kind is in no contract."""
    failing = {
        (platform, operation.name, status)
        for platform in PLATFORMS
        for operation in contract(platform).operations
        for status in operation.written["responses"]
        if status.startswith("5")
    }
    assert {(platform, status) for platform, _, status in failing} == {("sellercloud", "500")}


@pytest.mark.parametrize("one", EXCEPTIONS, ids=lambda one: f"{one['platform']} {one['at']}")
def test_every_exception_is_what_the_contract_says_and_has_a_reason(one: Mapping[str, Any]) -> None:
    ours = (
        [None if value == "@null" else value for value in one["ours"]] if isinstance(one["ours"], list) else one["ours"]
    )
    assert at(one["platform"], one["at"]) == ours
    assert one["published"] != one["ours"]
    assert len(one["because"].split()) > 5


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (Call("GET", "/ws/customers", ""), "GET /ws/customers is in no contract"),
        (Call("DELETE", "/ws/orders/1", ""), "DELETE /ws/orders/1 is in no contract"),
        (Call("GET", "/elsewhere", ""), "GET /elsewhere belongs to no platform"),
        (Call("GET", "/ws/orders/abc", ""), "read_order: path order_id: $: 'abc' is not of type 'integer'"),
        (Call("GET", "/ws/orders", "", query=(("page_size", "50"),)), "list_orders: query page_size is in no contract"),
        (
            Call("GET", "/ws/orders", "", query=(("page", "x"),)),
            "list_orders: query page: $: 'x' is not of type 'integer'",
        ),
        (
            Call("GET", "/ws/orders", "", query=(("page", "0"),)),
            "list_orders: query page: $: 0 is less than the minimum of 1",
        ),
        (Call("GET", "/ws/orders", "", query=(("page", "1"),) * 2), "list_orders: query page comes 2 times"),
        (Call("GET", "/ws/listings/detail", ""), "find_listing: query sku is missing"),
        (Call("GET", "/ws/orders/1", "", body={}), "read_order: a body is in no contract"),
        (
            Call("GET", "/ws/listings", "", extra_headers={"Accept-Language": "english"}),
            "list_listings: header Accept-Language: $: 'english' does not match '^[a-z]{2}-[a-z]{2}$'",
        ),
        (
            Call("GET", "/rest/api/Orders", "", query=(("companyID", "163"),)),
            "list_orders: query companyID is in no contract",
        ),
        (
            Call("PUT", "/rest/api/Orders/StatusCode", "", body={"Orders": [1], "Status": 2}),
            "set_order_status: body: $.Status: -1 was expected",
        ),
        (
            Call("PUT", "/rest/api/Orders/StatusCode", "", body={"Orders": [1], "Status": -1, "Force": True}),
            "set_order_status: body: $: Additional properties are not allowed ('Force' was unexpected)",
        ),
        (
            Call("PUT", "/rest/api/Orders/1/ReceiveManualPayment", "", body={"Amount": "9.00", "PaymentMethod": 10}),
            "receive_payment: body: $.Amount: '9.00' is not of type 'number'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_watch_sees_a_request_that_is_not_agreed(shop: Shop, watched: Watch, call: Call, complaint: str) -> None:
    http(shop, call)
    complaints, watched.complaints = watched.complaints, []
    assert complaint in complaints


def test_the_watch_sees_keys_that_do_not_go_together(shop: Shop, watched: Watch) -> None:
    both = ORDER | {"new_state": 3, "tracking_number": "1Z", "imei": "490154203237518", "serial_number": "S"}
    http(shop, Call("POST", "/ws/orders/1", "", body=ORDER))
    assert watched.complaints == []
    http(shop, Call("POST", "/ws/orders/1", "", body=both))
    complaints, watched.complaints = watched.complaints, []
    assert len(complaints) == 1


def http(shop: Shop, call: Call) -> None:
    """Send a call as the program does; what is answered does not matter."""
    road = Road(clock=SystemClock(), jitter=lambda _: 0.0)
    ours = Http("Anywhere", shop.running.url, credentials=FixedHeader("x"), road=road, headers={"User-Agent": AGENT})
    with suppress(BmscError):
        ours.send(call)
