"""bmsc joins a SellerCloud company to a Back Market seller account."""

__version__ = "0.1.0"
