"""What stands in a row when its words are withheld or gone; and what of it is kept aside while it is withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["COLUMNS", "DIGESTS", "emptied", "no_digest", "said_of"]

COLUMNS: Mapping[str, Sequence[str]] = {
    "text": (
        *("headline", "description", "body", "block_types", "authors", "date_published_raw", "images"),
        "read_also",
    ),
    "address": ("url",),
    "circumstances": ("document",),
    "discovery": ("title",),
    "furniture": ("text",),
    "reason": ("text",),
    "removal_set": (),
}
"""The columns that hold words, of each table that does."""

DIGESTS = frozenset({"circumstances", "furniture", "removal_set"})
"""The tables of what is short and stored once: who guesses such a text could try the guess by its digest."""


def said_of(kind: str, day: str, reason: str) -> str:
    """What is shown in the place of words."""
    return f"[{'withheld' if kind == 'withhold' else 'expunged'} {day}: {' '.join(reason.split())}]"


def emptied(name: str, row: Mapping[str, Any], said: str) -> dict[str, Any]:
    """The columns of a row of a table without their words; `said` is shown in their place. An address keeps its host,
    by which timelines are folded. Of what is empty already it is the same."""
    match name:
        case "text":
            lists = dict.fromkeys(("authors", "images", "read_also"), "[]")
            texts = dict.fromkeys(("description", "body", "block_types"), "")
            return {"headline": said, "date_published_raw": None, **texts, **lists}
        case "address":
            scheme, _, rest = row["url"].partition("://")
            return {"url": f"{scheme}://{rest.partition('/')[0]}/expunged/{row['id']}"}
        case "reason":
            return {"text": f"[expunged {row['id']}]"}
        case "circumstances":
            return {"document": "{}"}
    return dict.fromkeys(COLUMNS[name], "")


def no_digest(key: int) -> bytes:
    """What stands for a digest of 16 bytes that is gone, each once."""
    return bytes(8) + key.to_bytes(8, "big")
