"""Records are put together to looks by what they name alone: whatever order, or lie, a file holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from archive import warc
from archive.records import Capture
from crawler.pipeline.sources import ways

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _record(name: str, url: str, **more: Any) -> warc.Foreign:
    capture = Capture(f"https://paper.test/{url}", _AT, name.encode(), more.pop("status", 200))
    found = warc.Foreign(warc.RecordType.RESPONSE, capture, name, offset=0, ours=True)
    return replace(found, **more)


def _told(*records: warc.Foreign) -> list[str]:
    found = [one for one in ways.looks(records) if isinstance(one, ways.Look)]
    return ["".join(one.record_id for one in (*look.way, look.last)) for look in found]


MOVED = _record("a", "old", status=301, concurrent_to="b")
PAGE = _record("b", "page")
SCRIPT = _record("c", "script.js", concurrent_to="d")
SHOWN = _record("d", "page", rendered=True)


def test_what_leads_to_a_look_stands_with_it() -> None:
    assert _told(MOVED, PAGE) == ["ab"]
    assert _told(MOVED, PAGE, SCRIPT, SHOWN) == ["abcd"]
    assert _told(PAGE, SHOWN, PAGE, PAGE) == ["bd", "b", "b"]
    for order in permutations([MOVED, PAGE, SCRIPT, SHOWN]):
        assert sorted("".join(_told(*order))) == [*"abcd"]
    # A script that sends on is no way to the page; another address is no page of that browser.
    assert _told(_record("x", "else"), SHOWN) == ["x", "d"]
    sends_on = _record("c", "s", status=301, concurrent_to="d")
    (look,) = ways.looks([sends_on, SHOWN])
    assert isinstance(look, ways.Look)
    assert SHOWN.capture is not None
    assert sends_on.capture is not None
    assert look.capture(SHOWN.capture, [sends_on.capture]).url == "https://paper.test/page"


def test_a_request_stands_with_its_answer() -> None:
    asked = warc.Foreign(warc.RecordType.OTHER, None, "q", 0, ours=True, concurrent_to="b", request=b"GET / HTTP/1.1")
    other = replace(asked, concurrent_to="z", request=b"GET /z HTTP/1.1")
    (look,) = ways.looks([MOVED, PAGE, asked, other])
    assert isinstance(look, ways.Look)
    assert PAGE.capture is not None
    assert look.capture(PAGE.capture, []).request == asked.request


def test_records_without_end_are_let_go_of() -> None:
    assert len(_told(*[replace(MOVED, concurrent_to="never")] * 1_000, PAGE)) == 1_001
    assert _told(*[MOVED] * 401, PAGE)[-1] == "ab"
