"""A secret is taken only from where it is kept well, and never shown."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bmsc.config import secrets
from bmsc.config.secrets import Secrets
from bmsc.errors import ConfigError

CANARY = "kanarienvogel"
BOTH = {"BMSC_SELLERCLOUD_PASSWORD": "pass word", "BMSC_BACKMARKET_TOKEN": "dG9rZW4="}


@pytest.fixture
def filed(document):
    """Give a document that names both secret files."""
    document["sellercloud"]["password_file"] = "sellercloud.password"
    document["backmarket"]["token_file"] = "backmarket.token"
    return document


def keep(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)


def keep_both(folder: Path) -> None:
    keep(folder / "sellercloud.password", "pass word é \n")
    keep(folder / "backmarket.token", "dG9rZW4=\r\n")


def refused(load_document, document, environ=None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refusal:
        load_document(document, environ or {})
    assert CANARY not in str(refusal.value)
    return refusal.value.problems


def test_files_stand_beside_the_configuration(filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    secrets = load_document(filed, {}).secrets
    assert secrets == Secrets("pass word é ", "dG9rZW4=")
    assert secrets.password_from == str(tmp_path / "sellercloud.password")
    assert secrets.token_from == str(tmp_path / "backmarket.token")


def test_files_may_stand_elsewhere(filed, load_document, tmp_path: Path) -> None:
    elsewhere = tmp_path / "run" / "secrets"
    elsewhere.mkdir(parents=True)
    keep_both(elsewhere)
    filed["sellercloud"]["password_file"] = str(elsewhere / "sellercloud.password")
    filed["backmarket"]["token_file"] = "run/secrets/backmarket.token"
    assert load_document(filed, {}).secrets.sellercloud_password == "pass word é "


def test_the_environment_goes_before_files_that_are_not_even_looked_at(filed, load_document, tmp_path: Path) -> None:
    keep(tmp_path / "sellercloud.password", "another", mode=0o644)
    assert load_document(filed, BOTH).secrets == Secrets("pass word", "dG9rZW4=")


def test_one_secret_may_come_from_each(filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    secrets = load_document(filed, {"BMSC_BACKMARKET_TOKEN": "b3RoZXI="}).secrets
    assert secrets == Secrets("pass word é ", "b3RoZXI=")
    assert secrets.token_from == "BMSC_BACKMARKET_TOKEN"


def test_printing_shows_nothing() -> None:
    secrets = Secrets(CANARY, CANARY)
    assert CANARY not in f"{secrets} {secrets!r} {[secrets]}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o620, 0o602, 0o777])
def test_a_file_that_others_can_reach_is_refused_with_the_command_to_type(
    mode, filed, load_document, tmp_path: Path
) -> None:
    keep_both(tmp_path)
    keep(tmp_path / "backmarket.token", CANARY, mode=mode)
    (problem,) = refused(load_document, filed)
    assert problem.startswith("backmarket.token_file: other users")
    assert problem.endswith(f"chmod 600 {tmp_path / 'backmarket.token'}")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_accepted(mode, filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    (tmp_path / "backmarket.token").chmod(mode)
    assert load_document(filed, {}).secrets.backmarket_token == "dG9rZW4="


def test_the_command_to_type_survives_a_space_in_the_path(filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    keep(tmp_path / "my token", CANARY, mode=0o644)
    filed["backmarket"]["token_file"] = "my token"
    (problem,) = refused(load_document, filed)
    assert problem.endswith(f"chmod 600 '{tmp_path / 'my token'}'")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("  \n", "is empty"),
        (f"{CANARY}\n{CANARY}\n", "more than one line"),
        (f"{CANARY}\r{CANARY}", "more than one line"),
        (CANARY.encode("utf-16"), "UTF-8"),
    ],
)
@pytest.mark.parametrize(
    ("name", "place"),
    [("sellercloud.password", "sellercloud.password_file"), ("backmarket.token", "backmarket.token_file")],
)
def test_a_file_that_does_not_hold_one_secret_is_refused(
    name, place, content, words, filed, load_document, tmp_path: Path
) -> None:
    keep_both(tmp_path)
    keep(tmp_path / name, content)
    (problem,) = refused(load_document, filed)
    assert problem.startswith(f"{place}: ")
    assert words in problem


@pytest.mark.parametrize("token", [f"Basic {CANARY}", f" {CANARY}", f"{CANARY}\t", f"{CANARY}é", f"{CANARY}\x00"])
def test_a_token_has_no_white_space(token, filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    keep(tmp_path / "backmarket.token", token)
    (problem,) = refused(load_document, filed)
    assert problem.startswith("backmarket.token_file: holds white space")


def test_the_environment_is_held_to_the_same_rules(filed, load_document) -> None:
    environ = {"BMSC_SELLERCLOUD_PASSWORD": "", "BMSC_BACKMARKET_TOKEN": f"Basic {CANARY}"}
    password, token = refused(load_document, filed, environ)
    assert password.startswith("BMSC_SELLERCLOUD_PASSWORD: is empty")
    assert token.startswith("BMSC_BACKMARKET_TOKEN: holds white space")


def test_missing_files_are_told_without_repeating_a_secret_pasted_as_the_name(filed, load_document) -> None:
    filed["backmarket"]["token_file"] = CANARY
    password, token = refused(load_document, filed)
    assert "does not exist" in password
    assert "BMSC_SELLERCLOUD_PASSWORD" in password
    assert token.startswith("backmarket.token_file: that file does not exist")


@pytest.mark.parametrize("name", [".", "nul\x00", f"{CANARY * 40}", "config.toml/below"])
def test_a_name_that_is_no_readable_file_is_refused(name, filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    filed["backmarket"]["token_file"] = name
    (problem,) = refused(load_document, filed)
    assert problem.startswith("backmarket.token_file: ")


def test_a_pipe_is_not_waited_for(filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    (tmp_path / "backmarket.token").unlink()
    os.mkfifo(tmp_path / "backmarket.token", 0o600)
    assert "not a directory or device" in refused(load_document, filed)[0]


def test_an_unreadable_file_is_told(filed, load_document, tmp_path: Path, monkeypatch) -> None:
    keep_both(tmp_path)

    readable = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "backmarket.token":
            raise PermissionError(13, "Permission denied", str(path))
        return readable(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    (problem,) = refused(load_document, filed)
    assert problem.startswith("backmarket.token_file: that file cannot be read")


@pytest.mark.parametrize("value", ["", None])
def test_no_secret_at_all_names_both_ways(value, document, load_document) -> None:
    if value is not None:
        document["sellercloud"]["password_file"] = value
    password, token = refused(load_document, document)
    assert password == (
        "sellercloud.password_file: there is no password; name the file that holds it, or set BMSC_SELLERCLOUD_PASSWORD"
    )
    assert token.startswith("backmarket.token_file: there is no token")


def test_secrets_and_configuration_are_told_together(filed, load_document) -> None:
    filed["sellercloud"]["company_id"] = 0
    assert [problem.split(": ")[0] for problem in refused(load_document, filed)] == [
        "sellercloud.company_id",
        "sellercloud.password_file",
        "backmarket.token_file",
    ]


@pytest.mark.parametrize("environ", [{}, BOTH])
def test_a_file_key_of_the_wrong_type_is_told_once(environ, filed, load_document, tmp_path: Path) -> None:
    keep_both(tmp_path)
    filed["backmarket"]["token_file"] = 5
    (problem,) = refused(load_document, filed, environ)
    assert problem == 'backmarket.token_file: must be text in "quotes"'


def test_a_table_of_the_wrong_type_hides_no_missing_secret(filed, load_document) -> None:
    filed["sellercloud"] = 5
    assert [problem.split(": ")[0] for problem in refused(load_document, filed)] == [
        "sellercloud",
        "sellercloud.password_file",
        "backmarket.token_file",
    ]


@pytest.mark.parametrize(
    ("mode", "owner", "group", "private"),
    [
        (0o600, 10001, 10001, True),
        (0o640, 10001, 10001, False),
        (0o440, 0, 10001, True),  # as a cluster mounts a secret
        (0o440, 0, 50, False),
        (0o444, 0, 10001, False),
        (0o460, 0, 10001, False),
        (0o440, 20002, 10001, False),
    ],
)
def test_a_mounted_secret_may_be_read_by_the_group_of_its_one_process(mode, owner, group, private) -> None:
    status = os.stat_result((stat.S_IFREG | mode, 0, 0, 1, owner, group, 0, 0, 0, 0))
    assert secrets._private(status, 10001, 10001) is private


def test_roots_own_secret_is_for_root_alone() -> None:
    status = os.stat_result((stat.S_IFREG | 0o440, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    assert not secrets._private(status, 0, 0)
