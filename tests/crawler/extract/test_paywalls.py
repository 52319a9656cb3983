"""A text cut for all but subscribers is a paywall; one that is shown whole is an article."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archive.records import Verdict
from tests.crawler.extract.walls_material import PARAGRAPHS, SENTENCE, judged, page


def paid(shown: str, more: str = "", **stated: object) -> str:
    about: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": "Bridge to close",
        "isAccessibleForFree": False,
        **stated,
    }
    return page(
        f'<title>Bridge to close</title><script type="application/ld+json">{json.dumps(about)}</script>',
        f"<article><h1>Bridge to close</h1>{shown}</article>{more}",
    )


TEASER = f"<p>{SENTENCE}</p><p>{SENTENCE} It was built in 1974.</p>"


@pytest.mark.parametrize(
    "body",
    [
        paid(TEASER, "<section class='offer'><p>Subscribe to continue reading</p></section>"),
        paid(TEASER, isAccessibleForFree="False", articleBody=SENTENCE * 30),
        paid(f"{TEASER}<p>The owner of the port said that the …</p>"),
        page(
            "<title>Bridge to close</title>",
            f"<article><h1>Bridge to close</h1>{TEASER}<p>Cet article est réservé aux abonnés.</p></article>",
        ),
    ],
)
def test_a_text_cut_for_all_but_subscribers_is_a_paywall(body: str) -> None:
    found = judged(body)
    assert found.verdict is Verdict.PAYWALL, found.reason


def test_an_article_for_subscribers_that_is_shown_whole_is_an_article() -> None:
    assert judged(paid(PARAGRAPHS, "<p>Subscribe to continue reading</p>")).verdict is Verdict.ARTICLE
    assert judged(paid(PARAGRAPHS, isAccessibleForFree="False")).verdict is Verdict.ARTICLE
    assert judged(paid(TEASER, isAccessibleForFree=True, articleBody=SENTENCE)).verdict is Verdict.ARTICLE
