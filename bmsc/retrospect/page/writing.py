"""How do figures become one file that opens anywhere?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bmsc import __version__
from bmsc.domain.showing import one_line
from bmsc.errors import UsageError
from bmsc.retrospect.look_back import Retrospect
from bmsc.retrospect.page import order_sections, run_sections, shop_sections, words
from bmsc.retrospect.page.parts import Section, Tile

_HERE = Path(__file__).parent


def render(found: Retrospect) -> str:
    """Write the page. Every text is escaped; only the pictures, drawn here, are markup."""
    templates = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters["shown"] = one_line
    asked = found.asked
    return templates.get_template("page.html.jinja").render(
        title=f"bmsc report, {words.day(asked.window.start)} to {words.day(asked.now)}",
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        skus=asked.skus,
        made=f"Made {words.minute(asked.now)} UTC by bmsc {__version__}",
        tiles=tuple(_tiles(found)),
        sections=_sections(found),
        lines=found.lines,
        unreadable=found.unreadable,
    )


def write(found: Retrospect, path: Path) -> None:
    """Write the page to a file. Raises UsageError for a place that takes none."""
    try:
        path.write_text(render(found), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", next_step="name another file") from error


def _sections(found: Retrospect) -> tuple[Section, ...]:
    return (
        order_sections.orders(found.orders),
        order_sections.facts(found.facts),
        order_sections.cancellations(found.cancellations),
        shop_sections.buybox(found.buybox),
        shop_sections.money(found.money),
        shop_sections.prices(found.prices, found.asked.window),
        run_sections.budgets(found.budgets),
        run_sections.runs(found.runs),
    )


def _tiles(found: Retrospect) -> Iterator[Tile]:
    yield Tile(str(found.orders.orders), "orders paid")
    yield Tile(words.length(found.orders.spans[-1].all.median), "median to tracking")
    yield Tile(str(sum(one.standing for one in found.facts.of_kind("hold"))), "holds standing")
    yield Tile(str(found.cancellations.orders), "orders cancelled")
    yield Tile(words.percent(found.buybox.held), "hold the buybox")
    yield Tile(f"{found.runs.failed} of {found.runs.runs}", "runs failed")
