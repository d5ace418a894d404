"""bmsc joins a SellerCloud company to a Back Market seller account."""

import logging

__version__ = "0.1.0"

# Outside a run's log file nobody listens: what a person must know is said, not logged.
logging.getLogger(__name__).addHandler(logging.NullHandler())
