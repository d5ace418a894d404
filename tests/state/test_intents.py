"""The write-ahead list: whatever happens, no announced write is forgotten."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bmsc.domain.intents import Intent
from bmsc.errors import StateError
from bmsc.state.intents import IntentLog, IntentReader

from .conftest import StandingClock, Start, mode_of

KILLED_AFTER_OPEN = """
import os, signal, sys
from pathlib import Path
from bmsc.state.clock import SystemClock
from bmsc.state.intents import IntentLog
log = IntentLog(Path(sys.argv[1]), SystemClock(), "run-1")
log.settle(log.open("create_order", "order:1", {"n": 1}), "applied", {})
log.open("pay_order", "order:1", {"n": 2})
os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_IN_COMPACT = """
import os, signal, sys
from pathlib import Path
from bmsc.state.clock import SystemClock
from bmsc.state.intents import IntentLog
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
IntentLog(Path(sys.argv[1]), SystemClock(), "run-2").compact()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intents-orders-pull.jsonl"


@pytest.fixture
def log(path: Path, clock: StandingClock) -> IntentLog:
    return IntentLog(path, clock, "run-1")


def test_no_end_is_written_into_a_file_that_lost_its_beginning(log: IntentLog, path: Path) -> None:
    intent_id = log.open("pay_order", "order:7", {})
    path.unlink()
    with pytest.raises(StateError, match="deleted while this run"):
        log.settle(intent_id, "applied", {})
    assert not path.exists()
    assert log.open("pay_order", "order:8", {}) != intent_id
    assert [intent.subject for intent in IntentReader(path).all()] == ["order:8"]


def test_an_intent_is_on_disk_before_open_returns(log: IntentLog, path: Path, clock: StandingClock) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    intent_id = log.open("pay_order", "order:7", {"amount": Decimal("9.90"), "at": moment, "lines": (1, 2)})
    (found,) = IntentReader(path).all()
    plainly = {"amount": "9.90", "at": "2026-03-01T00:00:00Z", "lines": [1, 2]}
    assert found == Intent(intent_id, clock.now(), "pay_order", "order:7", plainly)
    assert found.is_open
    assert mode_of(path) == 0o600


@pytest.mark.parametrize(
    ("how", "is_open"), [("unknown", True), ("applied", False), ("already", False), ("refused", False)]
)
def test_what_became_of_it_is_kept(log: IntentLog, path: Path, how: str, is_open: bool) -> None:
    intent_id = log.open("create_order", "order:7", {})
    log.settle(intent_id, how, {"sellercloud_id": 12})
    (found,) = IntentReader(path).all()
    assert (found.settled, found.learned, found.is_open) == (how, {"sellercloud_id": 12}, is_open)


def test_an_unknown_fate_can_be_settled_by_a_later_run(
    log: IntentLog,
    path: Path,
    clock: StandingClock,
) -> None:
    intent_id = log.open("create_order", "order:7", {})
    log.settle(intent_id, "unknown", {"words": "timeout"})
    later = IntentLog(path, clock, "run-2")
    later.settle(intent_id, "applied", {"sellercloud_id": 12})
    assert [intent.settled for intent in later.all()] == ["applied"]


def test_settling_what_was_never_opened_writes_nothing(log: IntentLog, path: Path) -> None:
    with pytest.raises(KeyError, match="run-9-1"):
        log.settle("run-9-1", "applied", {})
    assert not path.exists()


def test_every_write_is_synced_and_the_new_file_too(log: IntentLog, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").is_dir()))
    log.settle(log.open("create_order", "order:7", {}), "applied", {})
    assert synced == [False, True, False]


def test_every_line_is_one_write(log: IntentLog, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    really = os.write

    def write(descriptor: int, content: bytes) -> int:
        written.append(content)
        return really(descriptor, content)

    monkeypatch.setattr(os, "write", write)
    log.settle(log.open("create_order", "order:7", {"big": "x" * 100_000}), "applied", {})
    assert [line.count(b"\n") for line in written] == [1, 1]


def test_compaction_keeps_open_intents_as_they_are(log: IntentLog, path: Path) -> None:
    done, unknown, announced = (log.open("create_order", f"order:{n}", {"n": n}) for n in range(3))
    log.settle(done, "applied", {})
    log.settle(unknown, "unknown", {"words": "gateway timeout"})
    before = [intent for intent in log.all() if intent.is_open]
    log.compact()
    assert [intent.id for intent in before] == [unknown, announced]
    assert list(log.all()) == list(IntentReader(path).all()) == before
    assert mode_of(path) == 0o600


def test_compaction_writes_nothing_when_all_are_open(log: IntentLog, path: Path) -> None:
    log.compact()
    assert not path.exists()
    log.open("create_order", "order:1", {})
    before = path.stat().st_ino
    log.compact()
    assert path.stat().st_ino == before


def test_a_dropped_intent_cannot_be_settled(log: IntentLog) -> None:
    intent_id = log.open("create_order", "order:1", {})
    log.settle(intent_id, "applied", {})
    log.compact()
    with pytest.raises(KeyError):
        log.settle(intent_id, "applied", {})


def test_ids_are_unique_even_for_a_run_id_used_twice(path: Path, clock: StandingClock) -> None:
    ids = [IntentLog(path, clock, "run-1").open("create_order", f"order:{n}", {}) for n in range(3)]
    ids += [IntentLog(path, clock, "run-2").open("create_order", f"order:{n}", {}) for n in range(3)]
    assert ids == ["run-1-1", "run-1-2", "run-1-3", "run-2-1", "run-2-2", "run-2-3"]


def test_threads_may_share_a_log(log: IntentLog, path: Path) -> None:
    def work(number: int) -> None:
        log.settle(log.open("create_order", f"order:{number}", {}), "applied", {"n": number})

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(40)))
    found = IntentReader(path).all()
    assert {intent.subject: intent.learned for intent in found} == {f"order:{n}": {"n": n} for n in range(40)}
    assert len({intent.id for intent in found}) == 40


def _open_another(log: IntentLog) -> None:
    log.open("pay_order", "order:2", {"amount": Decimal("12.34"), "words": "é {}\\n"})


def _settle_the_first(log: IntentLog) -> None:
    log.settle(log.all()[0].id, "applied", {"sellercloud_id": 55})


@pytest.mark.parametrize("last_act", [_open_another, _settle_the_first])
def test_a_line_torn_at_any_byte_is_as_if_never_begun(
    log: IntentLog,
    path: Path,
    clock: StandingClock,
    last_act: Callable[[IntentLog], None],
) -> None:
    log.open("create_order", "order:1", {})
    head, before = path.read_bytes(), log.all()
    last_act(log)
    last = path.read_bytes()[len(head) :]
    for length in range(len(last)):
        path.write_bytes(head + last[:length])
        assert IntentReader(path).all() == before
        assert path.read_bytes() == head + last[:length]
        mended = IntentLog(path, clock, "run-2")
        assert mended.all() == before
        mended.open("accept_line", "order:3", {})
        assert path.read_bytes().startswith(head + b"{")
        assert [intent.kind for intent in IntentReader(path).all()] == ["create_order", "accept_line"]


def test_a_first_line_that_is_torn_leaves_nothing(log: IntentLog, path: Path) -> None:
    path.write_bytes(b'{"intent":"run-0-1","at":')
    assert log.all() == ()
    log.open("create_order", "order:1", {})
    assert [intent.id for intent in log.all()] == ["run-1-1"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\0\0\0",
        b"\xff",
        b"{}",
        b'{"settled":"applied","intent":"nobody","learned":{}}',
        b'{"settled":"applied","intent":"run-1-1"}',
        b'{"intent":"run-1-7","at":null,"kind":"k","subject":"s","data":{}}',
        b'{"intent":"run-1-7","at":"yesterday","kind":"k","subject":"s","data":{}}',
        b'{"intent":"run-1-1","at":"2026-03-01T00:00:00Z","kind":"k","subject":"s","data":{}}',
    ],
)
@pytest.mark.parametrize("after", [b"", b'{"intent":"run-1-8'])
def test_any_other_unreadable_line_stops_everything(
    log: IntentLog,
    path: Path,
    line: bytes,
    after: bytes,
) -> None:
    log.open("create_order", "order:1", {})
    damaged = path.read_bytes() + line + b"\n" + after
    path.write_bytes(damaged)
    acts: list[Callable[[], object]] = [log.all, log.compact, IntentReader(path).all]
    for act in acts:
        with pytest.raises(StateError, match="line 2 cannot be read") as refused:
            act()
        assert "both platforms" in refused.value.next_step
    assert path.read_bytes() == damaged


def test_killed_after_open_the_intent_is_open(path: Path, start: Start) -> None:
    assert start(KILLED_AFTER_OPEN, path).wait(timeout=10) == -signal.SIGKILL
    assert [(intent.kind, intent.is_open) for intent in IntentReader(path).all()] == [
        ("create_order", False),
        ("pay_order", True),
    ]


def test_killed_in_compaction_everything_is_still_there(log: IntentLog, path: Path, start: Start) -> None:
    log.settle(log.open("create_order", "order:1", {}), "applied", {})
    log.open("pay_order", "order:1", {})
    before = log.all()
    assert start(KILLED_IN_COMPACT, path).wait(timeout=10) == -signal.SIGKILL
    assert log.all() == before


def test_a_write_cut_short_by_a_full_disk_is_mended_by_the_next(
    log: IntentLog,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log.open("create_order", "order:1", {})
    really = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda fd, content: really(fd, content[: len(content) // 2]))
        with pytest.raises(StateError, match="No space left") as refused:
            log.open("create_order", "order:2", {})
    assert "make room" in refused.value.next_step
    log.open("create_order", "order:3", {})
    assert [intent.subject for intent in IntentReader(path).all()] == ["order:1", "order:3"]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_an_intent_that_is_not_on_disk_is_not_announced(
    log: IntentLog,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(StateError, match="No space left"):
        log.open("create_order", "order:1", {})


def test_those_who_only_look_cannot_write(path: Path) -> None:
    reader = IntentReader(path)
    acts: list[Callable[[], object]] = [
        lambda: reader.open("create_order", "order:1", {"secret": "Jane"}),
        lambda: reader.settle("run-1-1", "applied", {}),
        reader.compact,
    ]
    for act in acts:
        with pytest.raises(RuntimeError, match="only looks") as bug:
            act()
        assert "Jane" not in str(bug.value)
    assert reader.all() == ()
    assert not path.exists()


class IntentMachine(RuleBasedStateMachine):
    """Any sequence of acts, runs and crashes tells the same story as a plain dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.path = Path(self.place.name) / "intents.jsonl"
        self.runs = 0
        self.expected: dict[str, Intent] = {}
        self.next_run()

    def teardown(self) -> None:
        self.place.cleanup()

    @rule()
    def next_run(self) -> None:
        self.runs += 1
        self.log = IntentLog(self.path, StandingClock(), f"run-{self.runs}")

    @rule(torn=st.binary(max_size=20).filter(lambda tail: b"\n" not in tail))
    def crash(self, torn: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(torn)
        self.next_run()

    @rule(data=st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3))
    def open(self, data: dict[str, object]) -> None:
        intent_id = self.log.open("create_order", "order:1", data)
        assert intent_id not in self.expected
        self.expected[intent_id] = Intent(intent_id, StandingClock().now(), "create_order", "order:1", data)

    @precondition(lambda self: self.expected)
    @rule(choice=st.data(), how=st.sampled_from(["unknown", "applied", "refused"]))
    def settle(self, choice: st.DataObject, how: str) -> None:
        intent = self.expected[choice.draw(st.sampled_from(sorted(self.expected)))]
        self.log.settle(intent.id, how, {"n": 1})
        settled = Intent(intent.id, intent.at, intent.kind, intent.subject, intent.data, how, {"n": 1})
        self.expected[intent.id] = settled

    @rule()
    def compact(self) -> None:
        self.log.compact()
        self.expected = {key: intent for key, intent in self.expected.items() if intent.is_open}

    @invariant()
    def tells_the_same(self) -> None:
        assert list(self.log.all()) == list(IntentReader(self.path).all()) == list(self.expected.values())


TestIntentMachine = IntentMachine.TestCase
TestIntentMachine.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
