"""The store: sections of one document, through crashes, damage and company."""

from __future__ import annotations

import errno
import json
import os
import signal
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmsc.errors import StateError
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.store import Store

from .conftest import Start, mode_of
from .test_document import sections

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from bmsc.state.directory import StateDir
from bmsc.state.store import Store
directory, fatal, met = StateDir(Path(sys.argv[1])), int(sys.argv[2]), [0]
def deadly(really):
    def call(*arguments):
        met[0] += 1
        if met[0] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return really(*arguments)
    return call
os.fsync, os.replace = deadly(os.fsync), deadly(os.replace)
Store(directory).memory("orders pull").save({"seen": "new" * 500})
"""
SAVES = """
import sys
from pathlib import Path
from bmsc.state.directory import StateDir
from bmsc.state.store import Store
memory = Store(StateDir(Path(sys.argv[1]))).memory(sys.argv[2])
for number in range(1, 21):
    memory.save({"number": number})
"""


@pytest.fixture
def store(directory: StateDir) -> Store:
    return Store(directory)


@pytest.fixture
def saved(directory: StateDir, store: Store) -> StateDir:
    store.memory("reprice").save({"a": 1})
    return directory


def test_a_fresh_directory_is_empty_without_a_word(store: Store) -> None:
    assert store.memory("reprice").load() == {}
    assert store.identity() == {}
    assert store.warnings == []


def test_sections_do_not_disturb_each_other(directory: StateDir) -> None:
    Store(directory).memory("reprice").save({"a": 1})
    Store(directory).memory("orders pull").save({"b": 2})
    Store(directory).save_identity({"company": 163})
    assert Store(directory).memory("reprice").load() == {"a": 1}
    assert Store(directory).memory("reprice").load_other("orders pull") == {"b": 2}
    assert Store(directory).identity() == {"company": 163}


def test_both_copies_are_private_whatever_the_umask(directory: StateDir) -> None:
    before = os.umask(0)
    try:
        Store(directory).memory("reprice").save({"a": 1})
    finally:
        os.umask(before)
    assert [mode_of(directory.state), mode_of(directory.good)] == [0o600, 0o600]


def test_a_loosened_mode_is_corrected_with_a_warning(saved: StateDir) -> None:
    saved.state.chmod(0o664)
    store = Store(StateDir(saved.path))
    assert "mode 0664" in store.warnings[0]
    assert mode_of(saved.state) == 0o600


def test_what_is_loaded_is_the_callers_own(saved: StateDir) -> None:
    memory = Store(saved).memory("reprice")
    memory.load()["a"] = 2
    assert memory.load() == {"a": 1}


def test_nothing_is_written_when_nothing_changed(saved: StateDir) -> None:
    before = saved.state.stat()
    Store(saved).memory("reprice").save({"a": 1})
    assert saved.state.stat().st_ino == before.st_ino


def test_true_is_not_one(saved: StateDir) -> None:
    Store(saved).memory("reprice").save({"a": True})
    assert Store(saved).memory("reprice").load()["a"] is True


@pytest.mark.parametrize("length", [0, 1, 30])
def test_a_damaged_document_is_replaced_by_its_good_copy(saved: StateDir, length: int) -> None:
    damaged = saved.state.read_bytes()[:length]
    saved.state.write_bytes(damaged)
    store = Store(saved)
    assert store.memory("reprice").load() == {"a": 1}
    assert "is damaged" in store.warnings[0]
    assert "good copy of" in store.warnings[0]
    assert saved.state.read_bytes() == damaged


def test_the_damaged_file_is_kept_aside_by_the_next_save(saved: StateDir) -> None:
    saved.state.write_bytes(b"half a docu")
    store = Store(saved)
    store.memory("reprice").save({"a": 1})
    (aside,) = saved.path.glob("state.json.damaged-*")
    assert aside.read_bytes() == b"half a docu"
    assert aside.name in store.warnings[-1]
    assert Store(saved).memory("reprice").load() == {"a": 1}
    assert Store(saved).warnings == []


def test_a_missing_document_is_restored_from_its_good_copy(saved: StateDir) -> None:
    saved.state.unlink()
    store = Store(saved)
    assert store.memory("reprice").load() == {"a": 1}
    assert "is missing" in store.warnings[0]
    store.memory("reprice").save({"a": 1})
    assert saved.state.exists()


def test_a_warning_is_given_once(saved: StateDir) -> None:
    saved.state.write_bytes(b"")
    store = Store(saved)
    store.memory("reprice").load()
    store.identity()
    assert len(store.warnings) == 1


@pytest.mark.parametrize("state", [None, b"", b"[]"])
def test_two_damaged_copies_are_never_taken_for_empty(saved: StateDir, state: bytes | None) -> None:
    saved.good.write_bytes(b"\0\0\0\0")
    saved.state.unlink()
    if state is not None:
        saved.state.write_bytes(state)
    with pytest.raises(StateError, match="damaged too") as refused:
        Store(saved).memory("reprice").load()
    with pytest.raises(StateError, match="damaged too"):
        Store(saved).memory("reprice").save({})
    assert "backup" in refused.value.next_step
    assert saved.good.read_bytes() == b"\0\0\0\0"


def test_a_damaged_document_without_a_good_copy_is_refused(saved: StateDir) -> None:
    saved.good.unlink()
    saved.state.write_bytes(b"{")
    with pytest.raises(StateError, match="no good copy"):
        Store(saved).memory("reprice").load()


def test_a_newer_document_is_refused_even_beside_a_good_copy(saved: StateDir) -> None:
    newer = b'{"schema_version": 99}'
    saved.state.write_bytes(newer)
    with pytest.raises(StateError, match="schema version 99"):
        Store(saved).memory("reprice").load()
    with pytest.raises(StateError, match="schema version 99"):
        Store(saved).memory("reprice").save({})
    assert saved.state.read_bytes() == newer


def test_a_document_lost_where_runs_were_made_is_missed_aloud(directory: StateDir) -> None:
    directory.intents("orders pull").write_text("")
    store = Store(directory)
    assert store.memory("orders pull").load() == {}
    assert "gone although runs were made here" in store.warnings[0]


@pytest.mark.parametrize("fatal", range(1, 8))
def test_killed_anywhere_in_a_save_the_document_is_old_or_new(
    directory: StateDir,
    start: Start,
    fatal: int,
) -> None:
    Store(directory).memory("orders pull").save({"seen": "old"})
    Store(directory).memory("reprice").save({"a": 1})
    expected_end = -signal.SIGKILL if fatal < 7 else 0
    assert start(KILLED_AT, directory.path, fatal).wait(timeout=10) == expected_end
    store = Store(StateDir(directory.path))
    assert store.memory("orders pull").load()["seen"] in ("old", "new" * 500)
    assert store.memory("reprice").load() == {"a": 1}
    store.memory("orders pull").save({"seen": "later"})
    assert store.memory("orders pull").load() == {"seen": "later"}
    assert json.loads(directory.good.read_bytes()) == json.loads(directory.state.read_bytes())
    assert store.warnings == []
    assert {path.name for path in directory.path.iterdir() if path.is_file()} == {
        "state.json",
        "state.json.good",
    }


def test_a_full_disk_leaves_the_last_document(saved: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _full)
        with pytest.raises(StateError, match="No space left"):
            Store(saved).memory("reprice").save({"a": 2})
    assert Store(saved).memory("reprice").load() == {"a": 1}


def test_a_save_waits_for_the_one_under_way(directory: StateDir) -> None:
    saving = threading.Thread(target=Store(directory).memory("reprice").save, args=({"number": 1},))
    with disk.exclusive(directory.state_lock):
        saving.start()
        saving.join(0.3)
        assert Store(directory).memory("reprice").load() == {}
    saving.join(20)
    assert Store(directory).memory("reprice").load() == {"number": 1}


def test_processes_that_save_at_once_lose_nothing(directory: StateDir, start: Start) -> None:
    names = ["orders pull", "tracking push", "cancel sync"]
    for process in [start(SAVES, directory.path, name) for name in names]:
        _, complaint = process.communicate(timeout=20)
        assert (process.returncode, complaint) == (0, "")
    store = Store(directory)
    assert [store.memory(name).load() for name in names] == [{"number": 20}] * 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["reprice", "orders pull"]), sections), max_size=5))
def test_each_command_finds_what_it_saved_last(saves: list[tuple[str, dict[str, object]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        directory = StateDir(Path(place) / "state")
        for command, section in saves:
            Store(directory).memory(command).save(section)
        store, last = Store(directory), dict(saves)
        assert {command: store.memory(command).load() for command in last} == last


def _full(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
