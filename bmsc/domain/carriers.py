"""Which Back Market shipper a SellerCloud carrier or service is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bmsc.domain.shippers import OTHER, SHIPPERS

_SERVICES = MappingProxyType(
    {
        "upsground": "UPS Ground",
        "upsgroundsaver": "UPS Ground",
        "upsgroundresidential": "UPS Ground",
        "ups2ndday": "UPS 2nd Day Air",
        "ups2nddayair": "UPS 2nd Day Air",
        "ups2nddayairam": "UPS 2nd Day Air",
        "ups2day": "UPS 2 days",
        "ups2days": "UPS 2 days",
        "upsnextday": "UPS next day",
        "upsnextdayair": "UPS next day",
        "upsnextdayairsaver": "UPS next day",
        "upsnextdayairearly": "UPS next day",
        "upsovernight": "UPS Overnight",
        "upsstandard": "UPS standard",
        "upsexpress": "UPS Express",
        "upsworldwideexpress": "UPS Express",
        "upsexpresssaver": "UPS express save",
        "upssaver": "UPS express save",
        "upsworldwidesaver": "UPS express save",
        "fedex2day": "FedEx - 2Days",
        "fedex2dayam": "FedEx - 2Days",
        "fedex2days": "FedEx - 2Days",
        "fedexovernight": "FedEx - Overnight",
        "fedexstandardovernight": "FedEx - Overnight",
        "fedexpriorityovernight": "FedEx - Overnight",
        "fedexfirstovernight": "FedEx - Overnight",
        "fedexexpresssaver": "FedEx Express",
        "fedexexpress": "FedEx Express",
        "fedexinternationalpriority": "FedEx International",
        "fedexinternationaleconomy": "FedEx International",
        "fedexinternationalground": "FedEx International",
        "uspsfirstclass": "USPS - First Class",
        "uspsfirstclassmail": "USPS - First Class",
        "uspsfirstclasspackage": "USPS - First Class",
        "uspsprioritymail": "USPS - Priority Mail",
        "uspspriority": "USPS - Priority Mail",
        "uspsprioritymailexpress": "USPS - Priority Mail Express",
        "uspspriorityexpress": "USPS - Priority Mail Express",
        "uspsexpress": "USPS Express",
        "uspsexpressmail": "USPS Express",
        "dhlexpress": "DHL Express",
        "dhlexpressworldwide": "DHL Express",
        "dhlworldwideexpress": "DHL Express",
    }
)
"""Services of the US carriers, squashed to letters and digits; a service may lack its carrier's name."""

_CARRIERS = MappingProxyType(
    {
        "unitedparcelservice": "UPS",
        "federalexpress": "FedEx",
        "fedexground": "FedEx",
        "fedexhomedelivery": "FedEx",
        "unitedstatespostalservice": "USPS",
        "uspostalservice": "USPS",
        "uspostoffice": "USPS",
        "dhlecommerce": "DHL",
        "dhlglobalmail": "DHL",
        "postnl": "Post NL",
        "parcelforce": "Parcelforce (Worldwide)",
        "parcelforceworldwide": "Parcelforce (Worldwide)",
        "royalmail": "Royal Mail",
        "hermesuk": "Hermes - UK",
        "evri": "Hermes - UK",
        "glsde": "GLS - DE",
        "glsfr": "GLS - FR",
        "glsit": "GLS - IT",
    }
)
"""Other spellings of carriers, squashed in the same way."""

_BY_FOLDED = MappingProxyType({name.casefold(): name for name in sorted(SHIPPERS, reverse=True)})
_BY_SQUASHED = MappingProxyType(
    {"".join(filter(str.isalnum, name.casefold())): name for name in sorted(SHIPPERS, reverse=True)}
)


def shipper_of(carrier: str, service: str, configured: Mapping[str, str]) -> str | None:
    """Name the Back Market shipper; None for a carrier nobody has heard of.

    The configured names come first, the service before the carrier; both compare without case.
    """
    chosen = {_fold(text): shipper for text, shipper in configured.items()}
    texts = [text for text in (service, carrier) if text.strip()]
    for text in texts:
        if shipper := chosen.get(_fold(text)):
            return shipper
    if service.strip() in SHIPPERS - {OTHER}:
        return service.strip()
    if service.strip() and (shipper := _SERVICES.get(_squash(service)) or _SERVICES.get(_squash(carrier + service))):
        return shipper
    named = (_named(text) for text in texts)
    return next((shipper for shipper in named if shipper), None)


def _named(text: str) -> str | None:
    exact = text.strip() if text.strip() in SHIPPERS else _BY_FOLDED.get(_fold(text))
    shipper = exact or _CARRIERS.get(_squash(text)) or _BY_SQUASHED.get(_squash(text))
    # A carrier called "Other" says nothing: what stands for the unknown is the user's choice.
    return None if shipper == OTHER else shipper


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
