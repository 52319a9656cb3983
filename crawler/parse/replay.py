"""A page that was saved from a web archive's replay, as the outlet wrote it: without the tool bar, with its own
addresses. Pure.

Every replay (OpenWayback, pywb, and what is built on them) puts its own address and a time before each address of the
page: `https://web.archive.org/web/20260224120000/https://a.example/b`.
"""

from __future__ import annotations

import re

__all__ = ["restored", "rewritten"]

_BEFORE = re.compile(
    rb"(?:https?:)?(?://[\w.:-]{1,200})?(?:/[\w-]{1,40}){0,3}/\d{14}(?:[a-z]{2}_)?/(?=https?:/)", re.IGNORECASE
)
_COPY = re.compile(rb"/\d{14}(?:[a-z]{2}_)?/https?:/", re.IGNORECASE)
"""The part of it that is found fast."""
_TOOL_BAR = re.compile(
    rb"<!-- ?(?:BEGIN )?(WAYBACK TOOLBAR INSERT|ARCHIVE-IT BANNER|WB Insert) ?-->.*?<!-- ?END \1 ?-->",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = (b"WAYBACK TOOLBAR INSERT", b"FILE ARCHIVED ON ", b"wombat.js", b"wbinfo.", b"<!-- WB Insert")


def _is_replay(markup: bytes, prefixes: int) -> bool:
    """Whether a page shows signs of a replay: links to copies in archives stand in ordinary pages, too."""
    return any(sign in markup for sign in _SIGNS) or 2 * prefixes >= markup.count(b"href=")


def rewritten(markup: bytes) -> bool:
    """Whether a page was rewritten by a web archive for its replay."""
    prefixes = len(_COPY.findall(markup)) if b"/http" in markup else 0
    return bool(prefixes) and _is_replay(markup, prefixes)


def restored(markup: bytes) -> bytes:
    """The markup as the outlet wrote it, where it was saved from a replay; else as it is."""
    if not rewritten(markup):
        return markup
    return _BEFORE.sub(b"", _TOOL_BAR.sub(b"", markup))
