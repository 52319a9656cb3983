"""Saved pages of each outlet and layout, one test per field: `tests/outlets/<name>/<case>/{page.html, expected.json}`.

The pages are our own, written in the outlets' real markup; a page may also stand for a wall and expect only a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from archive.records import Judgement, Reading, Verdict
from crawler.authoring import cases
from crawler.authoring.cases import Case
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry
from tests.support import REPOSITORY

CASES = REPOSITORY / "tests" / "outlets"


@lru_cache
def _case(name: str) -> Case:
    return cases.load(CASES / name)


@lru_cache
def _examined(name: str) -> tuple[Outlet, Judgement, Reading | None]:
    capture = _case(name).capture
    return registry().for_url(capture.url, capture.fetched_at), *cases.read(_case(name), registry())


def _cases() -> list[str]:
    return sorted(str(path.parent.relative_to(CASES)) for path in CASES.glob("*/*/expected.json"))


def _fields() -> Iterator[Any]:
    for case in _cases():
        for field in _case(case).expected:
            yield pytest.param(case, field, id=f"{case}-{field}")


@pytest.mark.parametrize("case", _cases())
def test_verdict(case: str) -> None:
    _, judgement, reading = _examined(case)
    assert judgement.verdict is _case(case).verdict, judgement.reason
    assert (reading is not None) == (judgement.verdict is Verdict.ARTICLE)


@pytest.mark.parametrize("case", [case for case in _cases() if _case(case).outlet])
def test_outlet(case: str) -> None:
    assert _examined(case)[0].name == _case(case).outlet


@pytest.mark.parametrize(("case", "field"), list(_fields()))
def test_field(case: str, field: str) -> None:
    reading = _examined(case)[2]
    assert reading is not None
    found, expected = cases.FIELDS[field](reading), _case(case).expected[field]
    assert found == expected or cases.fits(field, found, expected)


@pytest.mark.parametrize("case", [case for case in _cases() if _case(case).verdict is Verdict.ARTICLE])
def test_a_revision_is_one_of_the_current_ones(case: str) -> None:
    reading = _examined(case)[2]
    assert reading is not None
    assert reading.revision in registry().revisions()


@pytest.mark.parametrize("name", registry().names())
def test_an_outlet_has_two_article_pages_and_one_that_is_none(name: str) -> None:
    verdicts = [_case(case).verdict for case in _cases() if case.startswith(f"{name}/")]
    assert verdicts.count(Verdict.ARTICLE) >= 2, "an outlet is proven by saved pages: see docs/adding-an-outlet.md"
    assert set(verdicts) - {Verdict.ARTICLE}
