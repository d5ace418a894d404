"""The file of `reprice --replay` spoilt: decided again, or refused, and what is torn is counted."""

from __future__ import annotations

from functools import cache
from random import Random

import builders
from fuzz import spoiling
from fuzz.rooms import room
from fuzz.scene import scene
from fuzz.target import Target, made_of
from fuzz.told import said
from fuzz.typed import must_hold

from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.planners import reprice_replay
from bmsc.report import replay
from bmsc.state import tape


def targets() -> list[Target]:
    """Give the file as lines and as bytes, and from the command line."""
    return [
        Target("replay file, lines", 25, lambda dice: _decided(spoiling.lines(_whole(), dice))),
        Target("replay file, bytes", 40, lambda dice: _decided(spoiling.bytes_of(_whole(), dice))),
        Target("replay file, typed", 3, _typed),
    ]


@cache
def _whole() -> bytes:
    return scene().tape.read_bytes()


def _decided(content: bytes) -> str:
    path = room() / "tape.jsonl"
    path.write_bytes(content)

    def again() -> None:
        found = list(tape.Recording(path))
        must_hold(found, list[tuple[MarketFacts, Decision]])
        shown = reprice_replay.replay(found, builders.settings())
        replay.render(shown)
        replay.render_json(shown)

    return made_of(again)


def _typed(dice: Random) -> str:
    path = room() / "tape.jsonl"
    path.write_bytes(spoiling.lines(_whole(), dice))
    more = ["--json"] if dice.random() < 0.5 else []
    return said(["reprice", "--replay", str(path), "--config", str(scene().shop.config), *more])
