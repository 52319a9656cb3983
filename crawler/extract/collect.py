"""The body of a page, by the reader of its layout: paragraphs, pictures, embeds and furniture in page order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import text as same
from archive import urls
from archive.records import BlockType, Image
from crawler.extract.insets import ANOTHER, insets, is_another
from crawler.extract.raw import RawBlock
from crawler.outlets.base import Cut, Outlet, Picture, Reader, Rule
from crawler.outlets.expressions import split_names
from crawler.parse.blocks import blocks, line, paragraphs
from crawler.parse.page import Page, absolute, elements, picture_at
from crawler.parse.places import place_of

__all__ = ["Collected", "collect", "mark_end", "mark_headline", "mark_promo", "take_byline"]


@dataclass(slots=True)
class _Places:
    """What stands where: elements with a rule of their own and the role each has, by their identity in the tree.
    `insets` are those among them that no rule of the layout knows."""

    reader: str
    bodies: dict[int, LexborNode] = field(default_factory=dict)
    others: dict[int, tuple[str, Rule]] = field(default_factory=dict)
    insets: dict[int, Cut] = field(default_factory=dict)
    nodes: list[LexborNode] = field(default_factory=list)


def _places(scope: LexborNode | LexborHTMLParser, reader: Reader, page: Page) -> _Places:
    places = _Places(reader.name, nodes=elements(scope, reader.places))
    for node in places.nodes:
        role, rule = reader.roles.of(node) or ("embed", None)
        if role == "body" and places.bodies and is_another(node, page.url):
            places.others[node.mem_id] = ("cut", ANOTHER)
        elif role == "body":
            places.bodies[node.mem_id] = node
        else:
            places.others[node.mem_id] = (role, rule)
    # A bare picture may be one of a card's.
    pictures = {node.mem_id for node in places.nodes if node.tag == "img"}
    known = {*places.others, *places.bodies} - pictures
    whole = (node for node in places.nodes if places.others.get(node.mem_id, ("",))[0] in _TYPES)
    for text in (*places.bodies.values(), *whole):
        for node, cut in insets(text, known, page.url):
            places.insets[node.mem_id] = cut
            places.others[node.mem_id] = ("cut", cut)
    return places


@dataclass(slots=True)
class Collected:
    """What the walk has found so far, each in page order; `places` are those of the elements it came by."""

    blocks: list[RawBlock] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    videos: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)

    def add(self, kind: BlockType, text: str, node: LexborNode | None) -> None:
        """Add a block that stands in an element."""
        self.blocks.append(RawBlock(kind, text, place=place_of(node, self.places) if node is not None else ""))


def _words(picture: Picture, node: LexborNode, page: Page) -> tuple[str, str]:
    """(caption, credit) of a picture; a caption that holds both is cut at its copyright sign."""
    caption, credit = " ".join(picture.caption(page, node)), " ".join(picture.credit(page, node))
    if not credit and "©" in caption:
        caption, _, owner = caption.partition("©")
        credit = f"© {owner.strip()}"
    return caption.strip(), credit.strip()


def _take_picture(node: LexborNode, picture: Picture, page: Page, out: Collected) -> None:
    caption, credit = _words(picture, node, page)
    address, alternative = picture_at(node, page.base)
    image = Image(caption, credit, alternative, address)
    if any((caption, credit, address)) and image not in out.images:
        out.images.append(image)


def _take_caption(node: LexborNode, picture: Picture, places: _Places, page: Page, out: Collected) -> None:
    """A paragraph after a picture: its caption, or text like any other."""
    caption = line(node)
    if not caption or not re.search(picture.says, same.visible(caption)):
        _take_all(node, places, page, out)
        return
    above = out.images.pop() if out.images and not out.images[-1].caption else Image("", "")
    out.images.append(replace(above, caption=caption, credit=above.credit or " ".join(picture.credit(page, node))))


def _take_cut(node: LexborNode, cut: Cut, reader: str, out: Collected) -> None:
    text = "\n".join(paragraphs(node))
    if text:
        titles = tuple(dict.fromkeys(filter(None, map(line, node.css(cut.titles))))) if cut.titles else ()
        where = place_of(node, out.places)
        out.blocks.append(RawBlock(BlockType.P, text, f"{reader}/{cut.name}", cut.kind, titles, where))


def _sources(node: LexborNode, tags: str, base: str) -> Iterator[str]:
    """The addresses of the elements of these kinds at or below an element."""
    for each in ([node] if node.tag in tags.split(", ") else []) + node.css(tags):
        marks = each.attributes
        yield next(filter(None, (absolute(base, marks.get(name) or "") for name in ("src", "data-src"))), "")


def _take_embed(node: LexborNode, page: Page, out: Collected) -> None:
    out.embeds.extend(filter(None, _sources(node, "iframe", page.base)))
    out.videos.extend(filter(None, _sources(node, "video, source", page.base)))
    for text in paragraphs(node):
        out.add(BlockType.EMBED, text, node)


_TYPES = {"notice": BlockType.NOTICE, "summary": BlockType.SUMMARY, "quote": BlockType.QUOTE}


def _take_whole(node: LexborNode, kind: BlockType, places: _Places, out: Collected) -> None:
    """All of a box is of one type, but what is put into it."""
    for found in blocks(node, places.insets):
        if found.node is None:
            out.add(kind, found.text, node)
        else:
            _take_cut(found.node, places.insets[found.node.mem_id], places.reader, out)


def _take(node: LexborNode, places: _Places, page: Page, out: Collected) -> None:
    role, rule = places.others[node.mem_id]
    if isinstance(rule, Picture) and role == "caption":
        _take_caption(node, rule, places, page, out)
    elif isinstance(rule, Picture):
        _take_picture(node, rule, page, out)
    elif isinstance(rule, Cut):
        _take_cut(node, rule, places.reader, out)
    elif role in _TYPES:
        _take_whole(node, _TYPES[role], places, out)
    elif role == "embed":
        _take_embed(node, page, out)
    # The lead has been read as a field.


def _take_all(root: LexborNode, places: _Places, page: Page, out: Collected) -> None:
    for found in blocks(root, places.others):
        if found.node is None:
            out.add(found.type, found.text, found.within)
        else:
            _take(found.node, places, page, out)


def _take_body(body: LexborNode, places: _Places, page: Page, out: Collected) -> None:
    _take_all(body, places, page, out)
    hrefs = (absolute(page.base, node.attributes.get("href") or "") for node in body.css("a[href]"))
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


_ENDS_A_SENTENCE = re.compile(r"[.!?…:;,。！？：؟؛،۔।]\W*\Z")


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


def collect(page: Page, reader: Reader, scope: LexborNode | LexborHTMLParser) -> tuple[Collected, int]:
    """Everything in page order, and how many body containers there were."""
    places, out = _places(scope, reader, page), Collected()
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
    links = [absolute(page.base, link.attributes.get("href") or "") for link in node.css("a[href]")]
    if not any(outlet.has_host(urls.host(link)) and outlet.own_id(link) for link in links):
        return False
    return _all_in(node, _BOLD, _ITALIC)


def mark_promo(page: Page, outlet: Outlet, body: LexborNode, found: list[RawBlock]) -> None:
    """Mark the last paragraph where it is an advertisement for another article."""
    last = next((each for each in reversed(body.css("p")) if line(each)), None)
    at = next((place for place in range(len(found) - 1, -1, -1) if not found[place].rule), None)
    if last is None or at is None or found[at].text != line(last) or not _is_promo(last, page, outlet):
        return
    found[at] = replace(found[at], rule="promo/last-paragraph", kind="promo")


def take_byline(pattern: str, found: list[RawBlock]) -> tuple[str, ...]:
    """The names in a first paragraph that is nothing but a by-line, which is marked; none where it is text."""
    at = next((place for place, block in enumerate(found) if not block.rule and block.type is BlockType.P), None)
    if not pattern or at is None or (listed := re.fullmatch(pattern, same.visible(found[at].text))) is None:
        return ()
    found[at] = replace(found[at], rule="byline/first-paragraph", kind="byline")
    return split_names(listed[1])


def mark_headline(reader: Reader, headline: str, found: list[RawBlock]) -> None:
    """Mark the headline where a text repeats it: as a heading, or as its first line. A text that says nothing else is
    left as it is."""
    title = same.canonical(headline).casefold()
    texts = [place for place, block in enumerate(found) if not block.rule and block.type is not BlockType.EMBED]
    told = [place for place in texts if same.canonical(found[place].text).casefold() == title]
    if len(told) == len(texts):
        return
    for place in told:
        if found[place].type is BlockType.H or place == texts[0]:
            found[place] = replace(found[place], rule=f"{reader.name}/headline", kind="masthead")


def mark_end(reader: Reader, found: list[RawBlock]) -> None:
    """Mark what follows the paragraph at which the article is over, that paragraph too."""
    told = ((place, same.visible(block.text)) for place, block in enumerate(found) if not block.rule)
    starts = (place for place, text in told if re.match(reader.ends, text))
    at = next(starts, len(found)) if reader.ends else len(found)
    for place in range(at, len(found)):
        if not found[place].rule:
            found[place] = replace(found[place], rule=f"{reader.name}/after-the-end", kind="editor-line")
