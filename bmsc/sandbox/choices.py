"""Which values may a switch take?"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints


class Checked:
    """Base of a dataclass of switches that may be set while the sandbox runs."""

    _choices: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        """Look the choices up once for each kind of switches."""
        cls._choices = get_type_hints(cls)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse unknown names and values outside a field's choices with ValueError."""
        if name.startswith("_") or name not in self._choices:
            raise ValueError(f"no switch is called {name}")
        hint = self._choices[name]
        if get_origin(hint) is Literal:
            if value not in get_args(hint):
                raise ValueError(f"{name} is one of {', '.join(map(str, get_args(hint)))}")
        elif hint in _ACCEPTED and not _is_of(hint, value):
            raise ValueError(f"{name} is of type {hint.__name__}")
        object.__setattr__(self, name, value)


_ACCEPTED: dict[Any, tuple[type, ...]] = {int: (int,), float: (int, float), bool: (bool,), str: (str,)}


def _is_of(hint: Any, value: object) -> bool:
    return isinstance(value, _ACCEPTED[hint]) and (hint is bool or not isinstance(value, bool))
