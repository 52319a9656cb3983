"""The real pages that stand beside this repository, where they are: those of defined outlets exactly as annotated, all
others sensibly. What the notes of an annotation call doubtful is not compared (`DOUBTFUL`)."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive.records import BlockType, Capture, Judgement, Reading, Source
from archive.text import canonical
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.language import alone
from tests.support import REPOSITORY

PAGES = REPOSITORY.parent / "shared" / "pages"
AT = datetime(2026, 11, 23, tzinfo=UTC)
EXACT = {
    "anadolu_tr",
    "cubadebate",
    "granma",
    "huanqiu",
    "kommersant",
    "people_cn",
    "ria",
    "rian_en",
    "rt_en",
    "rt_es",
    "sputnik_ar",
    "sputnik_en",
    "tass_ru",
    "xinhua",
    "yjc",
}
"""The folders of outlets that are defined: every page in them is read as it is annotated."""
PLACES = {
    "huanqiu": "https://3w.huanqiu.com/a/d80b1f/3yWyyCuSR4w",
    "xinhua": "http://www.news.cn/2023-11/17/c_1129981476.htm",
}
"""An address of the outlet for pages of its folder that are listed without one."""
DOUBTFUL = {("cubadebate", "date_modified")}
"""(folder, field) whose annotation doubts itself in its notes."""

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the saved pages are not beside this repository")


def _manifest() -> list[dict[str, Any]]:
    if not PAGES.is_dir():
        return []
    lines = (PAGES / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _of_kind(kind: str) -> list[str]:
    return [entry["file"] for entry in _manifest() if entry["kind"] == kind]


def _exact() -> list[str]:
    return [file for file in _of_kind("article") if file.partition("/")[0] in EXACT]


def _url(file: str) -> str:
    """Where a page was: as listed, else as annotated."""
    entry = next(entry for entry in _manifest() if entry["file"] == file)
    stated = entry["url"] or ("gold" in entry and _gold(file).get("url"))
    return stated or PLACES.get(entry["outlet"]) or f"https://{entry['outlet'].replace('_', '-')}.example/a/1"


@lru_cache
def _examined(file: str) -> tuple[Judgement, Reading | None]:
    body = gzip.decompress((PAGES / file).read_bytes())
    capture = Capture(_url(file), AT, body, source=Source.GIVEN_PAGE)
    return examine(capture, registry().for_url(_url(file), AT))


def _reading(file: str) -> Reading:
    reading = _examined(file)[1]
    assert reading is not None
    return reading


def _gold(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAGES / file.replace(".html.gz", ".gold.json")).read_text(encoding="utf-8"))
    return found


def _says(instant: datetime, stated: str, zone: str) -> bool:
    """Whether an instant is what an annotation states: what has no zone is the hour shown, which is that of the outlet
    or, with some, GMT; what has no hour is the day shown, and hours are mostly shown without seconds."""
    expected = datetime.fromisoformat(stated)
    if not expected.second:
        instant = instant.replace(second=0, microsecond=0)
    if expected.tzinfo is not None:
        return instant == expected
    shown = [instant] if instant.tzinfo is None else [instant.astimezone(of) for of in (ZoneInfo(zone), UTC)]
    if len(stated) == len("2026-10-05"):
        return expected.date() in {moment.date() for moment in shown}
    return expected in {moment.replace(tzinfo=None) for moment in shown}


@pytest.mark.parametrize("file", _of_kind("article"))
def test_every_article_is_read(file: str) -> None:
    judgement, reading = _examined(file)
    assert judgement.verdict.value == "article"
    assert reading is not None
    assert reading.headline
    assert sum(len(block.text) for block in reading.body) > 300


@pytest.mark.parametrize("file", _of_kind("article"))
def test_every_article_is_in_the_language_it_is_written_in(file: str) -> None:
    stated = next(entry["language"] for entry in _manifest() if entry["file"] == file)
    # The Russian edition of a Ukrainian paper, which calls itself Ukrainian.
    written = "ru" if file.startswith("pravda_ua/") else stated
    assert alone(_reading(file).circumstances.language) == written


@pytest.mark.parametrize("file", _of_kind("listing"))
def test_a_home_page_is_no_article(file: str) -> None:
    assert _examined(file)[0].verdict.value in {"home", "listing"}


def test_a_feed_is_no_page() -> None:
    for file in _of_kind("feed"):
        assert _examined(file)[0].verdict.value == "not-html"


@pytest.mark.parametrize("file", _exact())
class TestExactly:
    """One test per field."""

    def test_headline(self, file: str) -> None:
        assert canonical(_reading(file).headline) == canonical(_gold(file)["headline"])

    def test_description(self, file: str) -> None:
        assert canonical(_reading(file).description) == canonical(_gold(file)["description"] or "")

    def test_body(self, file: str) -> None:
        gold = _gold(file)["body"]
        optional = {canonical(block["text"]) for block in gold if block["optional"]}
        ours = [canonical(block.text) for block in _reading(file).body if block.type is not BlockType.EMBED]
        wanted = [canonical(block["text"]) for block in gold if not block["optional"]]
        assert [text for text in ours if text not in optional] == wanted

    def test_block_types(self, file: str) -> None:
        types = {canonical(block["text"]): block["type"] for block in _gold(file)["body"]}
        for block in _reading(file).body:
            assert types.get(canonical(block.text), block.type.value) == block.type.value

    def test_authors(self, file: str) -> None:
        assert list(_reading(file).authors) == _gold(file)["authors"]

    @pytest.mark.parametrize("field", ["date_published", "date_modified"])
    def test_dates(self, file: str, field: str) -> None:
        stated, reading = _gold(file)[field], _reading(file)
        if stated is None or (file.partition("/")[0], field) in DOUBTFUL:
            return
        date = reading.date_published if field == "date_published" else reading.circumstances.date_modified
        assert date is not None
        assert date.instant is not None
        assert _says(date.instant, stated, registry().for_url(_url(file), AT).timezone)

    def test_images(self, file: str) -> None:
        stated = [(image["caption"] or "", image["credit"] or "") for image in _gold(file)["images"]]
        wanted = [words for words in stated if any(words)]  # a picture without words is no part of a version
        assert [(image.caption, image.credit) for image in _reading(file).images] == wanted

    def test_read_also(self, file: str) -> None:
        assert list(_reading(file).read_also) == _gold(file)["read_also"]

    def test_no_furniture_in_the_body(self, file: str) -> None:
        furniture = {canonical(text) for text in _gold(file)["furniture"]}
        assert not furniture & {canonical(block.text) for block in _reading(file).body}
