"""The entries of sitemaps in XML, and of indexes of them."""

from __future__ import annotations

from typing import Any

from crawler.discover.feeds import name_of, text_of
from crawler.discover.found import Gathered, as_title, short

__all__ = ["sitemap_child", "sitemap_url"]


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if name_of(child) == name), None)


def _child_text(element: Any, *names: str) -> str:
    """The text at the end of a path of child elements; empty where there is none."""
    for name in names:
        element = _child(element, name)
        if element is None:
            return ""
    return text_of(element)


def _news(url: Any) -> dict[str, str]:
    """The `news:` fields of an entry."""
    news = _child(url, "news")
    if news is None:
        return {}
    return {
        "title": as_title(_child_text(news, "title")),
        "published": short(_child_text(news, "publication_date")),
        "language": short(_child_text(news, "publication", "language")),
    }


def _addresses(entry: Any) -> list[str]:
    """What the `loc` of an entry say, of which some have several; else the text of the entry itself. Those of pictures
    and videos are in other namespaces."""
    space = entry.tag.removesuffix(name_of(entry))
    named = [child for child in entry if name_of(child) == "loc"]
    own = [child for child in named if child.tag == f"{space}loc"] or named
    return [text_of(child) for child in own] or [(entry.text or "").strip()]


def sitemap_url(got: Gathered, url: Any) -> None:
    for address in _addresses(url):
        got.add(address, modified=short(_child_text(url, "lastmod")), **_news(url))


def sitemap_child(got: Gathered, sitemap: Any) -> None:
    for address in _addresses(sitemap):
        got.follow(address)
