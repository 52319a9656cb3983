"""Page -> reading, by the reader of that outlet, that layout, that date. Pure: no clock, no network, no database.

`read` gives the raw reading, furniture still inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import text as same
from archive import urls
from archive.records import BlockType, Circumstances, Date, Image, Judgement, Verdict
from crawler.extract import plaintext
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.base import Cut, Outlet, Picture, Reader, Rule, When
from crawler.outlets.expressions import Expression, meta, split_names
from crawler.parse import dates
from crawler.parse.blocks import blocks, line, paragraphs
from crawler.parse.language import language_of, telling
from crawler.parse.page import Page, absolute, alternates, canonical, elements, picture_at

__all__ = ["choose", "read"]


# --- which reader ---------------------------------------------------------------------------------------------------


def _holds(reader: Reader, day: str) -> bool:
    return (not reader.since or reader.since <= day) and (not reader.until or day < reader.until)


def choose(page: Page, outlet: Outlet, at: datetime) -> Reader | None:
    """The reader whose marks the page shows; among several, the one whose days hold the capture.

    An older layout is still found by its marks on a page captured later, such as an archive's copy.
    """
    day = at.date().isoformat()
    readers = sorted(outlet.readers, key=lambda reader: not _holds(reader, day))
    return next((reader for reader in readers if page.one(reader.marks) is not None), None)


# --- fields ---------------------------------------------------------------------------------------------------------


_MOST = 200
"""Names, tags or addresses of one kind that are kept; no page that is read by people has more."""
_MOST_BLOCKS = 20_000
_MOST_DATES = 10


@dataclass(frozen=True, slots=True)
class _Sight:
    """What fields are read from: the page, its article element where the layout has one, the capture's time, the
    language that the page's dates are written in, and the text a script or a form field of the page holds."""

    page: Page
    article: LexborNode | None
    at: datetime
    language: str
    held: LexborNode | None = None

    def all(self, expression: Expression) -> tuple[str, ...]:
        """What an expression finds within the article, else in the text the page holds: elsewhere the same marks belong
        to other articles."""
        found = expression(self.page, self.article)
        return found if found or self.held is None else expression(self.page, self.held)

    def one(self, expression: Expression) -> str:
        """The first of those; the page is searched where the article has none."""
        return next(iter(self.all(expression) or expression(self.page)), "")

    def date(self, choices: tuple[When, ...]) -> Date | None:
        """What the places say together: `dates.agreed`."""
        return dates.agreed(date for when in choices if (date := self._date_at(when)) is not None)

    def _date_at(self, when: When) -> Date | None:
        """The first value of a place that is understood; else the first."""
        understand = partial(dates.understand, order=when.order, language=self.language, relabel=when.relabel)
        unclear: Date | None = None
        for raw in self.all(when.source)[:_MOST_DATES]:
            date = understand(raw, when.source.label, self.at, when.zone)
            if date.instant is not None:
                return date
            unclear = unclear or date
        return unclear


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if len(text) <= 200))[:_MOST]


def _words(picture: Picture, node: LexborNode, page: Page) -> tuple[str, str]:
    """(caption, credit) of a picture; a caption that holds both is cut at its copyright sign."""
    caption, credit = " ".join(picture.caption(page, node)), " ".join(picture.credit(page, node))
    if not credit and "©" in caption:
        caption, _, owner = caption.partition("©")
        credit = f"© {owner.strip()}"
    return caption.strip(), credit.strip()


# --- the body -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Places:
    """What stands where: elements with a rule of their own and the role each has, by their identity in the tree."""

    reader: str
    bodies: dict[int, LexborNode] = field(default_factory=dict)
    others: dict[int, tuple[str, Rule]] = field(default_factory=dict)
    nodes: list[LexborNode] = field(default_factory=list)


def _places(scope: LexborNode | LexborHTMLParser, reader: Reader) -> _Places:
    places = _Places(reader.name, nodes=elements(scope, reader.places))
    for node in places.nodes:
        role, rule = reader.roles.of(node) or ("embed", None)
        if role == "body":
            places.bodies[node.mem_id] = node
        else:
            places.others[node.mem_id] = (role, rule)
    return places


@dataclass(slots=True)
class _Collected:
    """What the walk has found so far, each in page order."""

    blocks: list[RawBlock] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    videos: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def _take_picture(node: LexborNode, picture: Picture, page: Page, out: _Collected) -> None:
    caption, credit = _words(picture, node, page)
    address, alternative = picture_at(node, page.url)
    image = Image(caption, credit, alternative, address)
    if any((caption, credit, address)) and image not in out.images:
        out.images.append(image)


def _take_caption(node: LexborNode, picture: Picture, places: _Places, page: Page, out: _Collected) -> None:
    """A paragraph after a picture: its caption, or text like any other."""
    caption = line(node)
    if not caption or not re.search(picture.says, same.visible(caption)):
        _take_all(node, places, page, out)
        return
    above = out.images.pop() if out.images and not out.images[-1].caption else Image("", "")
    out.images.append(replace(above, caption=caption, credit=above.credit or " ".join(picture.credit(page, node))))


def _take_cut(node: LexborNode, cut: Cut, reader: str, out: _Collected) -> None:
    text = "\n".join(paragraphs(node))
    if text:
        titles = tuple(dict.fromkeys(filter(None, map(line, node.css(cut.titles))))) if cut.titles else ()
        out.blocks.append(RawBlock(BlockType.P, text, f"{reader}/{cut.name}", cut.kind, titles))


def _sources(node: LexborNode, tags: str, base: str) -> Iterator[str]:
    """The addresses of the elements of these kinds at or below an element."""
    for each in ([node] if node.tag in tags.split(", ") else []) + node.css(tags):
        marks = each.attributes
        yield next(filter(None, (absolute(base, marks.get(name) or "") for name in ("src", "data-src"))), "")


def _take_embed(node: LexborNode, page: Page, out: _Collected) -> None:
    out.embeds.extend(filter(None, _sources(node, "iframe", page.url)))
    out.videos.extend(filter(None, _sources(node, "video, source", page.url)))
    out.blocks.extend(RawBlock(BlockType.EMBED, text) for text in paragraphs(node))


_TYPES = {"notice": BlockType.NOTICE, "summary": BlockType.SUMMARY, "quote": BlockType.QUOTE}


def _take(node: LexborNode, places: _Places, page: Page, out: _Collected) -> None:
    role, rule = places.others[node.mem_id]
    if isinstance(rule, Picture) and role == "caption":
        _take_caption(node, rule, places, page, out)
    elif isinstance(rule, Picture):
        _take_picture(node, rule, page, out)
    elif isinstance(rule, Cut):
        _take_cut(node, rule, places.reader, out)
    elif role in _TYPES:
        out.blocks.extend(RawBlock(_TYPES[role], text) for text in paragraphs(node))
    elif role == "embed":
        _take_embed(node, page, out)
    # The lead has been read as a field.


def _take_all(root: LexborNode, places: _Places, page: Page, out: _Collected) -> None:
    for found in blocks(root, places.others):
        if found.node is None:
            out.blocks.append(RawBlock(found.type, found.text))
        else:
            _take(found.node, places, page, out)


def _take_body(body: LexborNode, places: _Places, page: Page, out: _Collected) -> None:
    _take_all(body, places, page, out)
    hrefs = (absolute(page.url, node.attributes.get("href") or "") for node in body.css("a[href]"))
    out.links.extend(dict.fromkeys(filter(None, hrefs)))


def _within(node: LexborNode, keys: Mapping[int, object]) -> bool:
    above = node.parent
    while above is not None:
        if above.mem_id in keys:
            return True
        above = above.parent
    return False


_BOLD, _ITALIC = frozenset({"strong", "b"}), frozenset({"em", "i"})


def _dressed(node: LexborNode, paragraph: int, *styles: frozenset[str]) -> bool:
    """Whether a text node stands within an element of each of these styles inside its paragraph."""
    above, tags = node.parent, set()
    while above is not None and above.mem_id != paragraph:
        tags.add(above.tag)
        above = above.parent
    return all(tags & style for style in styles)


def _all_in(paragraph: LexborNode, *styles: frozenset[str]) -> bool:
    """Whether everything that is to be read in a paragraph has these styles."""
    texts = (each for each in paragraph.traverse(include_text=True) if each.tag == "-text")
    shown = (each for each in texts if (each.text_content or "").strip())
    return all(_dressed(each, paragraph.mem_id, *styles) for each in shown)


_ENDS_A_SENTENCE = re.compile(r"[.!?…:;,。！？：؟؛،]\W*\Z")


def _bold_heads(bodies: Iterable[LexborNode]) -> set[str]:
    """The paragraphs that are all in bold and no sentences."""
    bold = (each for body in bodies for each in body.css("p:has(strong, b)") if _all_in(each, _BOLD))
    return {text for text in map(line, bold) if not _ENDS_A_SENTENCE.search(text)}


def _mark_heads(reader: Reader, bodies: Iterable[LexborNode], found: list[RawBlock]) -> None:
    """Make headings of the paragraphs that are such in this layout."""
    heads = _bold_heads(bodies) if reader.bold_heads else set()
    for place, block in enumerate(found):
        if block.type is not BlockType.P or block.rule:
            continue
        if block.text in heads or (reader.heads and re.fullmatch(reader.heads, block.text)):
            found[place] = replace(block, type=BlockType.H)


def _collect(page: Page, reader: Reader, scope: LexborNode | LexborHTMLParser) -> tuple[_Collected, int]:
    """Everything in page order, and how many body containers there were."""
    places, out = _places(scope, reader), _Collected()
    whole = {**places.others, **places.bodies}
    for node in places.nodes:
        if _within(node, whole):
            continue
        if node.mem_id in places.bodies:
            _take_body(node, places, page, out)
        else:
            _take(node, places, page, out)
    if reader.bold_heads or reader.heads:
        _mark_heads(reader, places.bodies.values(), out.blocks)
    return out, len(places.bodies)


# --- promos and bylines ---------------------------------------------------------------------------------------------


def _is_promo(node: LexborNode, page: Page, outlet: Outlet) -> bool:
    """Whether a paragraph is all bold italics around a link to another article: promos carry no other mark."""
    links = [absolute(page.url, link.attributes.get("href") or "") for link in node.css("a[href]")]
    if not any(outlet.has_host(urls.host(link)) and outlet.own_id(link) for link in links):
        return False
    return _all_in(node, _BOLD, _ITALIC)


def _mark_promo(page: Page, outlet: Outlet, body: LexborNode, found: list[RawBlock]) -> None:
    last = next((each for each in reversed(body.css("p")) if line(each)), None)
    at = next((place for place in range(len(found) - 1, -1, -1) if not found[place].rule), None)
    if last is None or at is None or found[at].text != line(last) or not _is_promo(last, page, outlet):
        return
    found[at] = replace(found[at], rule="promo/last-paragraph", kind="promo")


def _take_byline(pattern: str, found: list[RawBlock]) -> tuple[str, ...]:
    at = next((place for place, block in enumerate(found) if not block.rule and block.type is BlockType.P), None)
    if not pattern or at is None or (listed := re.fullmatch(pattern, same.visible(found[at].text))) is None:
        return ()
    found[at] = replace(found[at], rule="byline/first-paragraph", kind="byline")
    return split_names(listed[1])


def _mark_end(reader: Reader, found: list[RawBlock]) -> None:
    """Mark what follows the paragraph at which the article is over, that paragraph too."""
    told = ((place, same.visible(block.text)) for place, block in enumerate(found) if not block.rule)
    starts = (place for place, text in told if re.match(reader.ends, text))
    at = next(starts, len(found)) if reader.ends else len(found)
    for place in range(at, len(found)):
        if not found[place].rule:
            found[place] = replace(found[place], rule=f"{reader.name}/after-the-end", kind="editor-line")


# --- one page -------------------------------------------------------------------------------------------------------


def _titles(sight: _Sight, reader: Reader) -> tuple[tuple[str, str], ...]:
    """Title variants by where they stand: never the displayed one, which is the headline."""
    stated = (("og", value) for value in meta("og:title")(sight.page))
    shown = (("title", value) for value in map(line, sight.page.in_head("title")[:1]) if value)
    named = ((name, value) for name, expression in reader.variants if (value := sight.one(expression)))
    return (*stated, *shown, *named)


def _videos(sight: _Sight, reader: Reader, out: _Collected) -> tuple[str, ...]:
    stated = (absolute(sight.page.url, value) for value in sight.all(reader.videos))
    return tuple(dict.fromkeys(filter(None, (*stated, *out.videos))))[:_MOST]


def _language(page: Page, outlet: Outlet, blocks_: list[RawBlock]) -> str:
    """The language the article is in; what it is declared as where it does not say."""
    texts = (block.text for block in blocks_ if not block.rule)
    return language_of(outlet.languages or (page.language,), telling(texts))


def _circumstances(sight: _Sight, reader: Reader, outlet: Outlet, out: _Collected) -> Circumstances:
    return Circumstances(
        section=sight.one(reader.section),
        tags=_names(sight.all(reader.tags)),
        date_modified=sight.date(reader.modified),
        titles=_titles(sight, reader),
        canonical=canonical(sight.page),
        alternates=alternates(sight.page),
        links=tuple(out.links),
        images=tuple((image.address, image.alternative) for image in out.images if image.address),
        embeds=tuple(dict.fromkeys(out.embeds)),
        videos=_videos(sight, reader, out),
        language=_language(sight.page, outlet, out.blocks),
        live=sight.page.live,
    )


def _unfolded(page: Page, reader: Reader) -> LexborHTMLParser:
    """The tree the text stands in: the page's, or that of the markup a script or a form field of it holds."""
    markup = next(iter(reader.hidden(page)), "")
    if not markup:
        return page.tree
    # Some hold it escaped once more.
    return LexborHTMLParser(markup if "<" in markup else unescape(markup))


def _walked(page: Page, reader: Reader, tree: LexborHTMLParser) -> _Collected | Judgement:
    article = page.one(reader.article) if tree is page.tree else tree.css_first(reader.article, default=None)
    out, containers = _collect(page, reader, article or tree)
    if not containers and article is not None:
        out, containers = _collect(page, reader, tree)
    if not containers:
        return Judgement(Verdict.UNREADABLE, f"the layout of {reader.name}, but nothing where its text stands")
    if len(out.blocks) > _MOST_BLOCKS:
        return Judgement(Verdict.UNREADABLE, f"more than {_MOST_BLOCKS:,} blocks of text")
    return out


def _read_layout(page: Page, outlet: Outlet, reader: Reader, at: datetime) -> RawReading | Judgement:
    language = next(iter(outlet.languages), page.language)
    tree = _unfolded(page, reader)
    sight = _Sight(page, page.one(reader.article), at, language, tree.body if tree is not page.tree else None)
    out = _walked(page, reader, tree)
    if isinstance(out, Judgement):
        return out
    _mark_end(reader, out.blocks)
    if reader.promo and (bodies := page.tree.css(reader.body)):
        _mark_promo(page, outlet, bodies[-1], out.blocks)
    authors = _names(sight.all(reader.authors)) or _take_byline(reader.byline, out.blocks)
    return RawReading(
        reader=reader.name,
        headline=sight.one(reader.headline),
        description=" ".join(sight.all(reader.lead)),
        blocks=tuple(out.blocks),
        authors=authors,
        date_published=sight.date(reader.published),
        images=tuple(image for image in out.images if image.caption or image.credit),
        circumstances=_circumstances(sight, reader, outlet, out),
        own_id=outlet.own_id(page.url),
        languages=outlet.languages,
    )


def read(page: Page, outlet: Outlet, at: datetime) -> RawReading | Judgement:
    """What a page captured at `at` (aware) says, furniture still inside; or why it cannot be read."""
    if page.problem is not None:
        return page.problem
    if page.is_text:
        return plaintext.read(page, outlet)
    if outlet.general:
        from crawler.extract.general import reader as generic

        return generic.read(page, outlet, at)
    reader = choose(page, outlet, at)
    if reader is None:
        return Judgement(Verdict.UNREADABLE, f"none of the layouts known of {outlet.name}")
    return _read_layout(page, outlet, reader, at)
