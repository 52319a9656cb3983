"""A name that was changed in one character, where only whoever knows the layout can see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.records import DoubtKind
from crawler.authoring import cases
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.support import REPOSITORY

_OUTLETS = REPOSITORY / "tests" / "outlets"


def _doubts(case: str, old: str, new: str) -> list[str]:
    found = cases.load(_OUTLETS / case)
    assert old.encode() in found.capture.body
    capture = replace(found.capture, body=found.capture.body.replace(old.encode(), new.encode(), 1), headers=())
    judgement, reading = examine(capture, registry().for_url(capture.url, capture.fetched_at))
    return [doubt.kind for doubt in reading.doubts] if reading else [judgement.verdict]


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [
        ("rt-en/2015-article", "article__summary", "article__summWry"),
        ("sputnik-br/2023-article", "article__body", "article__3ody"),
        ("sputnik-cz/2023-article", "article__announce-text", "article__annou-ce-text"),
        ("tass-ru/2016-material", "b-material__preview", "b-material__previ7w"),
        ("rg/2022-document", "PageArticleContent_lead", "PageA*ticleContent_lead"),
        ("sputnik-africa/2023-article", '<div class="article__body', '<div c7ass="article__body'),
        ("sputnik-cn/2023-article", '<div class="article__body"', '<div>class="article__body"'),
        ("rt-de/2024-view", '<div class="ArticleView-summary"', '<div class=wArticleView-summary"'),
        ("sputnik-ar/2020-article", '<div class="b-inject m', '<diviclass="b-inject m'),
        ("rt-en/2015-article", "</div>", "<!div>"),
        ("rt-en/2015-article", "<div", "<?iv"),
    ],
)
def test_a_changed_name_is_noticed(case: str, old: str, new: str) -> None:
    found = _doubts(case, old, new)
    assert DoubtKind.SLOPPY_MARKUP in found or {"unreadable", "empty-shell"} & set(found)


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [
        ("sputnik-br/2023-article", "article__body", "article__body article__head article__foot"),
        ("rt-en/2015-article", "article__summary ", "article__summary article__summary2 "),
    ],
)
def test_a_sibling_of_a_name_is_none(case: str, old: str, new: str) -> None:
    assert _doubts(case, old, new) == []
