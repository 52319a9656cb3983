"""What a robots.txt allows, by RFC 9309. Pure: an answer in, a policy out.

Section 2.3.1: a 4xx answer means that nothing is forbidden; a 5xx answer, no answer, or something that is no robots
file (an HTML page, whatever its status says) means that we do not know, and what we do not know we do not fetch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from crawler.parse.decode import decode

__all__ = ["AGENT", "LARGEST", "Policy", "read"]

AGENT = "Palimpsest"
"""The product token robots files address us by."""

LARGEST = 512_000
"""Bytes of a robots file that are read; the RFC wants at least 500 KiB."""

_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<head|<body|<\?xml|<script)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed on a host. `rules` is None where nothing is forbidden."""

    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether we may fetch an address."""
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float | None:
        """Seconds the host wants between two requests; None where it does not say."""
        found = None if self.rules is None else self.rules.crawl_delay(AGENT)
        return None if found is None else float(found)


def read(status: int, body: bytes) -> Policy | None:
    """The policy an answer to `/robots.txt` states; None where it states none we can rely on."""
    if 400 <= status < 500:
        return Policy()
    if status != 200:
        return None
    # Editors on one system save in UTF-16; what is left with zero bytes is no text that we have understood.
    text = decode(body[: LARGEST & ~3]).text
    return None if "\0" in text or _MARKUP.match(text) else Policy(Protego.parse(text))
