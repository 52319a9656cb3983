"""The archive the questions are put to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from archive import db
from archive.home import Home


@pytest.fixture
def connection(example: Home) -> Iterator[Connection]:
    engine = db.open_reader(example.database_url)
    with db.reading(engine) as opened:
        yield opened
    engine.dispose()
