"""Any site nobody has described: what its markup states of itself, its text where sentences are dense.

The page is parsed once, as for every other outlet, and walked once; the modules beside this one are the parts.
Where that finds little, or what cannot be the article, a general extractor is asked, and believed where it sees another
text; what the page states of its own text stands in where none is shown. By which of the two an article is read is
decided once: the reading names it, and whoever reads the article again hands the name back in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from selectolax.lexbor import LexborNode

from archive.records import BlockType, Circumstances, Doubt, DoubtKind, Image, Judgement, Verdict
from crawler.extract.general import doubt, fields, leads, names, notes, second, titles
from crawler.extract.general.asking import mark_asking
from crawler.extract.general.body import Choice, choose
from crawler.extract.general.element import key
from crawler.extract.general.home import leave_to_others
from crawler.extract.general.listing import Sight, listing
from crawler.extract.general.near import Near
from crawler.extract.general.walk import ENDS, Piece, Walk, walk
from crawler.extract.general.zones import EMBED
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import jsonld, meta
from crawler.outlets.learnt import Learnt
from crawler.parse.bylines import by_line, looks_like_name, split_names
from crawler.parse.language import alone, language_of, telling
from crawler.parse.page import Page, absolute, alternates, canonical

__all__ = ["read"]

NAME = "generic"
_LISTING = 3
"""Links from which on a page without a text, and with little else, is a list of articles."""
_BY_LINE = 150
_MOST_LINKS = 500
_MOST_PIECES = 20_000


@dataclass(frozen=True, slots=True)
class _Found:
    """A page walked: its headline and where it stands, and where its text is."""

    page: Page
    walk: Walk
    headline: str
    at: int
    choice: Choice | None
    stated: str

    @property
    def near(self) -> Near:
        """What stands around the headline and at the ends of the text."""
        return Near(self.walk, self.at, self.choice)

    @property
    def scope(self) -> LexborNode | None:
        """The element that holds headline and text."""
        return None if self.choice is None else self.walk.elements[self.near.element].node


@dataclass(frozen=True, slots=True)
class _Text:
    """What the article says as `reader` reads it, and who signs it."""

    lead: str
    blocks: list[RawBlock]
    authors: tuple[str, ...]
    reader: str = NAME
    doubts: tuple[Doubt, ...] = ()


def _look(page: Page, learnt: Learnt) -> _Found:
    walked = walk(page.tree.body) if page.tree.body else Walk()
    called = titles.stated(page)
    headline, at = titles.headline(walked, called, page)
    stated = "".join(key(text) for text in jsonld("articleBody")(page)[:1])
    mark_asking(walked, at)
    leave_to_others(walked, at, learnt)
    return _Found(page, walked, headline, at, choose(walked, stated, at, key(" ".join(called))), stated)


# --- the text -------------------------------------------------------------------------------------------------------


def _block(piece: Piece, walked: Walk) -> RawBlock:
    place = walked.place(piece)
    if piece.kind == EMBED:
        return RawBlock(BlockType.EMBED, piece.text, place=place)
    if piece.kind:
        titles_ = (piece.text,) if piece.kind == "read-also" and piece.linked > 0.9 else ()
        return RawBlock(BlockType.P, piece.text, f"generic/{piece.kind}", piece.kind, titles_, place)
    return RawBlock(piece.type, piece.text, place=place)


def _body(found: _Found, choice: Choice, authors: tuple[str, ...], lead: list[int]) -> Iterator[RawBlock]:
    """The blocks from the headline on, and the notes of the editors wherever they stand."""
    signed, title = {key(name) for name in authors}, key(found.headline)
    text = (*leads.before(found.walk, found.at, choice), *range(choice.first, choice.last + 1))
    inside = {at for at in text if found.walk.within(found.walk.pieces[at], choice.element)}
    noted = notes.notes(found.walk, found.at, choice, (found.page.language,))
    for at in sorted({*inside, *noted} - set(lead)):
        piece = found.walk.pieces[at]
        if piece.kind in {"caption", "hidden"}:
            continue
        if key(piece.text) == title:
            piece.kind = "label"
        elif not piece.kind and (_is_byline(piece, signed) or (at == choice.last and _is_signature(piece))):
            piece.kind = "byline"
        block = _block(piece, found.walk)
        is_note = not block.rule and piece.says and notes.is_called_note(found.walk, piece)
        yield replace(block, type=BlockType.NOTICE) if is_note else block


def _is_byline(piece: Piece, signed: set[str]) -> bool:
    """Whether a line names who signs, and nothing else."""
    if len(piece.text) > _BY_LINE:
        return False
    named = by_line(piece.text)
    if named and not ENDS.search(piece.text):
        return True
    others = named or split_names(piece.text)
    return bool(others) and set(map(key, others)) <= signed


def _is_signature(piece: Piece) -> bool:
    """Whether the last line of a text, set like a heading over nothing, is a name."""
    return piece.type is BlockType.H and looks_like_name(piece.text)


def _captions(found: _Found) -> Iterator[Piece]:
    last = found.choice.last if found.choice else -1
    return (piece for piece in found.walk.pieces[max(found.at, 0) : last + 1] if piece.kind == "caption")


def _links(found: _Found) -> tuple[str, ...]:
    """Where the links in the text lead."""
    if found.choice is None:
        return ()
    pieces = found.walk.pieces[found.choice.first : found.choice.last + 1]
    nodes = (found.walk.elements[piece.element].node for piece in pieces if piece.linked and not piece.kind)
    hrefs = (
        absolute(found.page.base, link.attributes.get("href") or "") for node in nodes for link in node.css("a[href]")
    )
    return tuple(dict.fromkeys(filter(None, hrefs)))[:_MOST_LINKS]


# --- one page -------------------------------------------------------------------------------------------------------


def _circumstances(
    found: _Found, outlet: Outlet, at: datetime, language: str, images: tuple[Image, ...]
) -> Circumstances:
    page, scope = found.page, found.scope
    shown = tuple((image.address, image.alternative) for image in images if image.address)
    picture = tuple((address, "") for address in meta("og:image")(page)[:1])
    variants = (("og", next(iter(meta("og:title")(page)), "")), ("title", next(iter(titles.stated(page)[-1:]), "")))
    return Circumstances(
        section=fields.section(page),
        tags=fields.tags(page),
        date_modified=fields.modified(page, outlet, at, alone(language), found.near),
        titles=tuple((name, value) for name, value in variants if value),
        canonical=canonical(page),
        alternates=alternates(page),
        links=_links(found),
        images=shown or picture,
        embeds=fields.sources(scope, "iframe", page.base) if scope is not None else (),
        videos=fields.sources(scope, "video, video source", page.base) if scope is not None else (),
        language=language,
        live=page.live,
    )


def _own(found: _Found, authors: tuple[str, ...]) -> tuple[str, list[RawBlock]]:
    """(lead, blocks) as our reader sees them; what the page states where it shows nothing, and nothing where that
    cannot be the article."""
    lead: list[int] = []
    if found.choice is None:
        blocks = second.stated(found.page)
    else:
        lead = leads.lead(found.page, found.walk, found.at, found.choice)
        blocks = list(_body(found, found.choice, authors, lead))
    text = " ".join(word for at in lead for word in found.walk.pieces[at].text.split())
    return text, blocks if _is_kin(found, blocks) else []


def _is_kin(found: _Found, blocks: list[RawBlock]) -> bool:
    return doubt.is_kin(blocks, found.page, found.headline)


def _decided(found: _Found, own: _Text, reader: str) -> _Text:
    """The text by the reader its article is read by (empty: the one that is asked first, unless the other sees a
    different text where ours is doubtful)."""
    is_short = doubt.size(own.blocks) < max(second.SHORT, 0.6 * len(found.stated))
    if reader == NAME or (not reader and not is_short):
        return own
    blocks = second.extracted(found.page, found.walk, found.headline)
    differ = doubt.size(blocks) > doubt.size(own.blocks) and second.are_disjoint(own.blocks, blocks)
    if not reader and (not differ or not _is_kin(found, blocks)):
        return own
    told = f"our reader sees {doubt.size(own.blocks):,} units of text, the other {doubt.size(blocks):,}"
    doubts = (Doubt(DoubtKind.TWO_READERS, told),) if differ and own.blocks and blocks else ()
    return replace(own, lead="", blocks=blocks, reader=second.NAME, doubts=doubts)


def _listing(found: _Found, *, is_dated: bool, is_signed: bool) -> Judgement | None:
    return listing(Sight(found.page, found.walk, found.headline, found.at, found.choice, is_dated, is_signed))


def _nothing(found: _Found) -> Judgement:
    """Why a page has no text, by what it shows instead."""
    if found.choice is not None:
        return Judgement(Verdict.UNREADABLE, "what was found does not speak of what the page says it is about")
    links = sum(piece.linked > 0.9 for piece in found.walk.pieces)
    if links >= _LISTING and 5 * links > 2 * len(found.walk.pieces):
        return Judgement(Verdict.LISTING, "links and no text")
    return Judgement(Verdict.EMPTY_SHELL, "no sentence on it")


def read(page: Page, outlet: Outlet, at: datetime, reader: str = "") -> RawReading | Judgement:
    """The raw reading of any page, or why it cannot be read. `reader` names the one its article is read by (empty: not
    decided)."""
    found = _look(page, outlet.learnt)
    if len(found.walk.pieces) > _MOST_PIECES:
        return Judgement(Verdict.UNREADABLE, f"more than {_MOST_PIECES:,} blocks of text")
    authors = names.authors(page, outlet, found.near)
    text = _Text(*_own(found, authors), authors)
    if not text.blocks and (many := _listing(found, is_dated=False, is_signed=bool(authors))) is not None:
        return many
    text = _decided(found, text, reader)
    if not text.blocks and not text.lead:
        return _nothing(found)
    reading = _reading(found, outlet, at, text)
    return _listing(found, is_dated=reading.date_published is not None, is_signed=bool(authors)) or reading


def _reading(found: _Found, outlet: Outlet, at: datetime, text: _Text) -> RawReading:
    page = found.page
    language = language_of(
        outlet.languages or (page.language,), telling(block.text for block in text.blocks if not block.rule)
    )
    images = fields.pictures(_captions(found), found.walk, page.base, found.headline)
    return RawReading(
        reader=text.reader,
        headline=found.headline,
        description=text.lead,
        blocks=tuple(text.blocks),
        authors=text.authors,
        date_published=fields.published(page, outlet, at, alone(language), found.near),
        images=images,
        circumstances=_circumstances(found, outlet, at, language, images),
        own_id=outlet.own_id(page.url),
        languages=outlet.languages or tuple(filter(None, [alone(language)])),
        doubts=text.doubts,
    )
