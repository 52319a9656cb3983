"""Where on a page each text of its reading stands: by the same account by which no text of a page is left out. Pure."""

from __future__ import annotations

from archive.records import Reading
from crawler.extract.account import Claim, Role, placed
from crawler.parse.page import Page

__all__ = ["marked"]


def _label(claim: Claim) -> str:
    if claim.role is Role.BODY:
        return f"text {claim.number}"
    return f"taken out: {claim.rule}" if claim.role is Role.REMOVED else claim.role.value


def marked(page: Page, reading: Reading) -> dict[int, str]:
    """What the elements of a page's tree hold of its reading, in words, by their `mem_id`: the nearest element around
    each line. Sections and tags, which stand anywhere, are left out."""
    text, _ = placed(page, reading)
    found: dict[int, dict[str, None]] = {}
    for start, end, claim in sorted(text.claims, key=lambda one: one[0]):
        if claim.role in {Role.SECTION, Role.TAG}:
            continue
        for number in range(text.line_at(start), text.line_at(end - 1) + 1):
            node = text.lines[number].node
            if node is not None:
                found.setdefault(node.mem_id, {})[_label(claim)] = None
    return {node: ", ".join(labels) for node, labels in found.items()}
