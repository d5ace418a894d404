"""Which number SellerCloud gives a sales channel."""

from __future__ import annotations

from types import MappingProxyType

_NUMBERS = {
    "Local_Store": 0, "eBayOrder": 1, "eBaySingleItem": 2, "Yahoo": 3, "Amazon": 4, "PriceGrabber": 5,
    "Website": 6, "Buy": 7, "NewEggMall": 12, "Magento": 15, "QuickBooks": 16, "RMS": 17, "Cart32": 18,
    "Sears": 19, "FBA": 20, "Wholesale": 21, "Overstock": 22, "NewEggdotcom": 23, "Etsy": 24, "Bonanza": 25,
    "PriceFalls": 26, "Wayfair": 27, "UnbeatableSale": 28, "VendorCentral": 29, "Hayneedle": 30,
    "SmartBargains": 31, "uBid": 32, "ATGStores": 33, "StacksAndStacks": 34, "Sharkstores": 35, "BestBuy": 36,
    "Kohls": 37, "Staples": 38, "OneStopPlus": 39, "Meijer": 40, "Sonsi": 41, "Walmart": 42, "HSN": 43,
    "NewEgg_Business": 44, "KMart": 45, "Wish": 46, "SPRichards": 47, "FingerHut": 48, "Groupon": 49,
    "Walmart_Marketplace": 50, "ShopHQ": 51, "PriceMinister": 52, "GS": 53, "DrugStore": 54,
    "MercadoLibre": 55, "JET": 56, "ElevenMain": 57, "SearsVendor": 58, "Choxi": 59, "TradeMe": 60,
    "Tanga": 61, "Target": 62, "GrouponMarketplace": 63, "Reverb": 64, "BedBathAndBeyond": 65,
    "Dropship_Central": 66, "DSW": 67, "Houzz": 68, "Gilt": 69, "BestBuyDS": 70, "TopHatter": 71,
    "HomeDepot": 72, "MassGenie": 73, "Cdiscount": 74, "GrouponGateway": 75, "SBN": 76, "GoogleExpress": 77,
    "Target_Plus": 78, "WFS": 79,
}  # fmt: skip
CHANNELS = MappingProxyType(_NUMBERS)
"""Channel name to number, from the vendor's swagger of 2022; newer tenants know more numbers."""

HIGHEST_CHANNEL = 9999
_FOLDED = {name.casefold(): number for name, number in _NUMBERS.items()}


def channel_number(channel: object) -> int:
    """Give a channel's number from its name, in any case, or from the number itself."""
    if isinstance(channel, int) and not isinstance(channel, bool) and 0 <= channel <= HIGHEST_CHANNEL:
        return channel
    number = _FOLDED.get(channel.strip().replace(" ", "_").casefold()) if isinstance(channel, str) else None
    if number is None:
        raise ValueError('must be a SellerCloud channel: a name like "Website", or its number without quotes')
    return number
