"""When a SKU that SellerCloud did not return may be called absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import builders
import pytest

from bmsc.domain.ids import Sku, sku_key
from bmsc.domain.listings import CatalogAnswer, Product
from bmsc.jobs.catalog_reading import CatalogReading

Shelf = Callable[[int], Sequence[str]]


class Answers:
    """SellerCloud, which returns of what it is asked what `shelf` has at the n-th asking."""

    def __init__(self, shelf: Shelf, unknown: Sequence[str] = ()) -> None:
        self._shelf = shelf
        self._unknown = frozenset(map(sku_key, unknown))
        self.asked: list[tuple[str, ...]] = []

    def rows(self, skus: Iterable[Sku], *, beside: Sequence[Sku] = ()) -> Iterator[CatalogAnswer]:
        batch = (*skus, *beside)
        self.asked.append(batch)
        asked = frozenset(map(sku_key, batch))
        found = {sku_key(sku): row(sku) for sku in self._shelf(len(self.asked)) if sku_key(sku) in asked}
        yield CatalogAnswer(found, self._unknown & asked, asked)

    def units_in_warehouses(self, sku: Sku) -> int | None:
        raise AssertionError(f"nobody asks for {sku}")


def row(sku: str) -> Product:
    return builders.a_row(sku)


@pytest.mark.parametrize(
    ("shelf", "absent", "asks"),
    [
        pytest.param(lambda _: ["HERE"], {"gone"}, 2, id="twice beside a witness"),
        pytest.param(lambda n: ["HERE"] if n == 1 else [], set(), 3, id="the witness stays away"),
        pytest.param(lambda n: ["HERE"] if n in (1, 3) else [], {"gone"}, 3, id="the witness comes back"),
        pytest.param(lambda n: ["HERE", "GONE"] if n == 2 else ["HERE"], set(), 2, id="there after all"),
        pytest.param(lambda _: [], set(), 1, id="nothing came back at all"),
    ],
)
def test_absence(shelf: Shelf, absent: set[str], asks: int) -> None:
    answers = Answers(shelf)
    catalog = CatalogReading(answers).read([Sku("HERE"), Sku("GONE")])
    assert set(catalog.absent) == absent
    assert len(answers.asked) == asks


def test_an_answer_without_any_row_is_no_ask() -> None:
    """The first batch brings nothing back, the second a witness: only asks beside the witness count."""

    class Batches(Answers):
        def rows(self, skus: Iterable[Sku], *, beside: Sequence[Sku] = ()) -> Iterator[CatalogAnswer]:
            for sku in (skus := list(skus)):
                yield from super().rows([sku], beside=beside)

    answers = Batches(lambda n: ["HERE"] if n != 3 else [])
    catalog = CatalogReading(answers).read([Sku("GONE"), Sku("HERE")])
    assert answers.asked == [("GONE",), ("HERE",), ("GONE", "HERE"), ("GONE", "HERE")]
    assert not catalog.absent
    assert set(catalog.unknown) == {"gone"}


def test_what_a_batch_does_not_know_is_never_absent() -> None:
    catalog = CatalogReading(Answers(lambda _: ["HERE"], unknown=["GONE"])).read([Sku("HERE"), Sku("GONE")])
    assert not catalog.absent
    assert set(catalog.unknown) == {"gone"}
