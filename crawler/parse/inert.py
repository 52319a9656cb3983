"""A stored page made inert: nothing of it runs, loads, sends or leads out; its links lead into the archive."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.parse.decode import decode, open_body

__all__ = ["inert"]

_GONE = (
    "script, noscript, iframe, frame, frameset, object, embed, applet, base, link, template, portal, meta[http-equiv]"
)
"""Elements that would run or load something, or send somebody somewhere, whatever a browser is told."""

_LEAVE = ("href", "xlink:href")
_KEPT = frozenset(
    {"class", "id", "lang", "dir", "style", "title", "alt", "colspan", "rowspan", "datetime", "width", "height"}
)
"""Attributes that a page keeps; others load, send or run."""


def _link(href: str, base: str) -> str:
    """Where a link leads within the archive; empty for what is no address of a page."""
    try:
        address = urljoin(base, href.strip())
        return f"/at?url={quote(address, safe='')}" if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _disarm(node: LexborNode, base: str) -> None:
    attributes = node.attributes
    href = next((attributes[name] for name in _LEAVE if attributes.get(name)), None) if node.tag == "a" else None
    for name in attributes:
        if name not in _KEPT:
            del node.attrs[name]
    if href and (path := _link(href, base)):
        node.attrs["href"] = path
        node.attrs["target"] = "_top"


def inert(body: bytes, content_type: str, content_encoding: str, url: str) -> str:
    """A page as text, for a frame that allows nothing: without what runs or loads, each link to `/at?url=…`.

    Pictures, styles from elsewhere and what only a script would bring are not shown."""
    text = decode(open_body(body, content_encoding).body, content_type).text
    tree = LexborHTMLParser(text)
    for node in tree.css(_GONE):
        node.decompose()
    for node in tree.css("*"):
        _disarm(node, url)
    return f'<!doctype html>\n<meta charset="utf-8">\n{tree.html or ""}'
