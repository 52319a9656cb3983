"""What a page says beside its text: dates, pictures, section, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from selectolax.lexbor import LexborNode

from archive.records import Date, Image
from crawler.extract.general.near import Near
from crawler.extract.general.walk import PICTURE, Piece, Walk
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import css, jsonld, meta
from crawler.parse import dates
from crawler.parse.blocks import line
from crawler.parse.bylines import by_line
from crawler.parse.page import Page, absolute, picture_at

__all__ = ["modified", "pictures", "published", "section", "sources", "tags"]

_PUBLISHED = (
    *("article:published_time", "og:published_time", "published_time", "publishdate", "publish-date"),
    *("pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created"),
    "cxenseparse:recs:publishtime",
)
_UNNAMED = ("dc.date", "date")
"""Dates in the head that do not say of what: often of the last change."""
_MODIFIED = ("article:modified_time", "og:updated_time", "modified_time", "lastmod", "dcterms.modified")
_OTHERS = frozenset(
    {"comments", "read-also", "navigation", "copyright", "hidden", "advertising", "subscribe", "consent", "promo"}
)
"""Kinds of boxes whose dates are those of something else."""
_SIGNS = frozenset({"byline", "date-line"})
_LINKED = 0.5
_YEAR, _MONTH, _DAY = r"(?P<y>19\d\d|20\d\d)", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_DAYS_IN_PATH = tuple(
    re.compile(rf"(?<![A-Za-z\d]){pattern}(?![A-Za-z\d])")
    for pattern in (
        rf"{_YEAR}([-/_.]?){_MONTH}\2{_DAY}",
        rf"{_DAY}([-/_.]){_MONTH}\2{_YEAR}",
        rf"{_YEAR}[-/](?P<m>[A-Za-z]{{3,9}})[-/]{_DAY}",
        rf"{_DAY}[-/](?P<m>[A-Za-z]{{3,9}})[-/]{_YEAR}",
    )
)
_HAS_DAY = re.compile(r"\d")
_RUN_TOGETHER = re.compile(r"(?<!\d)\d{5,6}(?!\d)")
"""A day and a year that only a style sheet sets apart."""
_CHANGED = re.compile(
    r"\b(?:updated?|modified|edited|reviewed|aktualisiert|geändert|mis à jour|modifié|actualizad[oa]|modificad[oa]|"
    r"atualizad[oa]|aggiornat[oa]|обновлен[оа]|изменен[оа]|оновлено|güncelle\w*|zaktualizowan\w*|aktualizov\w*|"
    r"bijgewerkt|uppdatera[dt]|oppdatert|opdateret|päivitetty|actualizat|diperbarui|cập nhật)|"
    r"更新|修订|更新日|تحديث|به ?روز",
    re.IGNORECASE,
)
"""A line that begins so says when it was changed."""
_PUBLICATION = re.compile(
    r"(?:date|datum|data|fecha|dato|päivä|tarih|tanggal|ngày|published|posted|publi\w*|pubblicat\w*|veröffentlicht|"
    r"erschienen|gepubliceerd|geplaatst|publicerad|publisert|offentliggjort|julkaistu|opublikowan\w*|vydáno|zveřejněno|"
    r"objavljeno|megjelent|yayın\w*|diterbitkan|đăng|дата|опубликован\w*|опубліковано|публикувано|објављено|"
    r"mise? en ligne|en ligne (?:le|depuis)|online (?:since|seit)|"
    r"تاريخ|نشر|انتشار|发布|發佈|发表|日期|时间|公開|掲載|입력|등록|तारीख|প্রকাশ)",
    re.IGNORECASE,
)
"""A line that begins so says when it was published."""
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_LABEL = 40
_LONGEST_LINE = 150
_FIRST = 120
_DATELINE = re.compile(
    r"(?:[^\W\d_][^\d,:–—]{1,40},\s*)?(?P<day>(?:[^\W\d_]{3,12}\.?\s)?\d{1,2}[^–—:\n]{1,16}?\b(?:19|20)\d\d|"
    r"(?:19|20)\d\d-\d\d-\d\d)(?:\s*\([^()]{2,30}\))?\s*(?:[–—:]|--?\s)[\s\"“«„]*(?P<next>[^\W\d_])"
)
"""As agencies begin: a place, the day, their name, and a dash before the first sentence."""
_CLOCK = re.compile(r"\d{1,2}[:.h時시]\d{2}(?!\d)")
_MOST_WORDS = 12


# --- dates ----------------------------------------------------------------------------------------------------------


def _understood(values: Iterable[tuple[str, str]], at: datetime, outlet: Outlet, language: str) -> list[Date]:
    found = (dates.understand(raw, how, at, outlet.timezone, language=language) for raw, how in values if raw)
    return [date for date in found if date.instant is not None]


def _is_own(node: LexborNode, near: Near) -> bool:
    """Whether a mark is the article's: not in a box of others, and in no item of its own that lacks the headline."""
    number = near.element_of(node)
    if number >= 0 and near.walk.kind_of(number) in _OTHERS and not near.is_foot(number):
        return False
    around: LexborNode | None = node.parent
    while around is not None and "itemscope" not in around.attributes:
        around = around.parent
    item = near.element_of(around) if around is not None else -1
    if item <= 0 or near.at < 0:
        return True
    return near.holds_headline(item) or near.is_within_article(item)


def _marked(page: Page, name: str, near: Near) -> Iterator[tuple[str, str]]:
    nodes = [node for node in page.tree.css(f'[itemprop~="{name}"], meta[name="{name}" i]') if _is_own(node, near)]
    for attribute in ("datetime", "content", "title"):
        yield from ((node.attributes.get(attribute) or "", f"itemprop {name}") for node in nodes)


def _in_microformat(page: Page, name: str, near: Near) -> Iterator[tuple[str, str]]:
    """What is marked as hAtom and h-entry have it: the machine's form is in an attribute."""
    for node in page.tree.css(f":is(.{name}, .dt-{name}):is([title], [datetime])"):
        if _is_own(node, near):
            yield node.attributes.get("datetime") or node.attributes.get("title") or "", f"class {name}"


def _in_head(page: Page, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((raw, f"meta {key}") for key in names for raw in meta(key)(page))


def _stated(page: Page, name: str, metas: tuple[str, ...], near: Near) -> Iterator[tuple[str, str]]:
    yield from ((raw, "jsonld") for raw in jsonld(name)(page)[:1])
    yield from _in_head(page, metas)
    yield from _marked(page, name, near)


def _timed(near: Near, pieces: Iterable[Piece], how: str) -> Iterator[tuple[str, str]]:
    """The machine's form of the times in these lines."""
    for piece in pieces:
        times = near.walk.elements[piece.element].node.css("time[datetime]")
        if 0 < len(times) <= 2 and not _CHANGED.match(piece.text.strip()):  # more are those of other articles
            yield times[0].attributes.get("datetime") or "", how


def _lines(near: Near, pieces: Iterable[Piece], how: str) -> Iterator[tuple[str, str]]:
    """The lines that say when: not those of a change, and no sentences."""
    for piece in pieces:
        text = " ".join(piece.text.split())
        if len(text) <= _LONGEST_LABEL and _RUN_TOGETHER.search(text):
            text = " ".join(near.walk.elements[piece.element].node.text(separator=" ").split())
        if len(text) > _LONGEST_LINE or not _HAS_DAY.search(text) or _CHANGED.match(text.lstrip(" ([|•·-–—*")):
            continue
        words = len(_WORD.findall(text))
        is_sentence = piece.says and piece.kind not in _SIGNS and words > 4 and not _CLOCK.search(text)
        if words <= _MOST_WORDS and not is_sentence:
            yield text, how


def _labelled(pieces: Iterable[Piece]) -> list[Piece]:
    """The lines that say of themselves, or of which the one before says, that they say when."""
    found, before = [], ""
    for piece in pieces:
        text = piece.text.strip(" ([|•·-–—*")
        if _PUBLICATION.match(text) or (_PUBLICATION.match(before) and not _HAS_DAY.search(before)):
            found.append(piece)
        before = text if len(text) <= _LONGEST_LABEL else ""
    return found


def _dateline(near: Near) -> Iterator[tuple[str, str]]:
    """The day with which the first sentence begins, set apart from it as agencies do."""
    found = _DATELINE.match(near.opening[:_FIRST])
    if found and not found["next"].islower():
        yield found["day"], "page, before the first sentence"


def _shown(near: Near) -> Iterator[tuple[str, str]]:
    """What the lines around the article say of when, those below the headline first. One above it or at an end is
    believed less, and says so."""
    how = "page" if near.at >= 0 else "page, before the text"
    yield from _timed(near, near.below, how)
    yield from _lines(near, near.below, how)
    yield from _timed(near, near.above, "page, above the headline")
    yield from _lines(near, near.above, "page, above the headline")
    yield from _lines(near, near.ends[1:], "page, at the end of the text")
    behind = near.behind
    signs = (piece for piece in behind if piece.kind in _SIGNS or by_line(piece.text))
    signed = [piece for piece in signs if not _CHANGED.search(piece.text)]
    yield from _lines(near, [*_labelled(behind), *signed], "page, behind the text")
    yield from _dateline(near)


def _addressed(page: Page) -> Iterator[tuple[str, str]]:
    """The day in the address."""
    path = page.url.partition("://")[2].partition("/")[2]
    for pattern in _DAYS_IN_PATH:
        if found := pattern.search(f"/{path}"):
            yield (
                f"{found['d']} {found['m']} {found['y']}"
                if found["m"].isalpha()
                else "-".join((found["y"], found["m"], found["d"])),
                "address",
            )


def published(page: Page, outlet: Outlet, at: datetime, language: str, near: Near) -> Date | None:
    """When it was published: as stated, made more exact by what stands beside the headline; else as shown there; else
    as the head says without a name, or the day in the address."""
    stated = _understood(_stated(page, "datePublished", _PUBLISHED, near), at, outlet, language)
    if not stated or _is_rough(stated[0]) or dates.names_offset(stated[0]):
        rest = (*_in_microformat(page, "published", near), *_shown(near), *_in_head(page, _UNNAMED))
        stated += _understood(rest, at, outlet, language)
    stated = stated or _understood(_addressed(page), at, outlet, language)
    return dates.agreed(stated or _only(_understood(_far(near), at, outlet, language)))


def _far(near: Near) -> Iterator[tuple[str, str]]:
    """The lines anywhere behind the text that say of themselves that they say when the page was published."""
    pieces = near.walk.pieces[near.choice.last + 1 :] if near.choice is not None else []
    own = (piece for piece in pieces if piece.kind not in _OTHERS - {"copyright"} and piece.linked < _LINKED)
    yield from _lines(near, _labelled(own), "page, far behind the text")


def _only(found: list[Date]) -> list[Date]:
    """Dates that all say the same day: others are those of a list."""
    return found if len({date.instant.date() for date in found if date.instant is not None}) == 1 else []


def _is_rough(date: Date) -> bool:
    """Whether a date names no hour, or midnight, which often stands for none."""
    return date.instant is None or "day only" in date.how or (date.instant.hour, date.instant.minute) == (0, 0)


def modified(page: Page, outlet: Outlet, at: datetime, language: str, near: Near) -> Date | None:
    """When it was last changed: as stated, else as a line around the article says."""
    stated = _understood(_stated(page, "dateModified", _MODIFIED, near), at, outlet, language)
    shown = (*_in_microformat(page, "updated", near), *_changes(near)) if not stated else ()
    return dates.agreed(stated or _understood(shown, at, outlet, language))


def _changes(near: Near) -> Iterator[tuple[str, str]]:
    """What the lines around the article say behind a word for a change."""
    for piece in (*near.below, *near.above, *near.ends[1:], *near.behind):
        text = " ".join(piece.text.split())
        found = _CHANGED.search(text) if len(text) <= _LONGEST_LINE else None
        if found and _HAS_DAY.search(text, found.end()):
            yield text[found.end() :], "page"


# --- pictures -------------------------------------------------------------------------------------------------------

_CREDIT = (
    '[class*="credit" i], [class*="copyright" i], [class*="source" i], [class*="photographer" i], '
    '[itemprop="copyrightHolder"], [itemprop="creditText"], small'
)
_LABEL = (
    r"(?:photo(?:graph)?s?|foto|fotó|fotoğraf|image|picture|credit|crédit(?: photo)?|bild(?:quelle)?|quelle|imagen|"
    r"imagem|immagine|фото|источник|autor|author|auteur|autore|автор|صورة|عکس|写真|摄影|作者)\s*[:：/]\s*"
)
_CREDITED = re.compile(
    rf"(?P<caption>.*?)\s*+[(\[]?+\s*+(?:{_LABEL}(?P<named>.*?)|(?P<signed>©.*?))[)\]]?\s*", re.IGNORECASE | re.DOTALL
)
_SET_APART = re.compile(
    r"(?P<caption>.*\S)\s*(?:\[(?P<bracketed>[^\W\d_][^\[\]]{2,99})\]|"
    r"[/|–—(]\s*(?i:photo|foto|фото|bild|image|imagen)\s+(?i:by|de|von|par|di)?\s*(?P<named>[^\W\d_][^()]{1,99})\)?)\s*",
    re.DOTALL,
)
"""A credit behind a sign that is no label: in square brackets, or `/ Foto` and a name."""
_DATED = re.compile(r"(?<!\s)\s++[^\W\d_]++\s*+[:：]\s*+\d.*\Z")
"""When a picture was put up, behind who made it."""
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
    if (found := _CREDITED.fullmatch(text)) is not None:
        # A label may stand at the end with nobody behind it.
        caption, credit = found["caption"], _DATED.sub("", found["named"] or found["signed"] or "")
    elif (found := _SET_APART.fullmatch(text)) is not None and _is_credit(found["bracketed"] or found["named"]):
        caption, credit = found["caption"], found["bracketed"] or found["named"]
    else:
        return text, ""
    return caption.strip(" ,;|/-–"), _FULL_STOP.sub("", credit.strip())


def _is_credit(text: str) -> bool:
    """Whether words that are set apart can be names: none begins small but particles."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return all(word[:1] != word[:1].lower() or word[:1] == word[:1].upper() for word in words)


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
