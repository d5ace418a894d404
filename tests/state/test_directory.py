"""The state directory: found, made, trusted or refused."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bmsc.errors import ExitCode, StateError
from bmsc.state.directory import StateDir, chosen

from .conftest import mode_of


def test_the_option_wins_over_the_environment(tmp_path: Path) -> None:
    assert chosen(tmp_path / "a", {"BMSC_STATE_DIR": str(tmp_path / "b")}) == tmp_path / "a"


def test_the_environment_wins_over_the_users_own(tmp_path: Path) -> None:
    assert chosen(None, {"BMSC_STATE_DIR": str(tmp_path)}) == tmp_path


@pytest.mark.parametrize("environment", [{}, {"BMSC_STATE_DIR": ""}])
def test_without_a_name_it_is_the_users_own(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert chosen(None, environment).name == "bmsc"
    assert chosen(None, environment).is_relative_to(tmp_path)


def test_a_name_is_made_absolute_and_the_tilde_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert chosen(Path("~/here"), {}) == Path("/home/someone/here")
    assert chosen(Path("here"), {}) == Path.cwd() / "here"


def test_every_directory_it_makes_is_private(tmp_path: Path) -> None:
    made = StateDir(tmp_path / "deep" / "er" / "state")
    inside = [made.path.parent.parent, made.path.parent, made.path, made.cache, made.log.parent]
    assert {mode_of(path) for path in (*inside, made.state_lock.parent)} == {0o700}


def test_the_probe_leaves_nothing_behind(directory: StateDir) -> None:
    assert [path for path in directory.path.rglob("*") if path.is_file()] == []


def test_every_file_has_its_name(directory: StateDir) -> None:
    inside = directory.path
    late_in_new_york = datetime(2026, 3, 31, 23, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert directory.state == inside / "state.json"
    assert directory.good == inside / "state.json.good"
    assert directory.intents("orders pull") == inside / "intents-orders-pull.jsonl"
    assert directory.journal(late_in_new_york) == inside / "journal-2026-04.jsonl"
    assert directory.command_lock("orders pull") == inside / "locks" / "orders-pull.lock"
    assert directory.log == inside / "log" / "bmsc.log"
    assert directory.cache == inside / "cache"


def test_another_users_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(StateError, match="another user") as refused:
        StateDir(tmp_path)
    assert "chown" in refused.value.next_step
    assert refused.value.exit_code is ExitCode.CONFIGURATION


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_directory_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(StateError, match="written by others") as refused:
        StateDir(tmp_path)
    assert refused.value.next_step == f"chmod 700 {tmp_path}"


def test_a_directory_that_others_may_only_list_is_accepted(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert StateDir(tmp_path).warnings == ()


def test_loose_files_inside_are_corrected_with_a_warning(directory: StateDir) -> None:
    directory.state.write_text("{}")
    directory.state.chmod(0o644)
    again = StateDir(directory.path)
    assert mode_of(directory.state) == 0o600
    assert "0644" in again.warnings[0]
    assert StateDir(directory.path).warnings == ()


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="File exists") as refused:
        StateDir(tmp_path / "state")
    assert "move it away" in refused.value.next_step


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EROFS, "--state-dir"), (errno.EACCES, "chown"), (errno.EIO, "bmsc doctor")],
)
def test_a_place_that_cannot_be_made_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    remedy: str,
) -> None:
    def refuse(path: Path, mode: int = 0, exist_ok: object = None) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StateError, match=os.strerror(number)) as refused:
        StateDir(tmp_path / "state")
    assert remedy in refused.value.next_step


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_met_before_any_work_is_done(directory: StateDir) -> None:
    directory.state_lock.with_name(f"probe-{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(StateError, match="No space left") as refused:
        StateDir(directory.path)
    assert "make room" in refused.value.next_step


def test_files_that_vanish_while_it_looks_are_no_concern(
    directory: StateDir,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    (directory.path / "dangling").symlink_to(directory.path / "gone")
    assert StateDir(directory.path).warnings == ()


def test_it_knows_whether_a_run_was_ever_made(directory: StateDir) -> None:
    assert not directory.was_used()
    directory.intents("reprice").write_text("")
    assert directory.was_used()
