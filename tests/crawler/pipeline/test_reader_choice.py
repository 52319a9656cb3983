"""By which of two readers an article is read is decided at its first look, and at every later one it is that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from archive import db
from archive.home import Home
from archive.models import RevisionRow
from archive.query import passages
from archive.records import Capture, RunKind
from crawler.pipeline.executor import Pending, Task, read_all
from crawler.pipeline.intake import Intake
from tests.support import RunCli, sound

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = "generic-trafilatura"
TEXT = "The council met on Monday evening and put off the vote on the new bridge until spring: nobody knew its price."


class AsFirstRead:
    """An executor that reads every page as an article's first look that the second opinion has won."""

    def __init__(self, home: Home) -> None:
        self._folder = home.outlets

    def submit(self, tasks: Sequence[Task]) -> Pending:
        results = read_all(self._folder, [replace(one, reader=SECOND) for one in tasks])
        return Pending(lambda: results)

    def close(self) -> None:
        pass


def _page(day: int, *more: str, article: str = "bridge-vote-is-put-off") -> Capture:
    said = "".join(f"<p>{words}</p>" for words in (TEXT, *more, TEXT.replace("bridge", "harbour")))
    html = (
        '<html lang="en"><head><title>Vote on the bridge is put off</title></head><body>'
        f"<article><h1>Vote on the bridge is put off</h1>{said}</article></body></html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Capture(
        f"https://council.test/2026/03/01/{article}", START + timedelta(days=day), html.encode(), headers=headers
    )


def _revisions(home: Home) -> set[str]:
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        found = {name.partition("@")[0] for name in connection.scalars(select(RevisionRow.name))}
    engine.dispose()
    return found


def test_a_later_look_is_read_by_the_reader_of_the_first(home: Home, run_cli: RunCli) -> None:
    with Intake(home, RunKind.INGEST, lambda: START, executor=AsFirstRead(home)) as intake:
        intake.take(_page(0))
    assert _revisions(home) == {SECOND}
    with Intake(home, RunKind.INGEST, lambda: START) as intake:
        intake.take(_page(1))
        intake.take(_page(2, "A third thing was said too."))
    assert _revisions(home) == {SECOND}
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        assert [edit.changed for edit in passages.edits(connection)] == [("body",)]
    engine.dispose()
    lines = run_cli("reread", "--dry-run", "--json", fine=True).stdout.splitlines()
    assert {json.loads(line)["outcome"] for line in lines} <= {"same"}
    sound(home)


def test_before_anything_is_committed_the_first_look_decides_too(home: Home) -> None:
    with Intake(home, RunKind.INGEST, lambda: START) as intake:
        for day in range(3):
            intake.take(_page(day))
    assert _revisions(home) == {"generic"}
