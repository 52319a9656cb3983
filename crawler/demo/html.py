"""HTML in as few words as it has tags: `tag("a.card", text("Fish & chips"), href="/x")`. Pure."""

from __future__ import annotations

import re
from html import escape

__all__ = ["spaced", "tag", "text"]

_EMPTY = frozenset({"img", "meta", "link", "br"})

# French sets apart its quotation marks, its signs of two parts and its thousands; the reader must not care how.
_NARROW = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_BOUND = re.compile(r"(?<=«) | (?=[»%?!;:])")


def text(value: str) -> str:
    """A text as HTML."""
    return escape(value, quote=False)


def spaced(value: str, language: str) -> str:
    """A text as HTML, with the spaces its language is printed with."""
    found = text(value)
    return _BOUND.sub("&nbsp;", _NARROW.sub("&#8239;", found)) if language == "fr" else found


def tag(kind: str, /, *inner: str, **attributes: str) -> str:
    """An element: `tag.class.class`, HTML inside it, attributes with `_` for `-` (and none at their end)."""
    element, *classes = kind.split(".")
    marks = {"class": " ".join(classes)} if classes else {}
    marks |= {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    written = "".join(f' {key}="{escape(value)}"' for key, value in marks.items())
    return f"<{element}{written}>" + ("" if element in _EMPTY else f"{''.join(inner)}</{element}>")
