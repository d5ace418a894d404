"""The sandbox answers as the contracts say, whatever it is asked: schemathesis asks, over real HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from contract.agreement import PLATFORMS, contract, written
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bmsc.sandbox.backmarket import batches
from bmsc.sandbox.sample import PASSWORD, TOKEN
from bmsc.sandbox.serve import Running, start

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 5
"""Of each operation, each asked in three ways: as the contract forbids, as it allows, and about what is there."""
AGENT = "BM-Example-desk;ops@example.test"
ODD = {
    "sellercloud": {
        "money_as_text": True,
        "quantities_as_text": True,
        "null_dates": "minimum",
        "date_style": "offset",
        "row_width": "known",
        "empty_items_null": True,
        "missing_order_status": 200,
        "warehouses_shape": "wrapped",
        "error_shape": "problem",
        "columns_key": "null",
        "single_columns_shape": "object",
    },
    "backmarket": {
        "address_keys": "camel",
        "date_zone": "utc",
        "error_shape": "detail",
        "max_price": "text",
        "unpriced": "null",
        "winner_price_null": True,
        "unknown_competitor": "errors",
        "deactivated_listings": "listed",
        "oversized_page": "refuse",
        "past_end_page": "empty",
    },
}
"""The other position of the switches that change how an answer looks."""
OPERATIONS = [(platform, one.name) for platform in PLATFORMS for one in contract(platform).operations]


@dataclass
class Asked:
    """A sandbox that is asked, and what it answered so far."""

    running: Running
    known: dict[str, Sequence[Mapping[str, Any]]]
    """By platform, what its shop has: names of parameters and keys with values that belong together."""
    statuses: dict[str, Counter[int]] = field(default_factory=dict)

    def ask(self, platform: str, case: Case) -> None:
        """Send one request and hold the answer against the contract."""
        response = case.call(base_url=self.running.url, headers=self._headers(platform, case), timeout=10)
        name = f"{platform} {case.operation.definition.raw['operationId']}"
        self.statuses.setdefault(name, Counter())[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)
        assert self.running.world.log.crashes == []

    def _headers(self, platform: str, case: Case) -> dict[str, str]:
        if platform == "backmarket":
            return {"Authorization": f"Basic {TOKEN}", "User-Agent": AGENT}
        granted = self.running.world.tenant.access.grant("integration@example.test")
        return {"Authorization": f"Bearer {granted['access_token']}"}


@pytest.fixture(scope="module", params=["as usual", "otherwise"])
def asked(request: pytest.FixtureRequest) -> Iterator[Asked]:
    """Give the small shop behind HTTP, its switches as usual or the other way, without limits of pace."""
    with start(shop="us") as running:
        switches = running.world.switches
        switches.sellercloud.requests_per_hour = switches.backmarket.edge_requests_per_10s = 0
        switches.backmarket.competitors_per_second = 0
        for platform, values in ODD.items() if request.param == "otherwise" else ():
            for name, value in values.items():
                setattr(getattr(switches, platform), name, value)
        yield Asked(running, _known(running))


def _known(running: Running) -> dict[str, Sequence[Mapping[str, Any]]]:
    account, tenant = running.world.account, running.world.tenant
    with running.world.lock:
        batch = {"catalog": "sku\nX", "quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
        task = batches.hand_in(account, account.markets[account.home], batch)
        twin = tenant.add_order("77", 163, lines=[("CHARGER-USBC-30", 1, Decimal(9))])
        lines = [(order, line) for order in account.orders.values() for line in order.lines if line.state == 1]
        here = {"listing_id": next(iter(account.listings.values())).id, "task_id": task.task_id}
        ours = [{"order_id": order.order_id, "line_id": line.id, "sku": line.sku, **here} for order, line in lines]
        theirs: dict[str, Any] = {"order_id": twin, "id": twin, "Orders": [twin], "OrderIDs": [twin]}
        theirs |= {"viewID": next(iter(tenant.catalogue.views)), "productID": "CHARGER-USBC-30", "CompanyID": 163}
        theirs |= {"Username": "integration@example.test", "Password": PASSWORD, "ProductID": "CHARGER-USBC-30"}
    return {"backmarket": ours, "sellercloud": [theirs]}


@pytest.mark.parametrize(("platform", "name"), OPERATIONS, ids=lambda text: text)
def test_it_answers_as_the_contract_says(asked: Asked, platform: str, name: str) -> None:
    operation = schemathesis.openapi.from_dict(written(platform)).find_operation_by_id(name)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        asked.ask(platform, data.draw(operation.as_strategy(GenerationMode.NEGATIVE)))
        asked.ask(platform, data.draw(operation.as_strategy(GenerationMode.POSITIVE)))
        case = data.draw(operation.as_strategy(GenerationMode.POSITIVE))
        subject = data.draw(st.sampled_from(asked.known[platform]))
        for said in (case.path_parameters, case.query, case.body):
            _name(said, subject)
        asked.ask(platform, case)

    ask()
    assert asked.statuses[f"{platform} {name}"][200]


def _name(said: object, subject: Mapping[str, Any]) -> None:
    """Put what is there in the place of what was made up, however deep it stands."""
    if isinstance(said, list):
        for one in said:
            _name(one, subject)
    if isinstance(said, dict):
        for key, value in said.items():
            if key in subject:
                said[key] = subject[key]
            else:
                _name(value, subject)
