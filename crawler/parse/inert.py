"""A stored page made inert: nothing of it runs, loads, sends or leads out; its links lead into the archive."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.parse.decode import decode, open_body

__all__ = ["inert", "inert_tree"]

_GONE = (
    "script, noscript, iframe, frame, frameset, object, embed, applet, base, link, template, portal, meta[http-equiv]"
)
"""Elements that would run or load something, or send somebody somewhere, whatever a browser is told."""

_LEAVE = ("href", "xlink:href")
_KEPT = frozenset(
    {"class", "id", "lang", "dir", "style", "title", "alt", "colspan", "rowspan", "datetime", "width", "height"}
)
"""Attributes that a page keeps; others load, send or run."""


_SHOWN = """<style>
[data-read] { outline: 2px solid #1a5fb4 !important; outline-offset: 2px !important; background: #eaf2fd !important;
  color: #111 !important; }
[data-read^="taken out"] { outline: 2px dashed #a51d2d !important; background: #fdeceb !important; }
[data-read]::before { content: attr(data-read) !important; display: inline-block !important;
  margin: 0 .4em 0 0 !important; padding: 0 .3em !important; font: 700 12px/1.5 sans-serif !important;
  background: #1a5fb4 !important;
  color: #fff !important; }
[data-read^="taken out"]::before { background: #a51d2d !important; }
</style>
"""
"""How what was read is shown within the page: by a line around it and by words; a broken line: it was taken out."""


def _link(href: str, base: str) -> str:
    """Where a link leads within the archive; empty for what is no address of a page."""
    try:
        address = urljoin(base, href.strip())
        return f"/at?url={quote(address, safe='')}" if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _disarm(node: LexborNode, base: str, label: str) -> None:
    attributes = node.attributes
    href = next((attributes[name] for name in _LEAVE if attributes.get(name)), None) if node.tag == "a" else None
    for name in attributes:
        if name not in _KEPT:
            del node.attrs[name]
    if href and (path := _link(href, base)):
        node.attrs["href"] = path
        node.attrs["target"] = "_top"
    if label:
        node.attrs["data-read"] = label


def inert(body: bytes, content_type: str, content_encoding: str, url: str) -> str:
    """A page as text, for a frame that allows nothing: without what runs or loads, each link to `/at?url=…`.

    Pictures, styles from elsewhere and what only a script would bring are not shown."""
    text = decode(open_body(body, content_encoding).body, content_type).text
    return inert_tree(LexborHTMLParser(text), url, {})


def inert_tree(tree: LexborHTMLParser, url: str, labels: Mapping[int, str]) -> str:
    """The same of a parsed page, which is changed; elements that have a label, by their `mem_id`, show it."""
    for node in tree.css(_GONE):
        node.decompose()
    for node in tree.css("*"):
        _disarm(node, url, labels.get(node.mem_id, ""))
    return f'<!doctype html>\n<meta charset="utf-8">\n{tree.html or ""}{_SHOWN if labels else ""}'
