"""How a person is asked for something: until the answer is fit, or never where nobody sits at the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import typer

from bmsc.cli.saying import explain
from bmsc.errors import UsageError

Value = TypeVar("Value")
MARGIN = "   "


def is_conversation() -> bool:
    """Say whether somebody can be asked."""
    return sys.stdin.isatty()


def is_given(path: Path | None, variable: str) -> bool:
    """Say whether a secret is named by an option or the environment, so that asking again gives the same."""
    return path is not None or variable in os.environ


def answer(words: str, given: str | None, check: Callable[[str], Value], default: str | None = None) -> Value:
    """Take an option's value, or ask until the answer is fit; raises UsageError when an option is unfit or missing."""
    if given is None and is_conversation():
        return _until_fit(lambda: str(typer.prompt(f"{MARGIN}{words}", default=default)).strip(), check)
    value = default if given is None else given
    if value is None:
        raise UsageError(f"{words} is not given and nobody can be asked", next_step="bmsc init --help")
    return _checked(words, value, check)


def secret(words: str, path: Path | None, variable: str, check: Callable[[str], str]) -> str:
    """Take a secret from a file or the environment, or ask for it without showing it."""
    if path is not None:
        try:
            return _checked(str(path), path.read_text(encoding="utf-8").rstrip("\r\n"), check)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    if variable in os.environ:
        return _checked(variable, os.environ[variable], check)
    if not is_conversation():
        raise UsageError(f"{words} is not given and nobody can be asked", next_step=f"set {variable}, or name a file")
    prompt = f"{MARGIN}{words} (not shown)"
    return _until_fit(lambda: str(typer.prompt(prompt, hide_input=True)), check)


def _until_fit(ask: Callable[[], str], check: Callable[[str], Value]) -> Value:
    while True:
        try:
            return check(ask())
        except ValueError as error:
            explain(f"{MARGIN}That {error}.")


def _checked(words: str, value: str, check: Callable[[str], Value]) -> Value:
    try:
        return check(value)
    except ValueError as error:
        raise UsageError(f"{words}: that {error}", next_step="bmsc init --help") from None
