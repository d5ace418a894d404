"""What a person configures, spoilt: the file as bytes and as values, and both secret files; no value is ever told."""

from __future__ import annotations

import os
import tomllib
from copy import deepcopy
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import tomli_w
from fuzz import spoiling
from fuzz.rooms import room
from fuzz.target import Broken, Target, made_of
from fuzz.told import said
from fuzz.typed import must_hold

from bmsc.config.loader import load, load_notify
from bmsc.domain.settings import NotifySettings, Settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "config.toml"
PASSWORD, TOKEN, VALUE, NUMBER = "KanarienPasswort-55", "KanarienToken55", "kanarienwert", 918273645
SILENT = (PASSWORD, TOKEN, VALUE, str(NUMBER))
"""What stands in place of values; none of it may be told."""
FILES = {"sellercloud.password": PASSWORD, "backmarket.token": TOKEN}


def targets() -> list[Target]:
    """Give a target for the configuration as values, as bytes, and from the command line; and one for the secrets."""
    return [
        Target("config.toml, values", 140, lambda dice: _loaded(_values(dice), dice)),
        Target("config.toml, bytes", 50, lambda dice: _loaded(_bytes(dice), dice)),
        Target("config.toml, typed", 5, _typed),
        Target("secret files", 80, _secrets),
    ]


@cache
def _room() -> Path:
    folder = room() / "configured"
    folder.mkdir()
    return folder


def _laid_out() -> Path:
    """Put both secrets beside where the configuration will be."""
    for name, secret in FILES.items():
        path = _room() / name
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        path.write_text(secret)
        path.chmod(0o600)
    return _room() / "config.toml"


@cache
def _example() -> dict[str, Any]:
    return tomllib.loads(_text())


@cache
def _text() -> str:
    """Give the example filled in."""
    text = EXAMPLE.read_text().replace("https://xx.", "https://ab.").replace("BM-ExampleCo", "BM-Fuzz")
    return text.replace("@example.com", "@fuzz.test")


def _values(dice: Random) -> bytes:
    """Spoil the example's document in up to three places."""
    document = deepcopy(_example())
    for _ in range(dice.choice((1, 1, 2, 3))):
        places = list(_places(document))
        holder, key = dice.choice(places)
        way = dice.randrange(6)
        if way == 0:
            del holder[key]
        elif way == 1 and isinstance(holder, dict):
            holder[_another(str(key), dice)] = holder.pop(key)
        elif way == 2 and isinstance(holder, dict):
            holder[dice.choice(_NEW_KEYS)] = _odd(dice)
        else:
            holder[key] = _odd(dice)
    try:
        return tomli_w.dumps(document).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError):
        return b"x = ["


_NEW_KEYS = ("password", "token", "api_key", "base_url2", "", "a b", "\u202e", "sellercloud", "é" * 300, "A" * 5_000)


def _places(found: Any) -> list[tuple[Any, Any]]:
    inside = (
        list(found.items()) if isinstance(found, dict) else list(enumerate(found)) if isinstance(found, list) else []
    )
    return [(found, key) for key, _ in inside] + [place for _, child in inside for place in _places(child)]


def _another(key: str, dice: Random) -> str:
    return dice.choice((key[:-1], key + "s", key.upper(), key[::-1], key + "\n", dice.choice(_NEW_KEYS)))


def _odd(dice: Random) -> Any:
    return dice.choice(
        (
            VALUE,
            f"https://{VALUE}.example",
            f"https://user:{VALUE}@xx.api.sellercloud.com/rest",
            f"https://xx.api.sellercloud.com/{VALUE}",
            f"http://[{VALUE}",
            f"\x1b[31m{VALUE}\x07",
            f"{VALUE}\u202e\u0000",
            f'"{VALUE}',
            f"../{VALUE}",
            50_000 * VALUE,
            "",
            " ",
            NUMBER,
            -NUMBER,
            int(f"{NUMBER}{'0' * 30}"),
            float("nan"),
            float("inf"),
            1e308,
            True,
            False,
            [],
            [VALUE],
            [[{"locale": VALUE}]],
            {},
            {"a": {"b": VALUE}},
            datetime(1, 1, 1, tzinfo=UTC),
            date(9999, 12, 31),
            time(1, 2),
            dice.choice(("en-us", "USD", "hold", "Website", 0, 1, 9000)),
        )
    )


def _bytes(dice: Random) -> bytes:
    """Spoil the example's text."""
    text = _text().replace("integration@fuzz.test", VALUE)
    way = dice.randrange(5)
    if way == 0:
        return text.encode(dice.choice(("utf-16", "utf-32", "utf-8-sig", "cp037", "utf-16-le")))
    if way == 1:
        return text.encode() + dice.choice(_ENDS)
    return spoiling.bytes_of(text.encode(), dice)


_ENDS = (
    b"\n[" + 3_000 * b"a." + b"a]\n",
    b"\nx = " + 5_000 * b"[",
    b"\nx = " + 900 * b"[" + 900 * b"]",
    b"\nx = " + 3_000 * b"{a=" + b"1" + 3_000 * b"}",
    b"\nx = " + 10_000 * b"9",
    b"\nx = 1e" + 400 * b"9",
    b"\nx = 9999-99-99\n",
    b'\nx = """' + 1_000_000 * b"A",
    b"\n[sellercloud]\n",
    b'\n[[markets]]\nlocale = "en-us"\n' * 500,
    b"\r\r\r",
    b"\0",
)


def _loaded(content: bytes, dice: Random) -> str:
    path = _laid_out()
    path.write_bytes(content)
    must_hold(load_notify(path), NotifySettings)
    environ = {} if dice.random() < 0.7 else {"BMSC_BACKMARKET_TOKEN": TOKEN}
    return made_of(lambda: _judge(path, environ), silent=SILENT)


def _judge(path: Path, environ: dict[str, str]) -> None:
    found = load(path, environ)
    must_hold(found.settings, Settings)
    if any(secret in repr(found) for secret in (PASSWORD, TOKEN)):
        raise Broken("a secret is shown")


def _typed(dice: Random) -> str:
    """Type a command that needs the configuration and no platform."""
    path = _laid_out()
    path.write_bytes(_values(dice))
    tape = _room() / "empty.jsonl"
    tape.touch()
    return said(["reprice", "--replay", str(tape), "--config", str(path)], silent=SILENT)


def _secrets(dice: Random) -> str:
    """Spoil the secret files, what their names name, or the environment."""
    path, document, environ = _laid_out(), deepcopy(_example()), {}
    name = dice.choice(list(FILES))
    secret = path.parent / name
    way = dice.randrange(7)
    if way == 0:
        secret.chmod(dice.choice((0o644, 0o660, 0o000, 0o777, 0o400)))
    elif way == 1:
        secret.unlink()
        _INSTEAD[dice.choice(list(_INSTEAD))](secret)
    elif way == 2:
        document["sellercloud" if "password" in name else "backmarket"][f"{name.partition('.')[2]}_file"] = _named(dice)
    elif way == 3:
        environ[dice.choice(("BMSC_SELLERCLOUD_PASSWORD", "BMSC_BACKMARKET_TOKEN"))] = _worn(dice)
    else:
        secret.write_bytes(spoiling.bytes_of(3 * FILES[name].encode(), dice) if way < 6 else _worn(dice).encode())
    path.write_text(tomli_w.dumps(document))
    return made_of(lambda: _judge(path, environ), silent=SILENT)


_INSTEAD = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a circle": lambda path: path.symlink_to(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
}


def _named(dice: Random) -> str:
    return dice.choice(
        (PASSWORD, f"{TOKEN}/", 300 * PASSWORD, "\x00", "/", "..", "/dev/stdin", "/proc/self/mem", "~/x", "\n")
    )


def _worn(dice: Random) -> str:
    return dice.choice(
        (
            "",
            " ",
            "\n\n",
            f"{PASSWORD}\n{TOKEN}",
            f"Basic {TOKEN}",
            f"{TOKEN}\t",
            f"\ufeff{TOKEN}",
            f"{TOKEN}é",
            100_000 * TOKEN,
        )
    )
