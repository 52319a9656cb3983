"""A database is kept small while it is written to for years, and whoever keeps it from that is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from archive.store import upkeep
from tests.archive.material import opened, world


def test_a_reader_who_stays_stalls_no_writer_and_is_told_of_once_the_log_has_grown(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_LOG", 20_000)
    log = sqlite_home.folder / "archive.db-wal"
    with opened(sqlite_home) as archive:
        archive.run(world(sqlite_home, 1, looks=2))
        assert upkeep.tidy(archive.engine) == ()
        assert log.stat().st_size == 0
        with db.reading(db.open_reader(sqlite_home.database_url)) as reader:
            before = reader.execute(text("SELECT count(*) FROM capture")).scalar_one()
            archive.run(world(sqlite_home, 2, looks=3))
            (said,) = upkeep.tidy(archive.engine)
            assert "archive.db-wal" in said
            assert reader.execute(text("SELECT count(*) FROM capture")).scalar_one() == before
        assert upkeep.tidy(archive.engine) == ()
        assert log.stat().st_size == 0


def test_room_that_nothing_needs_is_told_of(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_FREE", 1_000_000)
    with opened(sqlite_home) as archive, archive.engine.connect() as connection:
        for statement in ("CREATE TABLE much AS SELECT zeroblob(4000000)", "DROP TABLE much"):
            connection.exec_driver_sql(statement)
        (said,) = upkeep.tidy(archive.engine)
        assert "VACUUM" in said
        connection.exec_driver_sql("VACUUM")
        assert upkeep.tidy(archive.engine) == ()
