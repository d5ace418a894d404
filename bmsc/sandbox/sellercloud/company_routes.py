"""How are tokens handed out, and the tenant and its companies shown, over the API?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.answers import Answer, Refusal
from bmsc.sandbox.sellercloud.catalog_shapes import COMPANY_ROW
from bmsc.sandbox.sellercloud.codes import CURRENCIES
from bmsc.sandbox.sellercloud.pages import page_of
from bmsc.sandbox.sellercloud.products import Company
from bmsc.sandbox.sellercloud.routing import TOKEN_PATH, Call, Route
from bmsc.sandbox.sellercloud.shape import Row, full


def _token(call: Call) -> Answer:
    tenant, body = call.tenant, call.body
    body.need("Username", "Password")
    username, password = body.text("Username"), body.text("Password")
    if username.casefold() != tenant.username.casefold() or password != tenant.password:
        raise Refusal(tenant.switches.bad_credentials_status, "Sorry, invalid username or password")
    return Answer(tenant.access.grant(tenant.username))


def _list(call: Call) -> Answer:
    query, tenant = call.query, call.tenant
    ids, channels = query.integers("companyID"), set(query.integers("channel"))
    keyword = (query.text("keyword") or "").casefold()
    found = [
        company
        for company in tenant.catalogue.companies.values()
        if tenant.sees(company.id)
        and (not ids or company.id in ids)
        and (not channels or channels & set(company.channels))
        and keyword in company.name.casefold()
    ]
    return page_of(found, query, tenant.switches, render=lambda company: _row(call, company))


def _row(call: Call, company: Company) -> Row:
    known: Row = {
        "ID": company.id,
        "CompanyName": company.name,
        "IsDefaultCompany": company.is_default,
        "IsDisabled": company.disabled,
        "EnabledOnChannels": company.channels,
    }
    return full(COMPANY_ROW, call.tenant.switches.row_width, known)


def _read(call: Call) -> Answer:
    company = call.tenant.catalogue.companies.get(call.ids[0])
    if company is None or not call.tenant.sees(company.id):
        raise Refusal(500, f"Could not find or load record with ID {call.ids[0]}!")
    details = {
        "CompanyName": company.name,
        "Abbreviation": company.name[:3].upper(),
        "CountryCode": 0,
        "Country": "US",
        "Email": "office@example.test",
        "Website": None,
        "IsDefaultCompany": company.is_default,
        "CurrencyCode": CURRENCIES[company.currency],
        "UnitOfMeasure": 0,
        "ChannelsCount": len(company.channels),
        "AlertEmail": None,
    }
    return Answer({"Details": details, "Address": {}, "AmazonSettings": {"SecretKey": "never-log-this"}})


def _tenant(_: Call) -> Answer:
    return Answer({"IsTerriformerServer": False, "Tenant": "sandbox"})


def _server(call: Call) -> Answer:
    return Answer({"LastCompileTime": call.tenant.wire.date(call.tenant.clock()), "DbvsLocalVersion": "1"})


ROUTES = (
    Route("POST", TOKEN_PATH, _token),
    Route("GET", "Companies", _list),
    Route("GET", "Companies/{id}", _read),
    Route("GET", "Diagnostics/Tenant", _tenant),
    Route("GET", "Diagnostics/Server", _server),
)
