"""What is each call for, in the words of the shop's owner?"""

from __future__ import annotations

from types import MappingProxyType

_ERRANDS = MappingProxyType(
    {
        "GET /ws/orders": "reading its orders",
        "GET /ws/orders/{id}": "reading one of its orders",
        "POST /ws/orders/{id}": "changing one of its orders",
        "PATCH /ws/orderlines/{id}": "registering a serial number",
        "GET /ws/listings": "reading its listings",
        "GET /ws/listings/{id}": "reading one of its listings",
        "GET /ws/listings/detail": "looking a SKU up in its listings",
        "POST /ws/listings/{id}": "changing a listing",
        "POST /ws/listings": "handing in new listings",
        "GET /ws/tasks/{id}": "asking how far new listings are",
        "GET /ws/backbox/v1/competitors/{id}": "asking who has the buybox",
        "POST /api/token": "logging in",
        "GET /api/Companies": "reading its companies",
        "GET /api/Orders": "reading its orders",
        "GET /api/Orders/{id}": "reading one of its orders",
        "POST /api/Orders": "creating an order",
        "PUT /api/Orders/{id}/ReceiveManualPayment": "recording a payment",
        "PUT /api/Orders/StatusCode": "changing an order's status",
        "PUT /api/Orders/Statuses": "marking an order as told to the channel",
        "GET /api/Orders/Serials": "reading an order's serial numbers",
        "GET /api/Catalog": "reading its catalog",
        "GET /api/Catalog/Views": "reading its saved views",
        "GET /api/Catalog/GetAllByView": "reading a saved view",
        "GET /api/Warehouses": "reading its warehouses",
        "GET /api/Inventory/Warehouses": "reading a product's stock by warehouse",
        "GET /api/Products/CustomColumns": "reading a product's custom columns",
    }
)


def of(call: str) -> str:
    """Say what a call such as `GET /ws/orders` is for; an unknown one speaks for itself."""
    return _ERRANDS.get(call, call)


def where(platform: str, template: str, *, method: str = "GET") -> str:
    """Name a platform together with what was asked of it, for sentences about its answer."""
    call = f"{method} {template}"
    return f"{platform} ({of(call)}, {call})"
