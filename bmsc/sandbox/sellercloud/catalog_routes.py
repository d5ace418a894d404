"""How are products, their custom columns and saved views read and edited over the API?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.answers import NOTHING, Answer, Refusal, business
from bmsc.sandbox.sellercloud.body import Body
from bmsc.sandbox.sellercloud.catalog_rows import catalog_row, column_owner
from bmsc.sandbox.sellercloud.catalogue import CatalogFilter, Population, narrowed
from bmsc.sandbox.sellercloud.pages import page_of
from bmsc.sandbox.sellercloud.products import Product
from bmsc.sandbox.sellercloud.query import Query
from bmsc.sandbox.sellercloud.routing import Call, Route
from bmsc.sandbox.sellercloud.tenant import Tenant

ALL = -1


def find_product(tenant: Tenant, sku: str, *, status: int = 500) -> Product:
    """Give a product that the user may see; refused with the endpoint's own status."""
    product = tenant.catalogue.find(sku)
    if product is None or not tenant.sees(product.company_id):
        raise Refusal(status, f"Product {sku} could not be found.")
    return product


def asked_product(call: Call) -> str:
    """Give the productID of the query; refused with 400 when absent."""
    call.query.need("productID")
    return call.query.text("productID") or ""


def population_of(query: Query, tenant: Tenant, *, active: bool | None, shadows: int | None) -> Population:
    """Give the lasting part of a product filter, inside the user's companies."""
    population = Population(
        companies=frozenset(query.integers("companyID")) or None,
        active=active,
        shadows=shadows,
        kits=query.integer("selectedKits"),
        kit_mode=query.integer("kitType"),
        keyword=(query.text("keyword") or "").casefold() or None,
        upc=query.text("uPC"),
    )
    return narrowed(population, tenant.switches.visible_companies)


def product_filter(query: Query, population: Population, *, skus: list[str]) -> CatalogFilter:
    """Give the whole product filter of a query."""
    return CatalogFilter(
        population,
        skus=tuple(skus) or None,
        updated=query.between("lastUpdated"),
        aggregated=query.between("lastAggregate"),
        physical_from=query.integer("physicalQtyFrom"),
        physical_to=query.integer("physicalQtyTo"),
    )


def _list(call: Call) -> Answer:
    call.query.require_model()
    tenant, query = call.tenant, call.query
    skus = query.texts("sKU")
    population = population_of(query, tenant, active=_active(call, by_sku=bool(skus)), shadows=_shadows(call))
    found = tenant.catalogue.select(product_filter(query, _with_default_company(tenant, population), skus=skus))
    return page_of(found, query, tenant.switches, render=lambda product: catalog_row(tenant, product))


def _active(call: Call, *, by_sku: bool) -> bool | None:
    asked, switches = call.query.integer("activeStatus"), call.tenant.switches
    if by_sku and switches.sku_list_ignores_active:
        return None
    if asked is None:
        return True if switches.default_active == "active" else None
    return None if asked == ALL else bool(asked)


def _shadows(call: Call) -> int | None:
    asked = call.query.integer("displayShadows")
    return 0 if asked is None and call.tenant.switches.default_shadows == "hidden" else asked


def _with_default_company(tenant: Tenant, population: Population) -> Population:
    if population.companies is not None or tenant.switches.default_companies == "all":
        return population
    defaults = (company.id for company in tenant.catalogue.companies.values() if company.is_default)
    return narrowed(population, defaults)


def _views(call: Call) -> Answer:
    return Answer([{"ID": view.id, "Name": view.name} for view in call.tenant.catalogue.views.values()])


def _by_view(call: Call) -> Answer:
    tenant = call.tenant
    call.query.need("viewID", "pageNumber", "pageSize")
    view = tenant.catalogue.views.get(call.query.integer("viewID") or 0)
    if view is None:
        raise business(f"Could not find or load record with ID {call.query.text('viewID')}!")
    found = tenant.catalogue.select(view.filter)
    return page_of(found, call.query, tenant.switches, render=lambda product: catalog_row(tenant, product))


def _columns(call: Call) -> Answer:
    tenant = call.tenant
    product = find_product(tenant, asked_product(call), status=tenant.switches.unknown_product_status)
    rows = tenant.column_writer.single(tenant.catalogue.columns, column_owner(tenant, product).columns)
    return Answer(rows[0] if rows and tenant.switches.single_columns_shape == "object" else rows)


def _edit_columns(call: Call) -> Answer:
    tenant = call.tenant
    call.body.need("ProductID")
    product = find_product(tenant, call.body.text("ProductID"), status=tenant.switches.unknown_product_status)
    rows = list(call.body.rows("CustomColumns"))
    edits = [(row.text("ColumnName"), row.raw("Value")) for row in rows if _is_known(tenant, row)]
    for name, value in edits:
        tenant.set_column(product.sku, name, value)
    return Answer(NOTHING)


def _is_known(tenant: Tenant, row: Body) -> bool:
    row.need("ColumnName")
    name = row.text("ColumnName")
    if row.raw("Value") is None:
        raise business(f"Value of column {name} cannot be null.")
    if name.casefold() in tenant.catalogue.columns:
        return True
    if tenant.switches.unknown_column == "ignore":
        return False
    raise Refusal(500 if tenant.switches.unknown_column == "refuse_500" else 400, f"Column {name} does not exist.")


def _edit_basics(call: Call) -> Answer:
    call.body.need("ProductID")
    product = find_product(call.tenant, call.body.text("ProductID"))
    if "SitePrice" in call.body:
        call.tenant.set_price(product.sku, call.body.money("SitePrice"))
    if "ProductName" in call.body:
        call.tenant.rename_product(product.sku, call.body.text("ProductName"))
    if "IsActive" in call.body:
        call.tenant.set_active(product.sku, active=call.body.flag("IsActive"))
    return Answer(NOTHING)


def _prices(call: Call) -> Answer:
    product = find_product(call.tenant, asked_product(call))
    return Answer({"SitePrice": call.tenant.wire.money(product.price), "ChannelsPrices": []})


ROUTES = (
    Route("GET", "Catalog", _list),
    Route("GET", "Catalog/Views", _views),
    Route("GET", "Catalog/GetAllByView", _by_view),
    Route("GET", "Catalog/Prices", _prices),
    Route("PUT", "Catalog/BasicInfo", _edit_basics),
    Route("GET", "Products/CustomColumns", _columns),
    Route("PUT", "Products/CustomColumns", _edit_columns),
)
