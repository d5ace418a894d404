"""To whom the program speaks: verified hosts that the configuration names, whatever the environment says."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from listing_shop import both
from shops import PASSWORD, TOKEN, Shop

from bmsc.clients.credentials import FixedHeader
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http, Road
from bmsc.domain.outcome import Verdict
from bmsc.errors import ExitCode, RemoteUnavailable
from bmsc.state.clock import SystemClock

PACKAGE = Path(__file__).parents[2] / "bmsc"
READ = Call("GET", "/ws/orders", "/ws/orders")


class Stranger(ThreadingHTTPServer):
    """Somebody who listens, and keeps every request with its headers."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), _Ear)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Ear(BaseHTTPRequestHandler):
    server: Stranger

    def _hear(self) -> None:
        self.server.heard.append(f"{self.command} {self.path}\n{self.headers}")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    do_GET = do_POST = do_PUT = do_CONNECT = _hear

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


def serving(server: Stranger) -> Iterator[Stranger]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    yield from serving(Stranger())


@pytest.fixture
def authority() -> trustme.CA:
    """Give a certificate authority that this machine does not know."""
    return trustme.CA()


def behind_tls(certificate: trustme.LeafCert) -> Iterator[Stranger]:
    server = Stranger()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield from serving(server)


@pytest.fixture
def impostor(authority: trustme.CA) -> Iterator[Stranger]:
    """Give a server behind TLS whose certificate nobody on this machine vouches for."""
    yield from behind_tls(authority.issue_cert("127.0.0.1", "localhost"))


def http(url: str) -> Http:
    road = Road(clock=SystemClock(), jitter=lambda _: 0.0)
    return Http("Back Market", url, credentials=FixedHeader(f"Basic {TOKEN}"), road=road, headers={})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("variable", ["", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_nobody_vouches_for_is_refused_whatever_the_environment_says(
    impostor: Stranger, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    with pytest.raises(RemoteUnavailable, match="TLS certificate could not be verified"):
        http(f"https://{impostor.address}").send(READ)
    assert impostor.heard == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("names", "ends", "heard"),
    [
        pytest.param(("127.0.0.1",), None, True, id="what it should be"),
        pytest.param(("www.backmarket.test",), None, False, id="for another host"),
        pytest.param(("127.0.0.1",), datetime(2020, 1, 1, tzinfo=UTC), False, id="of yesterday"),
    ],
)
def test_a_certificate_must_be_for_this_host_and_of_today(
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    ends: datetime | None,
    heard: bool,
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
    for server in behind_tls(authority.issue_cert(*names, not_after=ends)):
        if heard:
            assert http(f"https://{server.address}").send(READ) == []
        else:
            with pytest.raises(RemoteUnavailable, match="TLS certificate could not be verified"):
                http(f"https://{server.address}").send(READ)
        assert bool(server.heard) is heard


def test_no_line_of_the_program_can_switch_verification_off() -> None:
    loose = re.compile(r"verify\s*=|CERT_NONE|check_hostname|_create_unverified|disable_warnings")
    found = [str(path) for path in PACKAGE.rglob("*.py") if loose.search(path.read_text())]
    assert found == []


def test_proxies_of_the_environment_hear_nothing(
    shop: Shop, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{stranger.address}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    order_id = shop.place(("A", 1))
    assert shop.pull().exit_code == ExitCode.DONE
    assert shop.line_states(order_id) == [2]
    assert stranger.heard == []


def test_a_netrc_file_does_not_replace_our_authorization(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login somebody password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    shop.place(("A", 1))
    assert shop.pull().exit_code == ExitCode.DONE


@pytest.mark.parametrize("path", ["/ws/orders", "/api/token", "/api/Orders"])
def test_a_redirect_is_not_followed(shop: Shop, stranger: Stranger, path: str) -> None:
    shop.place(("A", 1))
    shop.world.faults.add("redirect", path=path, times=None, args={"host": f"http://{stranger.address}"})
    report = shop.pull()
    assert report.exit_code == ExitCode.UNAVAILABLE
    assert stranger.address in report.alerts[0].fact.detail
    assert stranger.heard == []


@pytest.mark.parametrize(
    ("path", "states"), [("/api/Orders$", [1]), ("/ReceiveManualPayment$", [1]), ("/ws/orders/", [2])]
)
def test_a_write_that_was_done_and_redirected_is_done_once(
    shop: Shop, stranger: Stranger, path: str, states: list[int]
) -> None:
    order_id = shop.place(("A", 1))
    args = {"status": 303, "headers": {"Location": f"http://{stranger.address}/"}}
    shop.world.faults.add("status_after", path=path, method="POST" if "Manual" not in path else "PUT", args=args)
    first = shop.pull()
    assert [result.outcome.verdict for result in first.results if result.outcome.verdict is Verdict.UNKNOWN]
    assert shop.line_states(order_id) == states
    shop.advance(120)
    assert shop.pull().exit_code == ExitCode.DONE
    assert shop.line_states(order_id) == [2]
    assert len(shop.twin(order_id).payments) == 1
    assert stranger.heard == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["another port", "another name"])
@pytest.mark.parametrize("command", ["orders pull", "tracking push", "cancel sync", "listings sync", "listings create"])
def test_a_next_page_on_another_host_is_not_read(shop: Shop, stranger: Stranger, command: str, host: str) -> None:
    for _ in range(60):
        shop.place(("A", 1))
        shop.place(("A", 1), state=3)
    with shop.world.lock:
        product = shop.world.account.add_product("Phone")
        for number in range(60):
            shop.world.account.add_listing(f"S{number}", product=product, quantity=1, prices={"en-us": Decimal(100)})
    elsewhere = f"http://{host}:{stranger.server_address[1]}"
    shop.world.faults.add("next_other_host", path="/ws/", times=None, args={"host": elsewhere})
    report = shop.run(command)
    assert report.exit_code == ExitCode.UNAVAILABLE
    assert f"names {host} as the host of its next page" in report.alerts[0].fact.detail
    assert (stranger.heard, shop.writes()) == ([], [])


def test_secrets_travel_only_in_the_header_made_for_them(shop: Shop, stranger: Stranger) -> None:
    url = f"http://{stranger.address}"
    shop.config.write_text(shop.config.read_text().replace(shop.running.url, url))
    shop.pull()
    heard = "".join(stranger.heard)
    assert f"Authorization: Basic {TOKEN}" in heard
    assert TOKEN not in heard.replace(f"Authorization: Basic {TOKEN}", "")
    assert PASSWORD not in heard


@pytest.mark.parametrize("name", ["../orders/5", "x/../../orders/5", "x?state=3", "x#y", "%2e%2e", "a b"])
def test_a_name_that_would_lead_to_another_path_is_not_followed(shop: Shop, name: str) -> None:
    both(shop, "X", 5, 9)
    shop.world.faults.add("set_field", path="/ws/listings", times=None, args={"field": "id", "value": name})
    report = shop.run("listings sync")
    assert report.exit_code == ExitCode.UNAVAILABLE
    assert "came without a usable id" in report.alerts[0].fact.detail
    assert shop.writes() == []
