"""An outlet's past comes from web archives: one timeline with our own looks, nothing fetched twice, sources apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.records import Capture, RunKind
from crawler.pipeline.intake import Intake
from tests.crawler.crawls import rows, words
from tests.crawler.pipeline.saved import ADDRESS, EDITED, OLD
from tests.crawler.webarchives.wayback import Archive, Kept, serving
from tests.support import Answer, palimpsest, sound

_OTHER = "https://francais.rt.com/international/41740-autre"
_KEPT = (
    Kept(ADDRESS, "20260301120000", OLD),
    Kept(ADDRESS, "20260301180000", OLD, kind="warc/revisit"),
    Kept(ADDRESS, "20260302120000", EDITED),
    Kept(ADDRESS, "20260303120000", EDITED),
    Kept(_OTHER, "20260301120000", OLD.replace(b"Le pont rouvre", b"La gare rouvre").replace(b"pont", b"quai")),
    Kept(_OTHER, "20260304120000", b"<html><body>Not found</body></html>", status=404),
    Kept("https://francais.rt.com/", "20260301120000", b"<html><body>home</body></html>"),
    Kept("https://francais.rt.com/a.css", "20260301120000", b"a{}", kind="text/css"),
    Kept("https://other.example/international/41739-pont", "20260301120000", OLD),
)


@pytest.fixture
def archive() -> Iterator[Archive]:
    """A web archive that holds a little of RT's past."""
    with serving(Archive(list(_KEPT))) as made:
        yield made


def _backfill(
    home: Home, archive: Archive, *more: str, of: str = "rt-fr", path: str = "", calls: str = "6000"
) -> Answer:
    asked = words("backfill", "wayback", of, "--from", archive.address + path, "--calls", calls, *more)
    answer = palimpsest(*asked, home=home)
    return answer if "--json" in more else answer._replace(stdout=" ".join(answer.stdout.split()))


def _looks(home: Home, url: str = ADDRESS) -> list[tuple[str, str, str]]:
    found: list[Any] = [one["row"] for one in rows(home, "ask", "looks", url) if one["row"]]
    return [(one["fetched_at"][5:16], one["source"], one["outcome"]) for one in found]


def test_an_outlets_past_comes_once(sqlite_home: Home, archive: Archive) -> None:
    home, archive.page = sqlite_home, 3
    answer = _backfill(home, archive)
    assert answer.code == 0, answer
    assert _looks(home) == [
        ("03-01T12:00", "web-archive", "new"),
        ("03-01T18:00", "web-index", "same"),
        ("03-02T12:00", "web-archive", "changed"),
        ("03-03T12:00", "web-index", "same"),
    ]
    assert [look[2] for look in _looks(home, _OTHER)] == ["new", "gone"]
    assert set(archive.fetched().values()) == {1}
    assert sum(archive.fetched().values()) == 4, "one capture of each payload, of articles alone"
    assert len(archive.calls) == 4, "three answers on one domain of the outlet, one on the other"
    sound(home)
    # Again: the index is not asked before its time, and nothing is fetched.
    assert _backfill(home, archive).code == 0
    assert (len(archive.calls), sum(archive.fetched().values())) == (4, 4)
    (edit,) = rows(home, "edits", "--outlet", "rt-fr")
    assert edit["not_before"] == "2026-03-01T18:00:00+00:00"
    assert rows(home, "edits", "--outlet", "rt-fr", "--evidence", "own") == []


def test_what_we_hold_is_not_fetched(sqlite_home: Home, tmp_path: Path, archive: Archive) -> None:
    home = sqlite_home
    page = tmp_path / "page.html"
    page.write_bytes(OLD)
    palimpsest("ingest", str(page), "--url", ADDRESS, "--at", "2026-03-01T13:00Z", home=home)
    assert _backfill(home, archive, of=ADDRESS).code == 0
    assert [path.partition("id_")[0] for path in archive.fetched()] == ["/web/20260302120000"]
    assert [look[1] for look in _looks(home)] == ["web-index", "given-page", "web-index", "web-archive", "web-index"]


def test_looks_of_others_bound_no_edit_of_our_own_evidence(sqlite_home: Home, archive: Archive) -> None:
    home = sqlite_home
    with Intake(home, RunKind.CRAWL, lambda: datetime(2026, 3, 5, tzinfo=UTC)) as intake:
        for body, day in ((OLD, 1), (EDITED, 4)):
            intake.take(Capture(ADDRESS, datetime(2026, 3, day, tzinfo=UTC), body))
    assert _backfill(home, archive, of=ADDRESS).code == 0
    assert [look[1] for look in _looks(home)] == ["own-http", *["web-index"] * 4, "own-http"]
    for evidence, after, by in (("any", "01T18", "02T12"), ("own", "01T00", "04T00")):
        (edit,) = rows(home, "edits", "--outlet", "rt-fr", "--evidence", evidence)
        assert (edit["not_before"][8:13], edit["not_after"][8:13]) == (after, by)  # type: ignore[index]


def test_memento_archives_are_asked_for_addresses(sqlite_home: Home, archive: Archive) -> None:
    home = sqlite_home
    answer = _backfill(home, archive, "--since", "2026-03-02", of=ADDRESS, path="/wayback")
    assert answer.code == 0, answer
    assert [look[:2] for look in _looks(home)] == [("03-02T12:00", "web-archive"), ("03-03T12:00", "web-archive")]
    refused = _backfill(home, archive, path="/wayback")
    assert (refused.code, "give addresses" in refused.stderr) == (2, True)


def test_at_most_so_many_a_day(sqlite_home: Home, archive: Archive) -> None:
    home = sqlite_home
    archive.kept = [Kept(ADDRESS, f"2026030112000{n}", OLD.replace(b"12", b"1%d" % n)) for n in range(5)]
    (row,) = _rows(_backfill(home, archive, "--per-day", "2", "--json"))
    assert list(row) == ["run", "captures", "listed", "attempts", "problems", "remarks"]
    assert row["listed"] == {"captured": 2, "waiting": 3}
    (row,) = _rows(_backfill(home, archive, "--json"))
    assert row["listed"] == {"captured": 5}


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_a_page_for_people_is_refused_in_words(sqlite_home: Home, archive: Archive) -> None:
    home, archive.rewrites = sqlite_home, True
    answer = _backfill(home, archive, of=ADDRESS)
    assert (answer.code, "rewritten for people" in answer.stdout) == (1, True), answer
    assert rows(home, "edits", "--outlet", "rt-fr") == []
    sound(home)


def test_who_is_asked_too_often_is_left_alone(sqlite_home: Home, archive: Archive) -> None:
    home, archive.refuses = sqlite_home, 1
    answer = _backfill(home, archive, of=ADDRESS)
    assert (answer.code, len(archive.calls)) == (0, 2), answer
    assert archive.calls[1] - archive.calls[0] >= 1
    archive.refuses = 9
    answer = _backfill(home, archive, of=_OTHER)
    assert (answer.code, len(archive.calls), "stopped" in answer.stdout) == (1, 4, True), answer
    archive.refuses = 0
    assert _backfill(home, archive, of=_OTHER).code == 0
    assert [look[2] for look in _looks(home, _OTHER)] == ["new", "gone"]


def test_an_empty_answer_says_nothing(sqlite_home: Home, archive: Archive) -> None:
    home, archive.empty = sqlite_home, True
    answer = _backfill(home, archive, of=ADDRESS)
    assert (answer.code, "does not say that there is nothing" in answer.stdout) == (1, True), answer


def test_the_index_is_asked_as_seldom_as_it_is_told(sqlite_home: Home, archive: Archive) -> None:
    home, archive.page = sqlite_home, 1
    assert _backfill(home, archive, calls="120", of=ADDRESS).code == 0
    assert len(archive.calls) == 4
    gaps = [later - call for call, later in zip(archive.calls, archive.calls[1:], strict=False)]
    assert min(gaps) > 0.45
