"""What an element is for, told by its name, class, id or role: the words are those content systems use everywhere."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborNode

__all__ = ["EMBED", "zone_of"]

EMBED = "embed"
_CAPTION = "caption"

_TAGS = {
    "nav": "navigation",
    "menu": "navigation",
    "aside": "navigation",
    "footer": "copyright",
    "dialog": "promo",
    "form": "comments",
    "figcaption": _CAPTION,
    "figure": _CAPTION,
}
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "tablist": "navigation",
    "complementary": "navigation",
    "contentinfo": "copyright",
    "search": "navigation",
    "dialog": "promo",
    "alertdialog": "promo",
}
# Words of class names and ids, by what the element is for. In this order: the first kind that has a word wins.
_WORDS = {
    "consent": "cookie cookies consent gdpr cmp onetrust privacy",
    "comments": "comment comments disqus respond replies",
    "share": "share shares sharing shared sharebar sharer social socials socialbar addthis addtoany sns sharethis",
    "advertising": "ad ads adv advert adverts advertisement advertising adsense adslot banner banners sponsor "
    "sponsored dfp gpt outbrain taboola",
    "subscribe": "newsletter newsletters subscribe subscription signup mailing paywall piano",
    "read-also": "related recommend recommended recommendation recommendations readmore crosslink crosslinks trending "
    "popular teaser teasers promo promos promotion suggested similar linklist seealso more",
    "navigation": "nav navbar navigation menu submenu breadcrumb breadcrumbs pagination pager paging toolbar sidebar "
    "topbar skip",
    "tags": "tags taglist keywords hashtags",
    "byline": "byline bylines author authors dateline timestamp meta metadata date datetime pubdate published publish",
    "copyright": "footer copyright disclaimer",
    "app": "modal popup overlay lightbox tooltip toast",
    _CAPTION: "caption captions legend wp-caption-text",
    EMBED: "tweet twitter instagram tiktok telegram facebook youtube embed",
}
_BY_WORD = {word: kind for kind, words in reversed(_WORDS.items()) for word in words.split()}
_PAIRS = {
    ("read", "more"): "read-also",
    ("read", "also"): "read-also",
    ("see", "also"): "read-also",
    ("also", "read"): "read-also",
    ("most", "read"): "read-also",
    ("follow", "us"): "follow-us",
    ("sign", "up"): "subscribe",
    ("tag", "list"): "tags",
    ("date", "time"): "byline",
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# States and filings of a whole article (`has-sidebar`, WordPress's `tag-elections`), not what the element is for.
_STATE = re.compile(
    r"(?:has|no|with|without|is|not|tag|category|author|js|type|status|format|postid|page|single|lg|md|sm)-"
)
_GENERIC_BUT = frozenset(
    {"more", "date", "meta", "published", "publish", "legend", "embed", "author", "shared", "privacy"}
)
"""Words that mean an element only where they are the first or the last of its name."""


_HIDDEN = frozenset(
    {"hidden", "d-none", "hide", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "offscreen"}
)


@lru_cache(maxsize=8192)
def _kind_of_name(name: str) -> str:
    if name in _HIDDEN:
        return "hidden"
    if _STATE.match(name):
        return ""
    words = [word.lower() for word in _WORD.findall(name)]
    for pair in pairwise(words):
        if pair in _PAIRS:
            return _PAIRS[pair]
    kinds = []
    for at, word in enumerate(words):
        if word in _BY_WORD and (word not in _GENERIC_BUT or at in {0, len(words) - 1}):
            kinds.append(_BY_WORD[word])
    return next((kind for kind in _WORDS if kind in kinds), "")


@lru_cache(maxsize=8192)
def _kind_of_names(names: str) -> str:
    kinds = set(map(_kind_of_name, names.split()))
    return next((kind for kind in (*_WORDS, "follow-us", "hidden") if kind in kinds), "")


_UNZONED = frozenset({"html", "body", "main", "article", "h1", "a", "b", "strong", "em", "i"})


def zone_of(node: LexborNode, tag: str) -> str:
    """What an element is for where that is not the article: a kind of furniture, `caption`, `hidden` or `embed`."""
    marks = node.attributes
    if "hidden" in marks or marks.get("aria-hidden") == "true":
        return "hidden"
    if tag in _TAGS:
        return _TAGS[tag]
    style = marks.get("style")
    if style and "none" in style and "display:none" in style.replace(" ", ""):
        return "hidden"
    role = marks.get("role")
    if role and role in _ROLES:
        return _ROLES[role]
    if tag in _UNZONED:
        return ""
    names = f"{marks.get('class') or ''} {marks.get('id') or ''}"
    return _kind_of_names(names[:300]) if len(names) > 1 else ""
