"""What the disk refuses, said so that a person can mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmsc.errors import StateError
from bmsc.state import disk


def test_a_missing_file_has_no_content(tmp_path: Path) -> None:
    assert disk.read(tmp_path / "gone") is None


def test_what_cannot_be_read_is_never_taken_for_missing(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="Is a directory"):
        disk.read(tmp_path)


def test_an_error_without_a_number_is_still_a_sentence(tmp_path: Path) -> None:
    refused = disk.refusal(tmp_path, OSError("strange"))
    assert refused.message == f"{tmp_path}: strange"
    assert "bmsc doctor" in refused.next_step
