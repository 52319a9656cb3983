"""Saved pages of each outlet and layout, one test per field: `tests/outlets/<name>/<case>/{page.html, expected.json}`.

The pages are our own, written in the outlets' real markup; a page may also stand for a wall and expect only a verdict.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from archive.records import Capture, Date, Judgement, Reading, Source
from archive.text import iso
from crawler.outlets import registry
from crawler.outlets.base import Outlet
from crawler.read import examine

CASES = Path(__file__).parent.parent / "outlets"
_ABOUT = {"url", "final_url", "fetched_at", "status", "headers", "outlet", "verdict"}


def _when(date: Date | None) -> str | None:
    return iso(date.instant) if date else None


_FIELDS: dict[str, Callable[[Reading], Any]] = {
    "headline": lambda reading: reading.headline,
    "description": lambda reading: reading.description,
    "body": lambda reading: [[block.type.value, block.text] for block in reading.body],
    "authors": lambda reading: list(reading.authors),
    "date_published": lambda reading: _when(reading.date_published),
    "date_modified": lambda reading: _when(reading.circumstances.date_modified),
    "images": lambda reading: [[image.caption, image.credit] for image in reading.images],
    "read_also": lambda reading: list(reading.read_also),
    "removed": lambda reading: [[removal.rule, removal.text] for removal in reading.removed],
    "section": lambda reading: reading.circumstances.section,
    "tags": lambda reading: list(reading.circumstances.tags),
    "canonical": lambda reading: reading.circumstances.canonical,
    "language": lambda reading: reading.circumstances.language,
    "own_id": lambda reading: reading.own_id,
}


def _expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / case / "expected.json").read_text(encoding="utf-8"))
    return found


def _bytes(case: str) -> bytes:
    plain = CASES / case / "page.html"
    return plain.read_bytes() if plain.is_file() else gzip.decompress((CASES / case / "page.html.gz").read_bytes())


@lru_cache
def _examined(case: str) -> tuple[Outlet, Judgement, Reading | None]:
    expected = _expected(case)
    capture = Capture(
        url=expected["url"],
        final_url=expected.get("final_url", ""),
        fetched_at=datetime.fromisoformat(expected["fetched_at"]),
        status=expected.get("status", 200),
        headers=tuple(expected.get("headers", {}).items()),
        body=_bytes(case),
        source=Source.OWN_HTTP,
    )
    outlet = registry().for_url(capture.url, capture.fetched_at)
    return outlet, *examine(capture, outlet)


def _cases() -> list[str]:
    return sorted(str(path.parent.relative_to(CASES)) for path in CASES.glob("*/*/expected.json"))


def _fields() -> Iterator[Any]:
    for case in _cases():
        for field in _expected(case):
            if field not in _ABOUT:
                yield pytest.param(case, field, id=f"{case}-{field}")


@pytest.mark.parametrize("case", _cases())
def test_verdict(case: str) -> None:
    _, judgement, reading = _examined(case)
    assert judgement.verdict.value == _expected(case)["verdict"], judgement.reason
    assert (reading is not None) == (judgement.verdict.value == "article")


@pytest.mark.parametrize("case", [case for case in _cases() if "outlet" in _expected(case)])
def test_outlet(case: str) -> None:
    assert _examined(case)[0].name == _expected(case)["outlet"]


@pytest.mark.parametrize(("case", "field"), list(_fields()))
def test_field(case: str, field: str) -> None:
    reading = _examined(case)[2]
    assert reading is not None
    assert _FIELDS[field](reading) == _expected(case)[field]


@pytest.mark.parametrize("case", [case for case in _cases() if _expected(case)["verdict"] == "article"])
def test_a_revision_is_one_of_the_current_ones(case: str) -> None:
    reading = _examined(case)[2]
    assert reading is not None
    assert reading.revision in registry().revisions()


@pytest.mark.parametrize("name", ["rt-en", "rt-es", "rt-fr"])
def test_an_outlet_has_an_article_page_and_a_page_that_is_none(name: str) -> None:
    verdicts = [_expected(case)["verdict"] for case in _cases() if case.startswith(f"{name}/")]
    assert "article" in verdicts
    assert set(verdicts) - {"article"}
