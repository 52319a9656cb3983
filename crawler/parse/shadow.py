"""Declarative shadow roots: templates that browsers show as part of the page, as web components are saved and sent.

The parser keeps what is in a template apart. A template with a shadow root is given another name before, so that its
text stands where a visitor sees it (https://html.spec.whatwg.org/, "the template element", `shadowrootmode`; the
attribute was called `shadowroot` before). Pure.
"""

from __future__ import annotations

import re

__all__ = ["unfolded"]

_NAME = b"shadow-root"
_ROOT = re.compile(rb"\sshadowroot(?:mode)?\s*=\s*[\"']?(?:open|closed)\b", re.IGNORECASE)
_TOKEN = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)|"
    rb"<template\b(?P<marks>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>|(?P<end></template\s*>)",
    re.IGNORECASE | re.DOTALL,
)


def unfolded(markup: bytes) -> bytes:
    """The markup with the templates that are shadow roots called something else; as it is where there are none."""
    if not _ROOT.search(markup):
        return markup
    open_: list[bool] = []

    def renamed(found: re.Match[bytes]) -> bytes:
        if found["marks"] is not None:
            open_.append(_ROOT.search(found["marks"]) is not None)
            return b"<" + _NAME + found["marks"] + b">" if open_[-1] else found[0]
        if found["end"] is not None and open_ and open_.pop():
            return b"</" + _NAME + b">"
        return found[0]

    return _TOKEN.sub(renamed, markup)
