"""Declarative shadow roots: templates that browsers show as part of the page, as web components are saved and sent.

The parser keeps what is in a template apart. A template with a shadow root is given another name before, so that its
text stands where a visitor sees it (https://html.spec.whatwg.org/, "the template element", `shadowrootmode`; the
attribute was called `shadowroot` before). What stands beside the template in its host is then put where the template
has a `slot` for it. Pure.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["fill_slots", "unfolded"]

_MOST_ROOTS = 500
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


def fill_slots(tree: LexborHTMLParser) -> None:
    """Put what stands beside unfolded shadow roots where these have a place for it, as browsers show it; what none has
    a place for stays."""
    name = _NAME.decode()
    for _ in range(_MOST_ROOTS):
        # What is moved is copied, the roots in it too: each is looked for when its turn comes.
        root = tree.css_first(f"{name}:not([filled])", default=None)
        if root is None or root.parent is None:
            return
        root.attrs["filled"] = ""
        slots = {slot.attributes.get("name") or "": slot for slot in root.css("slot")[::-1] if _is_of(slot, root)}
        _fill([child for child in root.parent.iter(include_text=True) if child.mem_id != root.mem_id], slots)


def _is_of(slot: LexborNode, root: LexborNode) -> bool:
    at = slot.parent
    while at is not None and at.tag != root.tag:
        at = at.parent
    return at is not None and at.mem_id == root.mem_id


def _fill(children: list[LexborNode], slots: dict[str, LexborNode]) -> None:
    filled = set[str]()
    for child in children:
        name = (child.attributes.get("slot") or "") if child.tag != "-text" else ""
        if name in slots:
            slots[name].insert_before(child)
            child.decompose()
            filled.add(name)
    for name in filled:
        slots[name].decompose()  # what is in it stands for what is missing
