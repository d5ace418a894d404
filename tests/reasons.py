"""Which reason codes can the program give? Read from its source, so that no page can forget one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

BMSC = Path(__file__).parents[1] / "bmsc"
ROOMS = ("domain", "planners", "jobs")
NOTICES = {"Hold": 1, "Alert": 1, "Skip": 1}
"""What takes a reason, and at which place."""


def every_reason() -> set[str]:
    """Collect the reasons that are written down in the rooms that decide."""
    trees = [ast.parse(path.read_text()) for room in ROOMS for path in sorted((BMSC / room).glob("*.py"))]
    places = NOTICES | {name: place for tree in trees for name, place in _takers(tree)}
    names = {name: text for tree in trees for name, text in _constants(tree)}
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {reason for call in calls for reason in _reasons(call, places, names)}


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name every function and dataclass of ours that takes a `reason`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            words = [word.arg for word in node.args.args if word.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            words = [field.target.id for field in _fields(node)]
        else:
            continue
        if "reason" in words:
            yield node.name, words.index("reason")


def _fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    return [part for part in node.body if isinstance(part, ast.AnnAssign)]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give module constants as NAME, and members of enumerations as Class.NAME."""
    for owner in ast.walk(tree):
        if isinstance(owner, ast.Module | ast.ClassDef):
            before = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
            for node in owner.body:
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                        yield before + name, text


def _reasons(call: ast.Call, places: dict[str, int], names: dict[str, str]) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called in places:
        given = [*call.args[places[called] : places[called] + 1]]
        given += [word.value for word in call.keywords if word.arg == "reason"]
        yield from (text for argument in given for text in _texts(argument, names))


def _texts(argument: ast.expr, names: dict[str, str]) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one, names), *_texts(other, names))
        case ast.Name(id=name) if name in names:
            yield names[name]
        case ast.Attribute(value=ast.Attribute() as member, attr="value"):
            yield from _texts(member, names)
        case ast.Attribute(attr=name, value=ast.Name(id=owner)):
            yield from (names[key] for key in (f"{owner}.{name}", name) if key in names)
