"""The readers `reading.py` compares, each asked in the way its own documentation recommends for news.

The others get the text already decoded, the address and the language. What a tool has no field for is None and is not
scored.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from reading_pages import Case

from archive import urls
from archive.records import BlockType, Capture, Date, Judgement, Reading
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.registry import ad_hoc, registry
from crawler.parse.page import load

__all__ = ["TOOLS", "Answer", "Tool"]


@dataclass(frozen=True)
class Answer:
    """What a tool read. `published` may be naive; `zone` is the one our outlet file states for hours without a zone."""

    paragraphs: tuple[str, ...] = ()
    headline: str | None = None
    lead: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | None = None
    has_date: bool = False
    images: tuple[tuple[str, str], ...] | None = None
    verdict: str | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """`prepare` is not timed and gives what `work` takes; `answer` puts what `work` gave into common words.

    `module` is what must be installed for it, where that is not of our own dependencies.
    """

    name: str
    prepare: Callable[[Case], Any]
    work: Callable[[Any], Any]
    answer: Callable[[Any], Answer]
    reset: Callable[[], object] = lambda: None
    module: str = "trafilatura"


# --- ours -----------------------------------------------------------------------------------------------------------


def _instant(date: Date | None) -> datetime | None:
    """The moment, in the zone that the page names where it names one: a day is annotated as it is written."""
    if date is None or date.instant is None or date.instant.tzinfo is None:
        return date.instant if date else None
    with suppress(ValueError):
        return date.instant.astimezone(datetime.fromisoformat(date.raw).tzinfo or UTC)
    return date.instant


def _ours(found: tuple[Judgement, Reading | None]) -> Answer:
    judgement, reading = found
    if reading is None:
        return Answer(headline="", lead="", authors=(), has_date=True, images=(), verdict=judgement.verdict.value)
    texts = [block for block in reading.body if block.type is not BlockType.EMBED]
    return Answer(
        paragraphs=tuple(block.text for block in texts),
        headline=reading.headline,
        lead=reading.description,
        authors=reading.authors,
        # The others have one date for a page: where it does not say when it was published, when it was changed.
        published=_instant(reading.date_published or reading.circumstances.date_modified),
        has_date=True,
        images=tuple((image.caption, image.credit) for image in reading.images),
        verdict=judgement.verdict.value,
        types=tuple(block.type.value for block in texts),
    )


def _with_its_outlet(case: Case) -> tuple[Capture, Outlet]:
    return case.capture, registry().for_url(case.capture.url, case.capture.fetched_at)


def _as_unknown(case: Case) -> tuple[Capture, Outlet]:
    """The page as though nobody had described its outlet."""
    return case.capture, ad_hoc(urls.host(case.capture.url))


# --- the others -----------------------------------------------------------------------------------------------------


def _decoded(case: Case) -> tuple[str, str, str]:
    capture, outlet = _with_its_outlet(case)
    return load(capture, outlet.charset).text, capture.landed, case.language


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split("\n"))))


def _day(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _trafilatura(found: tuple[str, str, str]) -> str | None:
    from trafilatura import extract

    return extract(found[0], url=found[1], include_comments=False, include_tables=False)


def _trafilatura_with_tables(found: tuple[str, str, str]) -> Any:
    """As its own benchmark asks it."""
    from trafilatura import bare_extraction

    return bare_extraction(found[0], url=found[1], include_comments=False, include_tables=True, with_metadata=True)


def _trafilatura_with_metadata(found: tuple[str, str, str]) -> Any:
    from trafilatura import bare_extraction

    return bare_extraction(found[0], url=found[1], include_comments=False, include_tables=False, with_metadata=True)


def _from_trafilatura(document: Any) -> Answer:
    if document is None:
        return Answer(headline="", authors=(), has_date=True)
    names = tuple(filter(None, (document.author or "").split("; ")))
    body = _from_text(document.text)
    return replace(body, headline=document.title or "", authors=names, published=_day(document.date or ""))


def _from_text(text: str | None) -> Answer:
    # A list item is marked by a dash or a dot that the page does not show as text.
    lines = (re.sub(r"^[-•] ", "", piece) for piece in _pieces(text or ""))
    return Answer(tuple(lines), has_date=True)


def _forget_trafilatura() -> None:
    from trafilatura.meta import reset_caches

    reset_caches()


def _newspaper(found: tuple[str, str, str]) -> Any:
    from newspaper import Article
    from newspaper.utils import get_available_languages

    language = found[2][:2] if found[2][:2] in get_available_languages() else "en"
    article = Article(found[1], language=language, fetch_images=False)
    article.download(input_html=found[0])
    article.parse()
    return article


def _from_newspaper(article: Any) -> Answer:
    return Answer(
        _pieces(article.text),
        headline=article.title or "",
        authors=tuple(article.authors),
        published=article.publish_date or None,
        has_date=True,
    )


def _resiliparse(found: tuple[str, str, str]) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(found[0], main_content=True, list_bullets=False, alt_texts=False))


def _readability(found: tuple[str, str, str]) -> tuple[str, str]:
    from readability import Document

    document = Document(found[0])
    return document.summary(html_partial=True), document.short_title()


def _from_readability(found: tuple[str, str]) -> Answer:
    from lxml.html import fromstring

    texts = [piece for piece in fromstring(found[0] or "<p></p>").itertext() if piece.strip()]
    return replace(_from_text("\n".join(texts)), headline=found[1], has_date=False)


logging.disable(logging.CRITICAL)  # what they say about single pages is no part of the table

_ALL = (
    Tool("palimpsest", _with_its_outlet, lambda found: examine(*found), _ours),
    Tool("palimpsest generic", _as_unknown, lambda found: examine(*found), _ours),
    Tool(
        "trafilatura",
        _decoded,
        _trafilatura,
        lambda text: replace(_from_text(text), has_date=False),
        _forget_trafilatura,
    ),
    Tool("trafilatura + metadata", _decoded, _trafilatura_with_metadata, _from_trafilatura, _forget_trafilatura),
    Tool("trafilatura, tables", _decoded, _trafilatura_with_tables, _from_trafilatura, _forget_trafilatura),
    Tool("newspaper4k", _decoded, _newspaper, _from_newspaper, module="newspaper"),
    Tool(
        "resiliparse",
        _decoded,
        _resiliparse,
        lambda text: replace(_from_text(text), has_date=False),
        module="resiliparse",
    ),
    # Named nowhere, for it asks for an older cssselect than Scrapy's own.
    Tool("readability-lxml", _decoded, _readability, _from_readability, module="readability"),
)
TOOLS = tuple(tool for tool in _ALL if find_spec(tool.module))
for _absent in (tool for tool in _ALL if tool not in TOOLS):
    print(f"{_absent.name} is not installed, and left out", file=sys.stderr)
