"""The nouns of the trade: frozen values of the standard library, no input or output."""
