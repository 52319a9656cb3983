"""Looks at a page that its outlet built anew: what builds, layouts and editors of furniture do to a page without
touching a word of its article. Each kind is a way of doing it, never the markup of one site.

The page's tree is changed and written again, so that everything else about it stays as it was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import text
from archive.records import Capture
from tests.pairs.lists import text_of
from tests.pairs.made import Made, Saved

__all__ = ["REBUILDS", "rebuilt"]

_LONGEST_BY_LINE = 60
"""Characters that a by-line has besides its names, at most."""
_BLOCKS = frozenset({"p", "div", "li", "td", "section", "blockquote", "dd"})


@dataclass(frozen=True, slots=True)
class Site:
    """A page to be built anew: its tree, the elements of its paragraphs in their order, what it says, and chance."""

    tree: LexborHTMLParser
    paragraphs: tuple[LexborNode, ...]
    saved: Saved
    chance: Random
    built: list[LexborHTMLParser] = field(default_factory=list)
    """The trees that what is put in comes from: they must live as long as the page's."""

    def new(self, markup: str) -> LexborNode:
        """An element to be put into the page."""
        self.built.append(LexborHTMLParser(f"<body>{markup}"))
        body = self.built[-1].body
        assert body is not None
        assert body.first_child is not None
        return body.first_child

    def one(self, words: str) -> LexborNode | None:
        """The innermost element of a text."""
        return next(_elements(self.tree, {text.canonical(words)}), None) if words else None


Rebuild = Callable[[Site], bool]
"""Changes a page's tree; says whether it could."""


def _elements(tree: LexborHTMLParser, wanted: set[str]) -> Iterator[LexborNode]:
    """The innermost elements that hold one of some texts and nothing else, in page order."""
    for node in tree.body.css("*") if tree.body else ():
        if node.tag in {"script", "style", "noscript", "template"} or text.canonical(node.text()) not in wanted:
            continue
        inner = (child for child in node.iter() if text.canonical(child.text()) in wanted)
        if next(inner, None) is None:
            yield node


def _site(saved: Saved, source: str, chance: Random) -> Site:
    tree = LexborHTMLParser(source)
    wanted = {told for words in saved.fields["body"] if len(told := text.canonical(words)) > 1}
    found = (_block(node) for node in _elements(tree, wanted))
    paragraphs = tuple({node.mem_id: node for node in found if node is not None}.values())
    return Site(tree, paragraphs, saved, chance)


def _block(node: LexborNode) -> LexborNode | None:
    """The block that an element which holds a paragraph's text is, or stands in alone."""
    told, at = text.canonical(node.text()), node
    while at.tag not in _BLOCKS:
        if at.parent is None or text.canonical(at.parent.text()) != told:
            return None
        at = at.parent
    return at


def _renamed(site: Site, node: LexborNode, tag: str) -> None:
    """An element by another name, with the same attributes and what it holds."""
    marks = "".join(f' {name}="{(value or "").replace(chr(34), "&quot;")}"' for name, value in node.attributes.items())
    node.replace_with(site.new(f"<{tag}{marks}>{node.inner_html or ''}</{tag}>"))


# --- what builds do -------------------------------------------------------------------------------------------------


def _hashed(site: Site) -> bool:
    """Names of classes made anew by a build, as bundlers do."""
    salt = str(site.chance.random())
    named = [node for node in site.tree.css("[class], [id]") if node.tag != "html"]
    for node in named:
        for mark in ("class", "id"):
            if value := node.attributes.get(mark):
                node.attrs[mark] = " ".join(_hash(salt + word) for word in value.split())
    return bool(named)


def _hash(word: str) -> str:
    return "css-" + hashlib.sha256(word.encode()).hexdigest()[:6]


def _divs(site: Site) -> bool:
    """Paragraphs as plain blocks."""
    plain = [node for node in site.paragraphs if node.tag == "p"]
    for node in plain:
        _renamed(site, node, "div")
    return bool(plain)


def _wrapped_each(site: Site) -> bool:
    """A wrapper around every paragraph."""
    for node in site.paragraphs:
        if node.tag in {"p", "div"}:
            node.replace_with(site.new(f'<div class="{site.saved.name[:3]}-wrap">{node.html}</div>'))
    return any(node.tag in {"p", "div"} for node in site.paragraphs)


def _halved(site: Site) -> bool:
    """A wrapper around the second half of the paragraphs that stand side by side."""
    last = site.paragraphs[-1] if site.paragraphs else None
    beside = [node for node in site.paragraphs if last is not None and _above(node) == _above(last)]
    if len(beside) < 4:
        return False
    nodes, half = [], beside[len(beside) // 2]
    at: LexborNode | None = half
    while at is not None:
        nodes.append(at)
        at = at.next if at.mem_id != beside[-1].mem_id else None
    markup = "".join(node.html or "" for node in nodes)
    for node in nodes[1:]:
        node.decompose()
    half.replace_with(site.new(f'<div class="continuation">{markup}</div>'))
    return True


def _turned(site: Site) -> bool:
    """Attributes in another order."""
    several = [node for node in site.tree.css("*") if len(node.attributes) > 1]
    for node in several:
        marks = list(node.attributes.items())
        for name, _ in marks:
            del node.attrs[name]
        for name, value in reversed(marks):
            node.attrs[name] = value or ""
    return bool(several)


def _above(node: LexborNode) -> int:
    return node.parent.mem_id if node.parent is not None else 0


def _minified(site: Site) -> bool:
    """White space folded, comments gone."""
    for node in list(site.tree.root.traverse(include_text=True)) if site.tree.root else ():
        above = node.parent.tag if node.parent is not None else ""
        if node.tag == "-text" and above not in {"script", "style", "pre", "textarea"}:
            value = node.text_content or ""
            if (folded := re.sub(r"\s+", " ", value)) != value:
                node.replace_with(folded)
    return True


def _lazy(site: Site) -> bool:
    """Pictures that are loaded when they are seen."""
    pictures = site.tree.css("img[src]")
    for node in pictures:
        node.attrs["data-src"] = node.attributes["src"] or ""
        node.attrs["src"] = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
        node.attrs["loading"] = "lazy"
    return bool(pictures)


# --- what editors of furniture do -------------------------------------------------------------------------------------


def _within(site: Site, markup: Callable[[int], str]) -> bool:
    """Put something behind every third paragraph but the last."""
    places = site.paragraphs[1:-1:3]
    for number, node in enumerate(places):
        node.insert_after(site.new(markup(number)))
    return bool(places)


def _advertised(site: Site) -> bool:
    address = f"https://ads.example/{site.chance.randrange(10**6)}"
    box = f'<div class="q{site.chance.randrange(99)}"><a href="{address}" rel="sponsored"><img src="{address}.gif"></a>'
    return _within(site, lambda number: f'{box}<span id="slot-{number}"></span></div>')


def _counted(site: Site) -> bool:
    seen = site.chance.randrange(1_000, 90_000)
    return _within(site, lambda number: f'<div class="z1"><i></i><span>{seen + number:,}</span></div>')


def _signed_up(site: Site) -> bool:
    box = (
        '<div class="z2"><h4>Morning briefing</h4><p>Get the most important stories of the day in your mailbox.</p>'
        '<form action="/join"><input type="email" placeholder="you@example.org"><button>Join</button></form></div>'
    )
    return _within(site, lambda _: box)


def _carded(site: Site) -> bool:
    number = site.chance.randrange(10**6)
    card = (
        f'<div class="z3"><a href="/{number}.html"><img src="/{number}.jpg" alt=""><b>Farmers of the valley {number} '
        f"ask for a bridge</b><span>The ferry was sold in spring, and nobody has said what will come.</span></a></div>"
    )
    return _within(site, lambda _: card)


def _scrolled(site: Site) -> bool:
    """The next article below this one, as endless pages load it."""
    if not site.paragraphs:
        return False
    said = "".join(
        f"<p>The council of {name} met on Tuesday and spoke for two hours about the price of water.</p>"
        for name in ("Oberfeld", "Lindau", "Marsk", "Velden")
    )
    made = f'<article><h2><a href="/next-{site.chance.randrange(99)}">Water will cost more</a></h2>{said}</article>'
    outer = _box(site.paragraphs[0], site.paragraphs[-1])
    outer.insert_after(site.new(made))
    return True


def _box(first: LexborNode, last: LexborNode) -> LexborNode:
    """What an article below one is put behind: the `article` or `main` around all paragraphs, or their box, which is
    the table where they stand in one: below a row stands nothing but a row."""
    around, at = list[LexborNode](), last.parent
    while at is not None and at.tag != "body":
        if _holds(at, first):
            around.append(at)
        at = at.parent
    named = (one for one in around if one.tag in {"article", "main"})
    tables = (one for one in reversed(around) if one.tag == "table")
    return next(named, None) or next(tables, None) or next(iter(around), last)


def _asked(site: Site) -> bool:
    """An overlay that asks for consent, before everything else."""
    words = "We and our partners store information on your device, such as cookies, and process personal data."
    box = f'<div role="dialog" class="z4"><h2>Your privacy</h2><p>{words}</p><button>Accept all</button></div>'
    first = site.tree.body.first_child if site.tree.body else None
    if first is None:
        return False
    first.insert_before(site.new(box))
    return True


def _moved_byline(site: Site) -> bool:
    """Who signs, moved to the other end of the text: the line that names them all, and says nothing else."""
    names = [text.canonical(name) for name in site.saved.fields["authors"]]
    node = site.one(names[0]) if names else None
    while node is not None and (node.tag not in _BLOCKS or not all(name in _told(node) for name in names)):
        node = node.parent
    if node is None or not site.paragraphs or len(_told(node)) > sum(map(len, names)) + _LONGEST_BY_LINE:
        return False
    if any(_holds(node, one) or _holds(one, node) for one in site.paragraphs) or _is_said(site, node):
        return False
    markup = node.html or ""
    node.decompose()
    site.paragraphs[-1].insert_after(site.new(f'<div class="author">{markup}</div>'))
    return True


def _told(node: LexborNode) -> str:
    return text.canonical(node.text())


def _is_said(site: Site, node: LexborNode) -> bool:
    """Whether a line is, or is a part of, what the article says."""
    said = (words for name, words in site.saved.fields.items() if name != "authors")
    return any(_told(node) in text.canonical(one) for words in said for one in words)


def _sidebar_first(site: Site) -> bool:
    """The column beside the article written before it."""
    asides = [node for node in site.tree.css("aside") if not any(_holds(node, one) for one in site.paragraphs)]
    outer = site.tree.css_first("article, main")
    if not asides or outer is None or _holds(outer, asides[0]):
        return False
    markup = asides[0].html or ""
    asides[0].decompose()
    outer.insert_before(site.new(markup))
    return True


def _holds(outer: LexborNode, node: LexborNode) -> bool:
    at: LexborNode | None = node
    while at is not None:
        if at.mem_id == outer.mem_id:
            return True
        at = at.parent
    return False


def _twin(site: Site) -> bool:
    """A light twin: no scripts, no styles, pictures by another element."""
    for node in site.tree.css("script:not([type*=json]), style, link[rel=stylesheet], noscript"):
        node.decompose()
    for node in site.tree.css("img"):
        _renamed(site, node, "amp-img")
    if site.tree.root is not None:
        site.tree.root.attrs["amp"] = ""
    return True


REBUILDS: Mapping[str, Rebuild] = {
    "names of classes": _hashed,
    "p as div": _divs,
    "a wrapper each": _wrapped_each,
    "a wrapper around half": _halved,
    "order of attributes": _turned,
    "minified": _minified,
    "lazy pictures": _lazy,
    "advertising between": _advertised,
    "a counter between": _counted,
    "a sign-up box": _signed_up,
    "a teaser card": _carded,
    "the next article below": _scrolled,
    "a consent overlay": _asked,
    "by-line moved": _moved_byline,
    "sidebar first": _sidebar_first,
    "a light twin": _twin,
}
"""What may be done to a page without an edit, by what it is called."""


def rebuilt(saved: Saved, seed: int) -> Iterator[Made]:
    """A look of each kind that the page can be built anew by."""
    source, charset = text_of(saved.capture.body)
    for what, rebuild in REBUILDS.items():
        site = _site(saved, source, Random(f"{saved.name} {what} {seed}"))
        if rebuild(site):
            yield Made(what, _with(saved.capture, site.tree.html or "", charset))


def _with(capture: Capture, source: str, charset: str) -> Capture:
    return replace(capture, body=source.encode(charset, "xmlcharrefreplace"))
