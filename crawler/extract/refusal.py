"""Can this reading be right? What was read may show that a page was no article after all, or not a whole one. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from archive.records import BlockType, Judgement, Reading, Verdict
from crawler.extract import ends, walls
from crawler.extract.walls import Sight
from crawler.parse.mojibake import spoilt
from crawler.parse.page import Page

__all__ = ["refusal"]

_SPOILT = 0.01
_LOST = 0.3
_GALLERY = 3
"""Pictures with words from which on a page needs no text."""


def _shown(reading: Reading) -> str:
    return "\n".join((reading.headline, reading.description, *(block.text for block in reading.body)))


def _empty(reading: Reading) -> Judgement | None:
    texts = any(block.type is not BlockType.EMBED for block in reading.body)
    if (texts or reading.description) and not reading.headline:
        return Judgement(Verdict.UNREADABLE, "no headline")
    # A page of many pictures or of a video has no text. A text that has lost its paragraphs still has its lead, and the
    # picture or two that stood with it.
    shown = reading.body or reading.circumstances.videos or len(reading.images) >= _GALLERY
    if texts or (reading.headline and shown):
        return None
    if any(removal.kind == "consent" for removal in reading.removed):
        return Judgement(Verdict.CONSENT, "nothing but a consent text")
    return Judgement(Verdict.EMPTY_SHELL, "a headline without a text" if reading.headline else "nothing to read")


_TEASER = 2_500
"""Characters of a text up to which a question for a subscription shows that it was cut."""
_NOTE = 600


def _closed(page: Page) -> bool:
    """Whether the page states that its article is not free."""
    return any(str(item.get("isAccessibleForFree")).lower() == "false" for item in page.jsonld)


def _asks_to_subscribe(lines: Iterable[str]) -> bool:
    found = walls.said((), lines)
    return found is not None and found[0].verdict is Verdict.PAYWALL


def _cut_for_others(page: Page, text: str) -> str:
    """What shows that a page which is not free shows a part of its article only; empty where nothing does."""
    if max((len(str(item.get("articleBody") or "")) for item in page.jsonld), default=0) > 2 * len(text) + 200:
        return "the page states a longer text than it shows"
    if len(text) < _TEASER and _asks_to_subscribe(Sight(page).lines):
        return "asks for a subscription"
    return "ends with an ellipsis" if len(text) < _TEASER and text.rstrip().endswith(("…", "...")) else ""


def _paid(page: Page, reading: Reading) -> Judgement | None:
    text = "\n".join(block.text for block in reading.body)
    if _closed(page) and (why := _cut_for_others(page, text)):
        return Judgement(Verdict.PAYWALL, f"not free, and {why}")
    last = [block.text for block in reading.body[-1:]] + [removal.text for removal in reading.removed]
    if len(text) < _TEASER and _asks_to_subscribe(last):
        return Judgement(Verdict.PAYWALL, "asks for a subscription")
    return None


def _noted(_page: Page, reading: Reading) -> Judgement | None:
    """A notice in an article's layout: the text is short, and it or the headline is a wall's."""
    lines = [text for text in (reading.description, *(block.text for block in reading.body)) if text]
    if sum(map(len, lines)) > _NOTE:
        return None
    found = walls.said((frozenset(walls.keys(reading.headline)),), lines[:1])
    return Judgement(found[0].verdict, f"{found[0].name}: {found[1]}, in an article's layout") if found else None


def _spoilt_text(page: Page, reading: Reading) -> Judgement | None:
    share = spoilt(_shown(reading))
    if share > _SPOILT:
        return Judgement(Verdict.UNREADABLE, f"{share:.0%} of the text is spoilt: read as {page.charset}")
    # In Western languages few letters tell a charset, so that all of them can be lost and the text look sound.
    if page.replaced > 2 and page.replaced > _LOST * sum(not char.isascii() for char in page.text):
        return Judgement(Verdict.UNREADABLE, f"{page.replaced:,} letters are lost: read as {page.charset}")
    return None


def _cut(page: Page, reading: Reading) -> Judgement | None:
    return Judgement(Verdict.CUT, "ends within the article") if ends.within_article(page, reading) else None


def refusal(page: Page, reading: Reading, missing_end: str) -> Judgement | None:
    """What a reading shows to be wrong with a page that looked like an article; None where nothing is. `missing_end` is
    what shows that the end of the document is missing."""
    if (empty := _empty(reading)) is not None:
        return empty
    checks = (_spoilt_text, _noted, _paid, *([_cut] if missing_end else []))
    return next((found for check in checks if (found := check(page, reading)) is not None), None)
