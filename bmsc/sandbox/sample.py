"""How is bmsc configured to work for a sandbox?"""

from __future__ import annotations

from pathlib import Path

PASSWORD = "sandbox-password"
TOKEN = "c2FuZGJveC10b2tlbg=="
MARKETS = {
    "us": (("en-us", "US", "USD"),),
    "eu": (("fr-fr", "FR", "EUR"), ("en-gb", "GB", "GBP")),
}
_CONFIG = """\
# Made by `bmsc sandbox --write-config`: fits the sandbox on port {port}, and nothing else.
[sellercloud]
base_url = "http://127.0.0.1:{port}/rest"
username = "integration@example.test"
password_file = "sellercloud.password"
company_id = 163

[backmarket]
base_url = "http://127.0.0.1:{port}"
token_file = "backmarket.token"
user_agent = "BM-Example-bmsc;ops@example.test"
"""
_MARKET = """
[[markets]]
locale = "{}"
suffix = "{}"
currency = "{}"
"""


def write_sample(folder: Path, port: int, shop: str) -> Path:
    """Write a configuration and both secrets into a folder, made when missing; answers with the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, secret in (("sellercloud.password", PASSWORD), ("backmarket.token", TOKEN)):
        path = folder / name
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(secret, encoding="utf-8")
    markets = "".join(_MARKET.format(*market) for market in MARKETS.get(shop, MARKETS["us"]))
    config = folder / "config.toml"
    config.write_text(_CONFIG.format(port=port) + markets, encoding="utf-8")
    return config
