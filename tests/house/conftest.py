"""A small archive for tests that look at the house as a whole."""

from __future__ import annotations

import pytest

from archive.home import Home
from tests.support import small_archive, sound


@pytest.fixture
def small_home(home: Home) -> Home:
    """An archive of one article, on either database."""
    small_archive(home)
    sound(home)
    return home


@pytest.fixture
def small_sqlite_home(sqlite_home: Home) -> Home:
    """An archive of one article, on SQLite."""
    small_archive(sqlite_home)
    return sqlite_home
