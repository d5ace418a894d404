"""What is said when memory that earlier runs left behind cannot be understood."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bmsc.domain.papers import DAMAGE
from bmsc.errors import StateError

Given = ParamSpec("Given")
Read = TypeVar("Read")
Reader = Callable[Given, Read]
_RESTORE = (
    "put state.json.good of the state directory, or a backup, in the place of state.json; "
    "or move both away to begin without memory, with caution"
)
_LOOK_UP = "look up on both platforms what it names, then move the intents-*.jsonl file that holds it away"


def of_memory(what: str) -> Callable[[Reader[Given, Read]], Reader[Given, Read]]:
    """Make a reader of the state document raise StateError for damage, naming what it reads."""
    return _explained(f"state.json: {what} cannot be read; nothing was assumed to be empty", _RESTORE)


def of_intents(what: str) -> Callable[[Reader[Given, Read]], Reader[Given, Read]]:
    """Make a reader of intents raise StateError for damage, naming what it reads."""
    return _explained(f"{what} cannot be read, and it may be a write that must not happen twice", _LOOK_UP)


def _explained(message: str, next_step: str) -> Callable[[Reader[Given, Read]], Reader[Given, Read]]:
    def explained(read: Reader[Given, Read]) -> Reader[Given, Read]:
        @wraps(read)
        def understood(*args: Given.args, **kwargs: Given.kwargs) -> Read:
            try:
                return read(*args, **kwargs)
            except DAMAGE as error:
                raise StateError(message, next_step=next_step) from error

        return understood

    return explained
