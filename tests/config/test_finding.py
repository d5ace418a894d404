"""Which file is loaded when several could be."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from bmsc.config.loader import find_config


def test_the_option_goes_before_the_environment() -> None:
    assert find_config(Path("a.toml"), {"BMSC_CONFIG": "b.toml"}) == Path("a.toml")


def test_the_environment_goes_before_the_users_own() -> None:
    assert find_config(None, {"BMSC_CONFIG": "b.toml"}) == Path("b.toml")


@pytest.mark.parametrize("environ", [{}, {"BMSC_CONFIG": ""}])
def test_else_it_is_the_users_own(environ: dict[str, str]) -> None:
    assert find_config(None, environ) == Path(platformdirs.user_config_dir("bmsc")) / "config.toml"
