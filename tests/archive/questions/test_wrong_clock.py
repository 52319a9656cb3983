"""No interval rests on a look by a clock that was off: what an answer says of when somebody looked counts none."""

from __future__ import annotations

from archive.home import Home
from archive.query.filters import Filters
from archive.questions.coverage import coverage
from archive.questions.question import Asked
from archive.records import RunKind
from archive.store import clocks, runs
from tests.archive.example import DAY
from tests.archive.material import Material, at, opened, reading
from tests.archive.questions.asked import rows


def test_looks_by_a_clock_that_was_off_fill_no_gap_and_end_no_span(home: Home) -> None:
    material = Material(home)
    sound = [material.page(minutes, reading("One text.")) for minutes in (0, 1, 3 * DAY, 3 * DAY + 1)]
    off = [material.page(minutes, reading("One text.")) for minutes in (-400 * DAY, DAY, 2 * DAY, 400 * DAY)]
    material.close()
    with opened(home) as archive:
        archive.run(sound)
        run = archive.begin(RunKind.CRAWL, at(4 * DAY))
        clocks.keep(archive.engine, run, 86_400)
        archive.store.record(run, off)
        runs.end(archive.engine, run, at(4 * DAY), home.warc, (), {})
        with archive.engine.connect() as connection:
            (told,) = coverage(Asked(connection, Filters()))
            assert (told.captures, told.first_look, told.last_look) == (8, at(0), at(3 * DAY + 1))
            assert [(gap.since, gap.until) for gap in told.gaps] == [(at(1), at(3 * DAY))]
            assert rows(connection, "volume") is not None


def test_where_every_clock_was_off_nobody_is_known_to_have_looked(home: Home) -> None:
    material = Material(home)
    looks = [material.page(minutes, reading("One text.")) for minutes in (0, DAY)]
    material.close()
    with opened(home) as archive:
        run = archive.begin(RunKind.CRAWL, at(DAY))
        clocks.keep(archive.engine, run, -86_400)
        archive.store.record(run, looks)
        runs.end(archive.engine, run, at(DAY), home.warc, (), {})
        with archive.engine.connect() as connection:
            (told,) = coverage(Asked(connection, Filters()))
            assert (told.captures, told.first_look, told.last_look, told.gaps) == (2, None, None, ())
            assert rows(connection, "volume") is not None
