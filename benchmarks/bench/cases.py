"""Every command once in one shop, in the order of a day, with the work that is known to wait for it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import least
from bench.host import Host, hosted
from bench.least import Least
from bench.program import Run, configure, limited, run
from bench.shape import Limits, Shape
from bench.shop import Stage

HOUR = 3600
REPRICING = "\n[reprice]\nenabled = true\n"


@dataclass(frozen=True)
class Case:
    """A command, the change that people make before it, and the least that it then asks."""

    name: str
    command: str
    minimum: Callable[..., Least]
    before: str = ""
    more: str = ""


CASES = (
    Case("orders pull", "orders pull", least.pull),
    Case("listings sync", "listings sync", lambda shape, limits, **how: least.sync(shape, limits, first=True, **how)),
    Case("  again", "listings sync", lambda shape, limits, **how: least.sync(shape, limits, first=False, **how)),
    Case("cancel sync", "cancel sync", least.cancel, before="cancel"),
    Case("tracking push", "tracking push", least.push, before="ship"),
    Case("listings create", "listings create", least.create),
    Case("reprice", "reprice", least.reprice, more=REPRICING),
)


@dataclass(frozen=True)
class Row:
    """One line of the table; `kinds` has what was asked, and how much of it the minimum allows."""

    name: str
    listings: int
    orders: int
    clock: str
    requests: int
    least: int
    seconds: float
    bound: float
    processor: float
    megabytes: float
    exit_code: int
    refused: int
    applied: int
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name the line so that a later run finds it again."""
        return f"{self.name.strip()} {self.listings} {self.orders} {self.clock}"

    def plain(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)


def played(shape: Shape, limits: Limits, only: Sequence[str] = ("",)) -> Iterator[Row]:
    """Play the day of one shop; naming commands leaves the others' lines out, and what comes after the last."""
    last = max(number for number, case in enumerate(CASES) if _named(case, only))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = folder / "clock" if limits.simulated else None
        with hosted(Stage, shape, limits, str(clock or "")) as host:
            for number, case in enumerate(CASES[: last + 1]):
                row = _row(case, shape, limits, _Place(folder, host, clock), first=number == 0)
                if _named(case, only):
                    yield row


def _named(case: Case, only: Sequence[str]) -> bool:
    return any(name in case.command for name in only)


@dataclass(frozen=True)
class _Place:
    folder: Path
    host: Host
    clock: Path | None


def _row(case: Case, shape: Shape, limits: Limits, at: _Place, *, first: bool) -> Row:
    at.host.ask("told")
    if case.before:
        at.host.ask(case.before)
    if at.clock:
        # The hour's requests and lines are free again, and SellerCloud's login is over.
        at.host.ask("wait", HOUR)
    configure(at.folder, at.host, case.more, market=limited(limits))
    began = at.host.ask("now")
    done = run(at.folder, *case.command.split(), clock=at.clock)
    spent = at.host.ask("now") - began if at.clock else done.seconds
    asked, refused = at.host.ask("told")
    minimum = case.minimum(shape, limits, login=first or at.clock is not None)
    return _line(case, shape, limits, done, asked, minimum, seconds=spent, refused=refused)


def _line(
    case: Case,
    shape: Shape,
    limits: Limits,
    done: Run,
    asked: dict[str, int],
    minimum: Least,
    *,
    seconds: float,
    refused: int,
) -> Row:
    kinds = sorted(asked.keys() | minimum.requests.keys())
    return Row(
        name=case.name,
        listings=shape.listings,
        orders=shape.orders,
        clock="simulated" if limits.simulated else "real",
        requests=sum(asked.values()),
        least=minimum.total,
        seconds=seconds,
        bound=minimum.seconds,
        processor=done.processor,
        megabytes=done.megabytes,
        exit_code=done.exit_code,
        refused=refused,
        applied=int(done.report.get("counts", {}).get("applied", 0)),
        kinds={kind: (asked.get(kind, 0), minimum.requests[kind]) for kind in kinds},
    )
