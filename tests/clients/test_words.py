"""Which sentence a person is shown for each error shape of the two platforms."""

from __future__ import annotations

import pytest

from bmsc.clients import words

E009 = {
    "error": {"code": "E009", "message": "Validation error"},
    "data": {"fields": {"orderId": ["An integer is needed."]}},
}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"Message": "Sorry, no."}, "Sorry, no."),
        ({"ErrorMessage": "first", "Message": "second"}, "first"),
        ({"Message": "An error has occurred.", "ExceptionMessage": "Bad name", "StackTrace": "at X"}, "Bad name"),
        (
            {"Message": "The request is invalid.", "ModelState": {"model.Qty": ["is required"]}},
            "The request is invalid.; model.Qty: is required",
        ),
        ({"Errors": {"Qty": ["too low", "odd"]}, "Title": "Invalid"}, "Invalid; Qty: too low; odd"),
        ({"Title": "Gone", "TraceId": "0"}, "Gone"),
        ({"Error": "Too many requests.", "RateLimitResetTime": "x"}, "Too many requests."),
        ({"error": "invalid_grant", "error_description": "bad password"}, "bad password"),
        ({"error": {"code": "E1", "message": "sku not found"}, "requestId": "7"}, "sku not found"),
        ({"errors": [{"code": "a", "message": "one"}, {"code": "b", "message": "two"}]}, "one; two"),
        ({"error": {"message": "nope"}, "status": 404, "title": None, "type": None}, "nope"),
        ({"type": "/errors/x", "title": "Bad", "status": 400, "detail": "the price"}, "the price"),
        (
            {"title": "Invalid", "errors": [{"type": "t", "title": "too long", "target": "imei"}]},
            "Invalid; too long",
        ),
        (E009, "Validation error; orderId: An integer is needed."),
        ("parameter catalog not found", "parameter catalog not found"),
        ("  spread\n\tover  lines ", "spread over lines"),
        ("red \x1b[31malert\x1b[0m \x07bell", "red alert bell"),
        ("<!DOCTYPE html><title>502 Bad &\nGateway</title>", 'an HTML page titled "502 Bad & Gateway"'),
        ("<html></html>", "an HTML page"),
        ({"Message": "<html><title>Oops</title>"}, 'an HTML page titled "Oops"'),
        (["one", "two"], "one; two"),
        (None, ""),
        (7, ""),
        ({}, ""),
        ({"Message": None}, ""),
        ({"Message": {"Message": {"Message": {"Message": {"Message": {"Message": "deep"}}}}}}, ""),
    ],
)
def test_readable(body: object, said: str) -> None:
    assert words.readable(body) == said


def test_what_is_said_is_bounded() -> None:
    assert len(words.readable({"Message": "x" * 10_000})) == words.LONGEST
    assert len(words.readable(["y" * 400] * 50)) <= words.LONGEST


@pytest.mark.parametrize("body", ["<html>", {"Message": "An error has occurred."}, "Internal Server Error", None, ""])
def test_set_phrases_are_no_business(body: object) -> None:
    assert words.business(body) == ""


def test_a_reason_is_business() -> None:
    assert words.business({"Message": "Customer's last name is not valid"}) == "Customer's last name is not valid"
