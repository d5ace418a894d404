"""Every safeguard in the tables stands in the source, its tests exist, and a few are really switched off.

All of them: `python tests/mutation/mutate.py`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from mutation.mutate import catcher, copy_tree, failed_test
from mutation.table import ROOT, Safeguard, exists, safeguards

TABLE = {one.name: one for one in safeguards()}
TRIED_HERE = (
    "the planner's price clamp",
    "an answer that misses every sentinel proves no absence",
    "the dry-run stop line",
    "an intent is synced before its write is sent",
    "a write that may have arrived is never repeated",
    "--force passes only what the refused run listed",
)
"""Quick ones of different rooms: they show that the program can switch a safeguard off and that a test then fails."""


def test_names_are_given_once() -> None:
    assert [name for name, times in Counter(one.name for one in safeguards()).items() if times > 1] == []
    assert len(TABLE) >= 170


@pytest.mark.parametrize("one", safeguards(), ids=lambda one: one.name)
def test_each_can_be_switched_off_and_names_its_tests(one: Safeguard) -> None:
    compile(one.switched_off((ROOT / one.file).read_text(encoding="utf-8")), one.file, "exec")
    assert one.tests
    assert [test for test in one.tests if not exists(test)] == []


def test_a_few_are_caught(tmp_path: Path) -> None:
    tree = copy_tree(tmp_path)
    assert failed_test(tree, [test for name in TRIED_HERE for test in TABLE[name].tests]) is None
    survivors = [name for name in TRIED_HERE if catcher(tree, TABLE[name]) is None]
    assert survivors == []
