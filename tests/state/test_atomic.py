"""Replacing a file: the old one or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from bmsc.errors import StateError
from bmsc.state import atomic

from .conftest import Start, mode_of

KILLED_BEFORE_REPLACE = """
import os, signal, sys
from pathlib import Path
from bmsc.state import atomic
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
atomic.write_bytes(Path(sys.argv[1]), b"new" * 1000)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "state.json"
    target.write_bytes(b"old")
    return target


def test_the_new_content_stands_and_is_private(path: Path) -> None:
    path.chmod(0o644)
    atomic.write_bytes(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o600)
    assert list(path.parent.iterdir()) == [path]


def test_killed_between_temp_and_replace_leaves_the_old_file(path: Path, start: Start) -> None:
    process = start(KILLED_BEFORE_REPLACE, path)
    assert process.wait(timeout=10) == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert len(list(path.parent.iterdir())) == 2
    atomic.write_bytes(path, b"short")
    assert path.read_bytes() == b"short"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_refusal_names_path_and_cause(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
) -> None:
    monkeypatch.setattr(os, call, _refusing(OSError(number, os.strerror(number))))
    with pytest.raises(StateError) as refused:
        atomic.write_bytes(path, b"new")
    assert str(path) in refused.value.message
    assert os.strerror(number) in refused.value.message
    assert refused.value.next_step
    assert [(left.name, left.read_bytes()) for left in path.parent.iterdir()] == [("state.json", b"old")]


def test_an_interruption_leaves_no_temp_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", _refusing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        atomic.write_bytes(path, b"new")
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_truly_full_disk_leaves_the_old_file(path: Path) -> None:
    path.with_name(".state.json.new").symlink_to("/dev/full")
    with pytest.raises(StateError, match="No space left"):
        atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="No such file"):
        atomic.write_bytes(tmp_path / "gone" / "state.json", b"new")


@pytest.mark.parametrize(("number", "passes"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_only_a_file_system_that_cannot_sync_directories_is_excused(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    passes: bool,
) -> None:
    really = os.fsync

    def fsync(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(number, os.strerror(number))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    if passes:
        atomic.write_bytes(path, b"new")
    else:
        with pytest.raises(StateError, match="Input/output"):
            atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def _refusing(error: BaseException) -> object:
    def refuse(*_: object) -> None:
        raise error

    return refuse
