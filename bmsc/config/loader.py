"""Where the configuration is, and what it says: everything, or every problem in it at once."""

from __future__ import annotations

import re
import shlex
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from msgspec import Struct

from bmsc.config import secrets as secret_files
from bmsc.config.coherence import contradictions
from bmsc.config.model import notify_of, parse, settings_of
from bmsc.config.placeholders import left_over
from bmsc.config.secrets import Secrets
from bmsc.domain.settings import NotifySettings, Settings
from bmsc.errors import MEND, ConfigError

FILE_NAME = "config.toml"
VARIABLE = "BMSC_CONFIG"
_POSITION = re.compile(r"\(at (line \d+, column \d+|end of document)\)$")


class Loaded(Struct, frozen=True):
    """A configuration in which no problem was found, and where it came from."""

    settings: Settings
    secrets: Secrets
    path: Path


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Name the file to load: the one asked for, else `BMSC_CONFIG`, else the user's own; none need exist."""
    if explicit is not None:
        return explicit
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    return Path(platformdirs.user_config_dir("bmsc")) / FILE_NAME


def load(path: Path, environ: Mapping[str, str]) -> Loaded:
    """Load settings and secrets.

    Raises ConfigError with every problem found, each with its place and remedy and none with a value.
    """
    document = _document(path)
    file, problems = parse(document)
    secrets, unfit = secret_files.read(document, path.parent, environ)
    problems = [*problems, *contradictions(document), *left_over(document), *unfit]
    if problems or file is None or secrets is None:
        raise ConfigError(problems, path)
    return Loaded(settings_of(file, path.parent), secrets, path)


def load_notify(path: Path) -> NotifySettings:
    """Load the table [notify] alone; whatever is wrong with it or around it, it then names nobody."""
    try:
        return notify_of(_document(path), path.parent)
    except ConfigError:
        return NotifySettings()


def _document(path: Path) -> dict[str, object]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        complaint = _syntax(str(error))
    except RecursionError:
        complaint = "the file is nested deeper than any configuration; keep tables, keys and plain values"
    # raised outside the handler, so that no traceback carries the parser's quotation of the file
    raise ConfigError([complaint], path)


def _text(path: Path) -> str:
    next_step = MEND
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            complaint = "anybody may write that file, and it names a command to run and who gets the secrets"
            raise ConfigError([complaint], path, next_step=f"chmod o-w {shlex.quote(str(path))}")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        complaint = "there is no such file"
        next_step = f"bmsc init makes one (or name another with --config or {VARIABLE})"
    except UnicodeDecodeError:
        complaint = "the file is not UTF-8 text; save it as UTF-8"
    except OSError as error:
        complaint = f"the file cannot be read ({error.strerror}); check its name, owner and mode"
    raise ConfigError([complaint], path, next_step=next_step)


def _syntax(words: str) -> str:
    position = _POSITION.search(words)
    where = position.group(1) if position else "an unknown place"
    return f'{where}: this is not TOML; text needs "quotes", and every table and key stands once'
