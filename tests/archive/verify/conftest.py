"""An archive that has a row in every table, for whoever tries what verify finds in it."""

from __future__ import annotations

import pytest

from archive.home import Home
from tests.archive.verify.filled import fill


@pytest.fixture
def filled(home: Home) -> Home:
    fill(home)
    return home


@pytest.fixture
def filled_sqlite(sqlite_home: Home) -> Home:
    fill(sqlite_home)
    return sqlite_home
