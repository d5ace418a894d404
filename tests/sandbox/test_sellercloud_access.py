"""Tokens, limits, path and query binding, and the shapes of refusals."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from sellercloud_desk import COMPANY, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_token_carries_its_times_in_utc_under_dotted_keys(desk: Desk) -> None:
    answer = desk.call("POST", "token", json={"username": desk.tenant.username, "password": desk.tenant.password})
    assert answer.json[".issued"] == "2026-01-05T17:00:00.1230000Z"
    assert answer.json[".expires"] == "2026-01-05T18:00:00.1230000Z"
    assert (answer.json["expires_in"], answer.json["token_type"]) == (3600, "Bearer")
    claims = json.loads(base64.urlsafe_b64decode(answer.json["access_token"].split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 3600


def test_form_encoded_credentials_are_taken(desk: Desk) -> None:
    answer = desk.call("POST", "token", data={"Username": desk.tenant.username, "Password": desk.tenant.password})
    assert answer.status_code == 200


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_credentials(status: int) -> None:
    desk = Desk(bad_credentials_status=status)
    answer = desk.call("POST", "token", json={"Username": desk.tenant.username, "Password": "guess"})
    assert (answer.status_code, answer.json) == (status, {"Message": "Sorry, invalid username or password"})


def test_a_token_dies_with_its_lifetime() -> None:
    desk = Desk(token_seconds=2)
    desk.get("Companies")
    desk.wait(2)
    answer = desk.call("GET", "Companies")
    assert (answer.status, answer.json) == ("401 Invalid token", {"Message": "Invalid token"})


def test_revoked_tokens_are_refused_until_a_new_one_is_fetched(desk: Desk) -> None:
    desk.tenant.access.revoke_tokens()
    assert desk.call("GET", "Companies").status_code == 401
    desk.log_in()
    desk.get("Companies")


@pytest.mark.parametrize("status", [409, 429])
def test_the_limiter_names_its_reset_with_seven_digits(status: int) -> None:
    desk = Desk(requests_per_hour=3, throttle_status=status)  # the desk's own token call was the first
    desk.get("Companies")
    desk.get("Companies")
    answer = desk.call("GET", "Companies")
    assert answer.status_code == status
    assert answer.json["Error"] == "Too many requests."
    assert re.fullmatch(r"2026-01-05T18:00:00\.\d{7}Z", answer.json["RateLimitResetTime"])
    desk.now += timedelta(hours=1)
    desk.log_in()
    desk.get("Companies")


@pytest.mark.parametrize("path", ["orders", "ORDERS/", "Orders"])
def test_paths_match_without_case(desk: Desk, path: str) -> None:
    assert desk.get(path)["TotalResults"] == 0


def test_a_doubled_base_path_gives_a_page_of_html(desk: Desk) -> None:
    answer = desk.call("GET", "rest/api/Orders")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_unknown_paths_and_wrong_methods_are_refused_in_json(desk: Desk) -> None:
    assert "No HTTP resource" in desk.call("GET", "Channels").json["Message"]
    assert desk.call("DELETE", "Catalog").status_code == 405


def test_a_query_string_beyond_the_web_servers_bound_gives_html(desk: Desk) -> None:
    answer = desk.call("GET", "Catalog", query_string={"model.sKU": "X" * 2100})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize("name", ["model.companyID", "companyID", "MODEL.COMPANYID", "model.companyid"])
def test_filters_bind_with_and_without_prefix_and_case(desk: Desk, name: str) -> None:
    desk.add("ELSEWHERE", company_id=164)
    assert desk.bare("Catalog", **{name: 164})["TotalResults"] == 1


def test_misspelt_filters_are_ignored(desk: Desk) -> None:
    assert desk.get("Catalog", productID="PHONE-A")["TotalResults"] == 2


def test_bare_names_may_be_lost_beside_prefixed_ones() -> None:
    desk = Desk(mixed_names_drop_bare=True)
    answer = desk.bare("Catalog", sKU="PHONE-A", **{"model.pageSize": 50})
    assert answer["TotalResults"] == 2


def test_a_strict_tenant_wants_some_model_name() -> None:
    desk = Desk(model_required=True)
    answer = desk.call("GET", "Catalog", query_string={"sKU": "PHONE-A"})
    assert (answer.status_code, answer.json) == (400, {"Message": "Arguments 'model' are missing."})


@pytest.mark.parametrize(("style", "pairs", "found"), [
    ("both", [("model.sKU", "PHONE-A,phone-b")], 2),
    ("both", [("model.sKU", "PHONE-A"), ("model.sKU", "phone-b")], 2),
    ("comma", [("model.sKU", "PHONE-A"), ("model.sKU", "phone-b")], 1),
    ("repeated", [("model.sKU", "PHONE-A,phone-b")], 0),
])  # fmt: skip
def test_lists_come_repeated_or_with_commas(style: str, pairs: list[tuple[str, str]], found: int) -> None:
    desk = Desk(list_values=style)
    assert desk.call("GET", "Catalog", query_string=pairs).json["TotalResults"] == found


def test_values_beyond_a_bound_are_dropped_silently() -> None:
    assert Desk(max_list_values=1).get("Catalog", sKU="PHONE-A,PHONE-B")["TotalResults"] == 1


@pytest.mark.parametrize(("shape", "expected"), [
    ("message", {"Message": "Customer's last name is not valid"}),
    ("string", "Customer's last name is not valid"),
])  # fmt: skip
def test_json_refusals(shape: str, expected: object) -> None:
    desk = Desk(error_shape=shape)
    customer = {"Email": "a@example.test", "FirstName": "Cher", "LastName": ""}
    assert desk.create(CustomerDetails=customer).status_code == 500
    assert desk.create(CustomerDetails=customer).json == expected


@pytest.mark.parametrize(("shape", "words"), [("text", "last name"), ("exception", "last name"), ("problem", "last name"), ("empty", "")])  # fmt: skip  # noqa: E501
def test_other_refusals(shape: str, words: str) -> None:
    desk = Desk(error_shape=shape)
    customer = {"Email": "a@example.test", "FirstName": "Cher", "LastName": ""}
    answer = desk.create(CustomerDetails=customer)
    assert answer.status_code == 500
    assert words in answer.text


def test_page_sizes_are_clamped_without_a_word(desk: Desk) -> None:
    for number in range(60):
        desk.add(f"MORE-{number}")
    answer = desk.get("Catalog", pageSize=200)
    assert (len(answer["Items"]), answer["TotalResults"]) == (50, 62)
    assert len(desk.get("Catalog")["Items"]) == 10
    assert len(desk.get("Catalog", pageSize=50, pageNumber=2)["Items"]) == 12


@pytest.mark.parametrize(("style", "rows", "total"), [("empty", 0, 2), ("last", 2, 2), ("total_zero", 0, 0)])
def test_pages_past_the_end(style: str, rows: int, total: int) -> None:
    answer = Desk(past_end_page=style).get("Catalog", pageNumber=4)
    assert (len(answer["Items"]), answer["TotalResults"]) == (rows, total)


def test_items_may_be_null_when_nothing_matches() -> None:
    assert Desk(empty_items_null=True).get("Catalog", sKU="NONE") == {"Items": None, "TotalResults": 0}


def test_overlapping_pages_repeat_rows_and_still_reach_the_end() -> None:
    desk = Desk(page_overlap=1)
    desk.add("PHONE-C")
    pages = [desk.get("Catalog", pageSize=1, pageNumber=number)["Items"] for number in range(1, 5)]
    assert [row["ID"] for page in pages for row in page] == ["PHONE-A", "PHONE-A", "PHONE-B", "PHONE-C"]


def test_companies_that_a_user_is_not_assigned_to_are_out_of_sight() -> None:
    desk = Desk(visible_companies=[164])
    assert [row["ID"] for row in desk.get("Companies")["Items"]] == [164]
    assert desk.get("Catalog")["TotalResults"] == 0
    assert desk.create().json == {"Message": "Company is not valid."}


def test_company_warehouses_and_tenant_can_be_read(desk: Desk) -> None:
    assert desk.get(f"Companies/{COMPANY}")["Details"]["CurrencyCode"] == 0
    assert desk.get("Companies", companyID=COMPANY)["Items"][0]["EnabledOnChannels"] == [6]
    assert [row["Name"] for row in desk.get("Warehouses", isSellable=1)["Items"]] == ["Main"]
    assert desk.get("Diagnostics/Tenant")["Tenant"] == "sandbox"
    assert desk.call("GET", "Companies/9").status_code == 500


def test_carriers_and_their_services_can_be_read(desk: Desk) -> None:
    assert {"Key": "UPS", "Value": "UPS"} in desk.bare("Settings/ShippingCarriers", siteCode=0)
    assert {"Key": "UPSGround", "Value": "UPSGround"} in desk.bare("Settings/ShippingServices", carrier="ups")
    assert desk.call("GET", "Settings/ShippingServices").status_code == 400
