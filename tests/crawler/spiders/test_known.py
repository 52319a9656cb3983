"""A 304 is believed as long as there is reason to."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.records import Capture, Source
from crawler.spiders.known import Answered, Known, wants_all
from tests.crawler.crawls import here, rows, run
from tests.crawler.loopback import Answer, Site, serve
from tests.support import palimpsest, sound

URL = "https://site.example/news/1"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def _whole(gaps: list[timedelta]) -> list[bool]:
    """At which looks, each so long after the one before, a page that never changes is asked for whole."""
    at, answers, found = NOW, [Answered(200, NOW)], list[bool]()
    for gap in gaps:
        at += gap
        found.append(wants_all(URL, answers[:10], at))
        answers.insert(0, Answered(200 if found[-1] else 304, at))
    return found


@pytest.mark.parametrize(
    ("gaps", "least", "most"),
    [
        ([timedelta(hours=1)] * 23, 2, 2),
        ([DAY * 2] * 60, 15, 30),
        ([DAY * 30] * 60, 15, 30),
        ([timedelta(hours=n) for n in (2, 28, 210, 720, 8640)], 1, 3),
    ],
)
def test_pages_are_asked_for_whole_now_and_then(gaps: list[timedelta], least: int, most: int) -> None:
    assert least <= sum(_whole(gaps)) <= most
    assert _whole(gaps) == _whole(gaps)


def _date(at: datetime) -> str:
    return f"{at:%a, %d %b %Y %H:%M:%S GMT}"


@pytest.mark.parametrize(
    ("held", "got", "lies"),
    [
        (('"a"', ""), ('"a"', ""), True),
        (('W/"a"', ""), ('"a"', ""), True),
        (('"a"', ""), ('"b"', ""), False),
        (("", _date(NOW)), ("", _date(NOW)), True),
        # With an ETag, the date does not decide.
        (('"a"', _date(NOW)), ('"b"', _date(NOW)), False),
        # It changed before the server said that it had not.
        (('"a"', ""), ('"b"', _date(NOW + DAY / 2)), True),
        (('"a"', ""), ('"b"', _date(NOW + 2 * DAY)), False),
        (('"a"', ""), ('"b"', _date(NOW - DAY)), False),
        (("", _date(NOW)), ("", "yesterday"), False),
        (('"a"', ""), ("", ""), False),
    ],
)
def test_validators_that_do_not_change_with_the_page_are_told(
    held: tuple[str, str], got: tuple[str, str], lies: bool
) -> None:
    answers = (Answered(304, NOW + DAY), Answered(200, NOW))
    known = Known(*held, hashlib.sha256(b"old").digest(), answers, whole=True)
    headers = tuple((name, value) for name, value in zip(("ETag", "Last-Modified"), got, strict=True) if value)
    capture = Capture(URL, NOW + 3 * DAY, b"new", 200, headers, source=Source.OWN_HTTP)
    assert bool(known.remark(capture)) is lies
    assert not known.remark(Capture(URL, NOW, b"old", 200, headers, source=Source.OWN_HTTP))


def test_an_outlet_whose_304_was_untrue_loses_the_trust_for_a_month(tmp_path: Path) -> None:
    home = here(tmp_path)
    problems = []
    with serve(Site(pages=2), home.folder) as site:
        for number in (1, 2):

            def page(number: int = number) -> Answer:
                status, headers, body = site.page(number)
                return status, headers | {"ETag": '"template"'}, body

            site.answers[f"/news/{number}-story"] = page
        run(home, "crawl", "site")
        site.words = "as nobody was told"
        for day in (3, 6, 14, 22):
            problems += run(home, "recheck", "site", hours=24 * day).stdout.splitlines()
        assert len(rows(home, "edits")) == 2
        assert sum("304 is not believed" in words for words in problems) == 1
        site.headers.clear()
        run(home, "recheck", "site", hours=24 * 30)
        asked = [headers for headers in site.headers if "if-none-match" in headers]
        assert not asked
    assert any("304" in str(row["remark"]) for row in rows(home, "status"))
    assert "site: pages changed behind its 304" in palimpsest("doctor", home=home).stdout
    sound(home)
