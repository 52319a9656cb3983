"""Days of KCNA: the page names one without a year, its lists name the year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Source
from crawler.discover import Found, discover
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.find import Listing
from crawler.outlets.kcna import kcna_en, kcna_ko
from crawler.outlets.registry import registry
from tests.support import REPOSITORY


@pytest.mark.parametrize(("outlet", "said"), [(kcna_en, "September 10"), (kcna_ko, "9월 10일")])
def test_a_day_without_a_year_is_as_written_whenever_it_is_looked_at(outlet: Outlet, said: str) -> None:
    body = (REPOSITORY / "tests" / "outlets" / outlet.name / "2026-detail" / "page.html").read_bytes()
    for year in (2026, 2028):
        at = datetime(year, 9, 12, tzinfo=UTC)
        capture = Capture(
            f"http://www.kcna.kp{outlet.path}/article/detail/{'fe' * 16}", at, body, source=Source.OWN_HTTP
        )
        reading = examine(capture, registry().named(outlet.name, capture.url, at))[1]
        assert reading is not None
        assert reading.date_published is not None
        assert (reading.date_published.raw, reading.date_published.instant) == (said, None)
        assert reading.date_published.how == "page, no year stated"


def test_a_list_names_the_year_which_is_no_part_of_a_title() -> None:
    entries = (("ab", "New Ferry", "[2026.09.10]"), ("cd", "Old Ferry", "(Juche113.3.9.)"), ("ef", "No Day", "soon"))
    items = "".join(
        f"<li><a href='/en/article/q/{name * 16}.kcmsf'>{title} <span class='publish-time'>{day}</span></a></li>"
        for name, title, day in entries
    )
    find = kcna_en.find[0]
    assert isinstance(find, Listing)
    read = discover(find, find.url, f"<ul class='article-link'>{items}</ul>".encode())
    assert read.found == tuple(
        Found(f"http://www.kcna.kp/en/article/q/{name * 16}.kcmsf", find.url, title, day)
        for (name, title, _), day in zip(entries, ("2026-09-10", "2024-03-09", ""), strict=True)
    )
