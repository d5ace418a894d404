"""However an address is spelled, the program knows it by one spelling, or refuses it."""

from __future__ import annotations

import pytest

from bmsc.config.addresses import backmarket_base, platform_of, sellercloud_base, web_address
from bmsc.domain.platforms import Platform


@pytest.mark.parametrize("end", ["", "/", "/rest", "/rest/", "/rest/api", "/rest/api/", "/REST/Api"])
@pytest.mark.parametrize("root", ["https://xx.api.sellercloud.com", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_a_sellercloud_address_always_ends_in_rest(root, end) -> None:
    assert sellercloud_base(root + end) == f"{root}/rest"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://www.backmarket.com", "https://www.backmarket.com"),
        ("https://WWW.BackMarket.fr/", "https://www.backmarket.fr"),
        ("https://www.backmarket.co.uk:443", "https://www.backmarket.co.uk:443"),
        ("https://preprod.backmarket.co.jp//", "https://preprod.backmarket.co.jp"),
        ("http://localhost:5000/", "http://localhost:5000"),
        ("https://127.0.0.2", "https://127.0.0.2"),
    ],
)
def test_a_back_market_address_is_scheme_and_host(url, base) -> None:
    assert backmarket_base(url) == base


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "https://"),
        ("xx.api.sellercloud.com", "https://"),
        ("ftp://xx.api.sellercloud.com", "https://"),
        ("https://", "https://"),
        ("http://xx.api.sellercloud.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("https://user:canary@xx.api.sellercloud.com", "user name or password"),
        ("https://canary@xx.api.sellercloud.com", "user name or password"),
        ("https://xx.api.sellercloud.com/rest?token=canary", "query"),
        ("https://xx.api.sellercloud.com/rest#canary", "fragment"),
        ("https://xx.api.sellercloud.com/canary", "/rest"),
        ("https://xx.api.sellercloud.com/rest/rest", "/rest"),
        ("https://xx.api.sellercloud.com:canary", "no|not a web address"),
        ("https://[canary", "not a web address"),
        ("https://xx.api sellercloud.com", "white space"),
        ("https://xx.api.sellercloud.com\n", "white space"),
        ("https://xx\\canary.sellercloud.com", "special"),
    ],
)
def test_a_sellercloud_address_that_cannot_be_used_is_refused_without_repeating_it(url, words) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        sellercloud_base(url)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://backmarket.com",
        "https://www.backmarket.de",
        "https://www.backmarket.com.example.com",
        "https://ppr.backmarket.fr",
        "https://www.backmarket.com:8443",
        "https://www.backmarket.com/ws",
        "http://www.backmarket.com",
    ],
)
def test_only_back_markets_own_hosts_are_believed(url) -> None:
    with pytest.raises(ValueError, match=r"backmarket|https"):
        backmarket_base(url)


def test_any_web_address_may_be_told_of_a_run() -> None:
    assert web_address("http://hc.internal:8000/ping/1/") == "http://hc.internal:8000/ping/1"


@pytest.mark.parametrize(
    "url", ["hc.internal/ping", "file:///etc/motd", "https://u:p@hc.internal", "https://hc.internal/?a=b"]
)
def test_a_heartbeat_address_must_be_able_to_take_a_path(url) -> None:
    with pytest.raises(ValueError, match="must"):
        web_address(url)


def test_a_host_tells_its_platform() -> None:
    assert platform_of("https://preprod.backmarket.fr") is Platform.EUROPE
    assert platform_of("http://127.0.0.1:5000") is None
    assert platform_of("https://[") is None
