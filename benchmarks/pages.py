"""Pages for the benchmarks: RT's markup around invented French text, about 100 KB each, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.records import Capture, Source, TimeBasis

__all__ = ["START", "Site", "captures"]

START = datetime(2026, 1, 1, tzinfo=UTC)

_ONSETS, _RIMES = "b c d f g l m n p r s t v ch tr pr".split(), "a e i o u é ai on".split()
_SYLLABLES = [onset + rime for onset in _ONSETS for rime in _RIMES]


@dataclass(frozen=True)
class Site:
    """An outlet's pages: `size` bytes each, `words` of text in `paragraphs`."""

    size: int = 100_000
    paragraphs: int = 9
    words: int = 75

    def _sentence(self, chance: random.Random, vocabulary: list[str], words: int) -> str:
        return " ".join(chance.choices(vocabulary, k=words)).capitalize() + "."

    def page(self, number: int, look: int = 0, edit: int = 0) -> bytes:
        """Article `number` as served at its look `look`: furniture rotates with every look, text with every edit."""
        chance = random.Random(number)
        vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(400)]
        body = [self._sentence(chance, vocabulary, self.words) for _ in range(self.paragraphs)]
        if edit:
            body[-1] += f" Bilan : {edit} blessés."
        headline = self._sentence(chance, vocabulary, 9)
        title = f"<span class='read-more-big__title'>Autre titre {look % 7}</span>"
        also = f"<a class='read-more-big' href='/x/{look}-y'>{title}</a>"
        text = "".join(f"<p>{one}</p>{also if n == 3 else ''}" for n, one in enumerate(body))
        head = (
            f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>{headline} — RT en français</title>"
            f"<meta property='og:title' content='{headline}'>"
            "<meta name='publish-date' content='2026-01-01T10:00:00+0100'></head><body>"
        )
        article = (
            f"<div class='article'><h1 class='article__heading'>{headline}</h1><div class='article__text text'>"
            f"<p class='text__summary'>{self._sentence(chance, vocabulary, 30)}</p>{text}</div></div>"
        )
        return (head + article + self._filler(chance, self.size - len(head) - len(article)) + "</body></html>").encode()

    def _filler(self, chance: random.Random, size: int) -> str:
        """Navigation as real pages carry it: cards, links, inline scripts; twice as dense in nodes as saved pages."""
        parts: list[str] = []
        length = 0
        while length < size:
            word, number = chance.choice(_SYLLABLES), chance.randrange(10**6)
            part = (
                f"<div class='card card_{number % 13}'><a class='link link_hover' href='/{word}/{number}-{word * 3}'>"
                f"<span class='card__header'>{word * 2} {number}</span></a>"
                f"<time class='date'>{number % 24}:00</time></div>"
                f"<script>window.q=window.q||[];q.push({{id:{number},slot:'{word}',refresh:true,sizes:[[300,250],[240,400],"
                f"[{number % 970},90]],targeting:{{section:'{word * 2}',key:'{number:x}{number * 7:x}{number * 31:x}',"
                f"consent:false,lazy:{{threshold:0.{number % 97},margin:'{number % 300}px'}}}},page:'/{word}'}});"
                "</script>\n"
            )
            parts.append(part)
            length += len(part)
        return "".join(parts)


def captures(site: Site, count: int, look: int = 0, edit: int = 0, hour: int = 0) -> Iterator[Capture]:
    """One capture of each of `count` articles as served at look number `look`, that many hours after the start."""
    for number in range(count):
        yield Capture(
            url=f"https://francais.rt.com/international/{number + 1000}-article",
            fetched_at=START + timedelta(hours=hour, seconds=number),
            body=site.page(number, look, edit),
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            source=Source.GIVEN_WARC,
            time_basis=TimeBasis.ARCHIVE,
        )
