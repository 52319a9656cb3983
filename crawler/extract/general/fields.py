"""What a page says beside its text: dates, pictures, section, tags."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from selectolax.lexbor import LexborNode

from archive.records import Date, Image
from crawler.extract.general.walk import PICTURE, Piece, Walk
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import css, jsonld, meta
from crawler.parse import dates
from crawler.parse.blocks import line
from crawler.parse.page import Page, absolute, picture_at

__all__ = ["modified", "pictures", "published", "section", "sources", "tags"]

_PUBLISHED = (
    *("article:published_time", "og:published_time", "datepublished", "published_time", "publishdate", "publish-date"),
    *("pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "date"),
    "cxenseparse:recs:publishtime",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "modified_time", "lastmod", "dcterms.modified")
_DAY_IN_PATH = re.compile(r"/(19\d\d|20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")
_HAS_DAY = re.compile(r"\d")


# --- dates ----------------------------------------------------------------------------------------------------------


def _understood(values: Iterable[tuple[str, str]], at: datetime, outlet: Outlet, language: str) -> list[Date]:
    found = (dates.understand(raw, how, at, outlet.timezone, language=language) for raw, how in values if raw)
    return [date for date in found if date.instant is not None]


def _marked(page: Page, name: str, scope: LexborNode | None) -> Iterator[tuple[str, str]]:
    for attribute in ("datetime", "content"):
        for raw in css(f'[itemprop~="{name}"]', attribute)(page):
            yield raw, f"itemprop {name}"
    if name == "datePublished" and scope is not None:
        times = css("time[datetime]", "datetime")(page, scope)
        if len(set(times)) <= 2:  # more than published and modified are the times of other articles
            yield from ((raw, "page") for raw in times[:1])


def _stated(page: Page, name: str, metas: tuple[str, ...], scope: LexborNode | None) -> Iterator[tuple[str, str]]:
    yield from ((raw, "jsonld") for raw in jsonld(name)(page)[:1])
    yield from ((raw, f"meta {key}") for key in metas for raw in meta(key)(page))
    yield from _marked(page, name, scope)


def _searched(page: Page, at: datetime) -> Iterator[tuple[str, str]]:
    """The day in the address, then the day a date finder believes in."""
    if found := _DAY_IN_PATH.search(page.url):
        yield "-".join(found.groups()), "address"
        return
    if day := _found_day(page.text, at):
        yield day, "searched"


def _found_day(markup: str, at: datetime) -> str:
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)  # what it would print is in the date
    try:
        # Not the extensive search: it reads "three hours ago" by the clock, and can take seconds.
        found = find_date(markup, max_date=at.date().isoformat(), original_date=True, extensive_search=False)
    except Exception:  # noqa: BLE001 - a page that breaks a library is a page without a date
        return ""
    return str(found or "")


def published(
    page: Page, outlet: Outlet, at: datetime, language: str, scope: LexborNode | None, lines: Iterable[str]
) -> Date | None:
    """When it was published: as stated, made more exact by what stands beside the headline (`lines`)."""
    stated = _understood(_stated(page, "datePublished", _PUBLISHED, scope), at, outlet, language)
    shown = ((text, "page") for text in lines if len(text) <= 150 and _HAS_DAY.search(text))
    if not stated or _is_rough(stated[0]):
        stated += _understood(shown, at, outlet, language)
    return dates.agreed(stated or _understood(_searched(page, at), at, outlet, language))


def _is_rough(date: Date) -> bool:
    """Whether a date names no hour, or midnight, which often stands for none."""
    return date.instant is None or "day only" in date.how or (date.instant.hour, date.instant.minute) == (0, 0)


def modified(page: Page, outlet: Outlet, at: datetime, language: str) -> Date | None:
    """When it was last changed, as stated."""
    return dates.agreed(_understood(_stated(page, "dateModified", _MODIFIED, None), at, outlet, language))


# --- pictures -------------------------------------------------------------------------------------------------------

_CREDIT = (
    '[class*="credit" i], [class*="copyright" i], [class*="source" i], [class*="photographer" i], '
    '[itemprop="copyrightHolder"], [itemprop="creditText"], small'
)
_LABEL = (
    r"(?:photo(?:graph)?s?|foto|fotó|fotoğraf|image|picture|credit|crédit(?: photo)?|bild(?:quelle)?|quelle|imagen|"
    r"imagem|immagine|фото|источник|صورة|عکس|写真)\s*[:：/]\s*"
)
_CREDITED = re.compile(
    rf"(?P<caption>.*?)\s*+[(\[]?+\s*+(?:{_LABEL}(?P<named>.*?)|(?P<signed>©.*?))[)\]]?\s*", re.IGNORECASE | re.DOTALL
)
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.\Z")
"""The end of a sentence that names who made the picture; not that of an initial or of `Jr.`."""
_LABELLED = re.compile(rf"\W*+{_LABEL}", re.IGNORECASE)
_LABELLED_END = re.compile(rf"[\s(\[|/–-]*+{_LABEL}\Z", re.IGNORECASE)
_MOST_WORDS = 2_000


def _words(box: LexborNode, caption: LexborNode) -> tuple[str, str]:
    """(caption, credit): a credit has an element of its own, or stands behind a sign."""
    text = line(caption)[:_MOST_WORDS]
    node = caption.css_first(_CREDIT, default=None) or box.css_first(_CREDIT, default=None)
    credit = line(node)[:_MOST_WORDS] if node is not None and node.mem_id != caption.mem_id else ""
    if credit and credit != text:
        return _LABELLED_END.sub("", text.replace(credit, "")).strip(" ,;|/-–"), _LABELLED.sub("", credit)
    return _split(text)


def _split(text: str) -> tuple[str, str]:
    found = _CREDITED.fullmatch(text)
    if found is None:
        return text, ""
    # A label may stand at the end with nobody behind it.
    return found["caption"].strip(" ,;|/-–"), _FULL_STOP.sub("", (found["named"] or found["signed"] or "").strip())


def _box(caption: LexborNode) -> LexborNode | None:
    """The element around a caption that holds its picture."""
    around: LexborNode | None = caption
    for _ in range(4):
        if around is None or around.tag == "body":
            return None
        if around.css_first(f"{PICTURE}, video", default=None) is not None:
            return around
        around = around.parent
    return None


def _boxed(captions: Iterable[Piece], walk: Walk) -> Iterator[tuple[LexborNode, list[Piece]]]:
    """The pictures' boxes with the words in them. A box with a link as its words is a card that leads elsewhere."""
    boxes: dict[int, tuple[LexborNode, list[Piece]]] = {}
    for piece in captions:
        if (box := _box(walk.elements[piece.element].node)) is not None:
            boxes.setdefault(box.mem_id, (box, []))[1].append(piece)
    return (found for found in boxes.values() if not any(piece.linked > 0.9 for piece in found[1]))


def _told_apart(box: LexborNode, pieces: list[Piece], walk: Walk) -> tuple[str, str]:
    if len(pieces) == 1:
        return _words(box, walk.elements[pieces[0].element].node)
    texts = list(dict.fromkeys(" ".join(piece.text.split()) for piece in pieces))
    marked = {line(node) for node in box.css(_CREDIT)}
    credit = next((text for text in texts if text.startswith("©") or text in marked), "")
    words = " ".join(text for text in texts if text != credit)[:_MOST_WORDS]
    return (words, _LABELLED.sub("", credit)) if credit else _split(words)


def pictures(captions: Iterable[Piece], walk: Walk, base: str, headline: str) -> tuple[Image, ...]:
    """The pictures these words belong to. One that is called as the article is has no words of its own."""
    found: list[Image] = []
    for box, pieces in _boxed(captions, walk):
        caption, credit = _told_apart(box, pieces, walk)
        image = Image(caption if caption != headline else "", credit, *reversed(picture_at(box, base)))
        if (image.caption or image.credit) and image not in found:
            found.append(image)
    return tuple(found)


# --- circumstances --------------------------------------------------------------------------------------------------


def section(page: Page) -> str:
    """The part of the outlet it appeared in, as stated."""
    return next(iter((*meta("article:section", "og:section")(page), *jsonld("articleSection")(page))), "")


def tags(page: Page) -> tuple[str, ...]:
    """What it is filed under, as stated."""
    stated = css('meta[property="article:tag"]', "content")(page)
    listed = stated or jsonld("keywords")(page) or css('a[rel~="tag"]')(page)
    words = listed if len(listed) > 1 else tuple(part.strip() for text in listed for part in re.split("[,،、;]", text))
    return tuple(dict.fromkeys(word for word in words if word and len(word) <= 200))[:200]


def sources(scope: LexborNode, selector: str, base: str) -> tuple[str, ...]:
    """The addresses of what is embedded in an element."""
    found = (
        absolute(base, node.attributes.get("src") or node.attributes.get("data-src") or "")
        for node in scope.css(selector)
    )
    return tuple(dict.fromkeys(filter(None, found)))[:200]
