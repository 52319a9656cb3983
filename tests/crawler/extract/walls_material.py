"""Pages to be judged, and how they are."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.records import Capture, Judgement, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = "https://www.rt.com/news/473001-slug/"
ANYWHERE = "https://www.nobody.example/2026/01/slug"
SENTENCE = (
    "The harbour bridge will close for a year, the owner of the port said on Monday, and ferries will run instead. "
)


def judged(
    body: str,
    url: str = ANYWHERE,
    *,
    status: int = 200,
    final_url: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> Judgement:
    capture = Capture(url, AT, body.encode(), status, headers, final_url=final_url, source=Source.OWN_HTTP)
    return examine(capture, registry().for_url(url, AT))[0]


def layout(headline: str, text: str) -> str:
    heading = f'<h1 class="article__heading">{headline}</h1>'
    return f'<div class="article">{heading}<div class="article__text">{text}</div></div>'


def page(head: str = "", body: str = "", language: str = "en") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )


PARAGRAPHS = "".join(f"<p>{SENTENCE} Part {n}.</p>" for n in range(30))
