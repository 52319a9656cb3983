"""What an element is for, told by its name, class, id or role: the words are those content systems use everywhere."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborNode

__all__ = ["EMBED", "FAINT", "NEVER_TEXT", "UNSPOKEN", "zone_of"]

EMBED = "embed"
UNSPOKEN = "unspoken"
"""What readers of screens pass over: seen like everything else."""
FAINT = frozenset({"read-also", "promo", "app", "tags", "navigation", UNSPOKEN})
"""Kinds whose names outlets also give to their own text: what such an element holds may say that it is none of it."""
NEVER_TEXT = frozenset({"comments", "consent", "copyright"})
"""Kinds that can hold more sentences than a short article."""
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
    "subscribe": "newsletter newsletters subscribe subscription signup mailing",
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
_SHOWN_WIDE = re.compile(r"\b(?:(?:sm|md|lg|xl|2xl):|d-(?:sm|md|lg|xl|xxl)-)(?:block|flex|grid|inline)")
"""How classes say that what is hidden on a narrow screen is shown on a wide one."""
_PICTURED = frozenset({"img", "image", "photo", "foto", "picture", "pic", "bild", "imagen", "figure", "thumb"})
_WORDED = frozenset("caption footer text title description desc copyright credit legend info note pie".split())


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
        if pair[0] in _PICTURED and pair[1] in _WORDED:
            return _CAPTION
    kinds = []
    for at, word in enumerate(words):
        if word in _BY_WORD and (word not in _GENERIC_BUT or at in {0, len(words) - 1}):
            kinds.append(_BY_WORD[word])
    return next((kind for kind in _WORDS if kind in kinds), "")


@lru_cache(maxsize=8192)
def _kind_of_names(names: str) -> str:
    kinds = set(map(_kind_of_name, names.split()))
    if "hidden" in kinds and _SHOWN_WIDE.search(names):
        kinds.remove("hidden")
    return next((kind for kind in (*_WORDS, "follow-us", "hidden") if kind in kinds), "")


_UNZONED = frozenset({"html", "body", "main", "article", "h1", "a", "b", "strong", "em", "i"})


def zone_of(node: LexborNode, tag: str) -> str:
    """What an element is for where that is not the article: a kind of furniture, `caption`, `hidden`, `unspoken` or
    `embed`."""
    marks = node.attributes
    if "hidden" in marks:
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
    kind = _kind_of_names(names[:300]) if len(names) > 1 else ""
    return kind or (UNSPOKEN if marks.get("aria-hidden") == "true" else "")
