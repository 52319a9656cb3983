"""The headline as the page displays it, told by the titles the page states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from archive.records import BlockType
from crawler.extract.general.element import key
from crawler.extract.general.walk import HEADINGS, Walk, units
from crawler.outlets.expressions import jsonld, meta
from crawler.parse.blocks import line
from crawler.parse.page import Page, absolute

__all__ = ["headline", "stated"]

_MARKS = (" | ", " - ", " – ", " — ", " :: ", " • ", " » ", " // ", "_", "-", "--", "｜", "|")
_ANY_MARK = re.compile("|".join(re.escape(mark) for mark in _MARKS if mark != "-"))
_ENDS = " \t-–—|·•:»/,"
"""What parts a title from a kicker or a site's name, and is no part of either."""
_WORD = re.compile(r"\w+")
_DAY = re.compile(r"\d{4}|\d:\d\d|\d[./]\d")
"""A day or an hour, which a line between headline and text tells."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of languages that part no words by spaces."""
_LONGEST = 400
_LINKED = 0.9
_MOST_RUNS = 12


def _shorter(title: str) -> Iterator[str]:
    """What is left of a title when what stands behind a mark is taken away (a section, the site's name), the least
    first."""
    # A bare hyphen stands in words too: only the last one may part the name of a site from them.
    ends = {*(found.start() for found in _ANY_MARK.finditer(title)), max(title.rfind("-"), 0)}
    yield from filter(None, (title[:end].strip() for end in sorted(ends, reverse=True)))


def stated(page: Page) -> tuple[str, ...]:
    """The titles a page states of itself, the best first."""
    found = (*meta("og:title")(page), *jsonld("headline")(page), *meta("twitter:title")(page))
    return (*dict.fromkeys(found), *filter(None, map(line, page.in_head("title")[:1])))


def _near(one: str, other: str) -> bool:
    """Whether two titles are the same but for a word or two."""
    first, second = (set(_WORD.findall(same.canonical(text).casefold())) for text in (one, other))
    return len(first & second) >= 0.75 * max(len(first | second), 1)


def _repeats(text: str, titles: Sequence[str]) -> bool:
    """Whether a heading is a title, a good part of one, or nearly one."""
    own = key(text)
    return units(own) > 5 and any(
        (own in (whole := key(title)) and len(own) > 0.35 * len(whole)) or _near(text, title) for title in titles
    )


_KICKER = re.compile(
    r"(?:\A|[^a-z])(?:kicker|over-?line|top-?line|eye-?brow|roofline|dachzeile|spitzmarke|supertitle|pre-?title|antetitulo|"
    r"volanta|surtitre|occhiello|rubrik|tagline|flag|sr-only|visually-?hidden|screen-reader-text)(?:\Z|[^a-z])",
    re.IGNORECASE,
)


def _in_heading(walk: Walk, at: int) -> str:
    """The heading element a piece is or stands in; empty where none."""
    element = walk.elements[walk.pieces[at].element]
    around = walk.elements[element.parent] if element.parent >= 0 else element
    return next((each.tag for each in (element, around) if each.tag in HEADINGS), "")


def _says(text: str, title: str) -> bool:
    """Whether a heading is a title, with or without its site or what stands before a colon, or has more before it."""
    own, whole = key(text), key(title)
    return own in _parts(title) or (len(whole) > 10 and own.endswith(whole) and len(whole) > 0.5 * len(own))


_COLONS = (": ", " : ", "：")


def _behind(title: str, marks: Sequence[str]) -> Iterator[str]:
    """What is left of a title when the shorter part before a mark is taken away: a kicker or a site's name."""
    for mark in marks:
        _, found, tail = title.partition(mark)
        if found and len(tail) > 0.5 * len(title):
            yield tail


def _parts(title: str, marks: Sequence[str] = (*_COLONS, *_MARKS)) -> set[str]:
    """The keys of a title and of what may be the headline in it."""
    whole = (title, *_shorter(title))
    return {key(each) for head in whole for each in (head, *_behind(head, marks))} - {""}


def _places(walk: Walk, titles: Sequence[str]) -> Iterator[list[int]]:
    """The pieces that can be the headline, the most certain kind first."""
    texts = {at: piece.text for at, piece in enumerate(walk.pieces) if len(piece.text) <= _LONGEST}
    heads = [at for at in texts if _in_heading(walk, at)]
    first = {at for at in heads if _in_heading(walk, at) == "h1"}
    free = {at for at in heads if not walk.pieces[at].kind}
    for title in titles:
        same_ = [at for at in heads if _says(texts[at], title)]
        yield [at for at in same_ if at in first and at in free]
        yield [at for at in same_ if at in free]
        yield [at for at in same_ if at in first]
    matching = [at for at in heads if walk.pieces[at].type is BlockType.H and _repeats(texts[at], titles)]
    yield [at for at in matching if at in first and at in free]
    yield [at for at in matching if at in first or at in free]
    named = [at for at in heads if at in first and at in free and walk.pieces[at].units > 10]
    exact = {key(each) for title in titles for each in (title, *_shorter(title))}
    stated_ = [at for at, text in texts.items() if key(text) in exact]
    if len(named) == 1:
        # What a person sees as the headline, unless that stands right above it as a text of the same box.
        yield [at for at in stated_ if at == named[0] - 1 and _stands_on(walk, at)] or named
    yield stated_
    yield sorted(named, key=lambda at: -max((_shared(texts[at], title) for title in titles), default=0))[:1]


def _stands_on(walk: Walk, at: int) -> bool:
    """Whether a line stands in the element that the next one stands in, too, and is no link."""
    above, below = (walk.elements[walk.pieces[each].element].parent for each in (at, at + 1))
    return above == below and not walk.pieces[at].linked


def _shared(text: str, title: str) -> float:
    """The part of a title's words that a heading has."""
    own, other = (set(_WORD.findall(same.canonical(each).casefold())) for each in (text, title))
    return len(own & other) / max(len(other), 1)


_Run = tuple[str, str | None]
"""The text of a child of a heading, and the names it has; None where it is no element."""


def _runs(node: LexborNode) -> list[_Run]:
    """The runs of a heading: its children, or those of the one child that holds all."""
    children = [child for child in node.iter(include_text=True) if (child.text() or "").strip()]
    if len(children) == 1 and children[0].tag != "-text":
        return _runs(children[0])
    named = (None if child.tag == "-text" else child.attributes.get("class") or "" for child in children)
    return [(" ".join((child.text() or "").split()), name) for child, name in zip(children, named, strict=True)]


def _without_kicker(walk: Walk, at: int, titles: Sequence[str]) -> str:
    """A headline without what stands before or behind it in elements of its own: where a stated title says so, or the
    name of such an element. Where a stated title has it before a colon, it is a part of the headline."""
    piece = walk.pieces[at]
    whole = " ".join(piece.text.split())
    exact = {part for title in titles for part in _parts(title, _MARKS)}
    runs = _runs(walk.elements[piece.element].node)
    if key(whole) in exact:
        return whole
    if key(whole.lstrip(_ENDS)) in exact:
        return whole.lstrip(_ENDS)
    if key("".join(text for text, _ in runs)) != key(whole):
        return whole
    runs = runs[:_MOST_RUNS]
    return _joined(runs, exact) or _within(runs, exact) or whole


def _joined(runs: Sequence[_Run], exact: set[str]) -> str:
    """A headline with what stands before it in an element of its own, where a stated title has it before a colon."""
    for end in range(1, len(runs)):
        before, behind = (" ".join(text for text, _ in part) for part in (runs[:end], runs[end:]))
        if runs[end - 1][1] is not None and f"{key(before)}:{key(behind)}" in exact:
            return f"{before}: {behind}"
    return ""


def _within(runs: Sequence[_Run], exact: set[str]) -> str:
    """The most of a headline that a stated title is, or what stands behind an element that is named like a kicker."""
    many = len(runs)
    for size in range(many - 1, 0, -1):
        for skipped in range(many - size, -1, -1):
            rest = " ".join(text for text, _ in runs[skipped : skipped + size]).strip(_ENDS)
            named = skipped == 1 and size == many - 1 and _KICKER.search(runs[0][1] or "")
            if key(rest) in exact or (named and len(rest) > 10):
                return rest
    return ""


def _leads_home(walk: Walk, at: int, page: Page) -> bool:
    """Whether a heading is a link to the home page, as the name of a site is."""
    piece = walk.pieces[at]
    if piece.linked < _LINKED:
        return False
    node: LexborNode | None = walk.elements[piece.element].node
    link = node.css_first("a[href]", default=None) if node is not None else None
    while link is None and node is not None:
        link, node = (node if node.tag == "a" else None), node.parent
    address = absolute(page.url, (link.attributes.get("href") if link is not None else "") or "")
    return bool(address) and urls.is_home(address)


def _label(page: Page) -> str:
    """The key of the name in a page's address."""
    return key(urls.registrable(urls.host(page.url)).partition(".")[0].replace("-", ""))


def _before_text(walk: Walk) -> list[int]:
    """The last line before the first sentence that is neither a date nor behind a link."""
    first = next((at for at, piece in enumerate(walk.pieces) if piece.says and not piece.kind), 0)
    for at in range(first - 1, -1, -1):
        piece = walk.pieces[at]
        if piece.linked > 0 or piece.units > _LONGEST:
            return []
        if not piece.kind and piece.units > 10 and not _DAY.search(piece.text):
            return [at]
    return []


def _candidates(walk: Walk, titles: Sequence[str], site: str, page: Page) -> Iterator[list[int]]:
    """The pieces that can be the headline, without what names the site; then also with what may only be named like
    it."""
    label, passed = _label(page), []
    for places in _places(walk, titles):
        own = [at for at in places if key(walk.pieces[at].text) != site]
        passed.append(own)
        yield [at for at in own if key(walk.pieces[at].text) != label and not _leads_home(walk, at, page)]
    if not any(len(_WORD.findall(title)) > 1 or _UNSPACED.search(title) for title in titles):
        yield _before_text(walk)
    yield from passed


def headline(walk: Walk, titles: Sequence[str], page: Page) -> tuple[str, int]:
    """(headline, the number of its piece, -1 where the page does not show it).

    A title is often shown more than once: the last one that still has most of the sentences behind it is the headline.
    What the site calls itself is none; what is the name in its address, or leads home, only where nothing else is.
    Where a page states a single word, which names no article, the line before its text is the headline.
    """
    site = key(next(iter(meta("og:site_name")(page)), ""))
    told = [title for title in titles if key(title) != site]
    behind = list(accumulate(piece.units * piece.says for piece in reversed(walk.pieces)))[::-1]
    for own in filter(None, _candidates(walk, told, site, page)):
        at = next((at for at in reversed(own) if 2 * behind[at] >= behind[0]), own[0])
        return same.visible(_without_kicker(walk, at, told)), at
    return same.visible(next(iter(told), "")), -1
