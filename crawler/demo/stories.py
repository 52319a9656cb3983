"""The articles as first published: written from hand-made parts by seeded chance, the same in every process."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from urllib.parse import quote

from archive.records import Block, BlockType, Image
from crawler.demo.editions import EDITIONS, LOOKS, Edition

__all__ = ["COUNT", "LINKED_FROM", "LINKED_ONLY", "SCRIPTED", "Story", "reserved", "stories", "story"]

COUNT = 20
"""Articles of each edition."""

SCRIPTED = ("demo-en", 15)
"""The article whose text only a browser gets to see: its edition and its place."""

LINKED_ONLY, LINKED_FROM = 16, 3
"""The place of the article that no feed, sitemap or listing names, and of one whose text links to it."""

_TOPICS = 5
# Hours before the first look: a dense last week, then ever fewer, and a few of the year before.
_AGES = (1.5, 4, 7, 11, 20, 27, 33, 41, 60, 90, 130, 170, 220, 400, 700, 1100, 2000, 7600, 8000, 8600)
_STEP = 37  # other pages take ids too


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the outlet means it. `body` and `images` are what a right reading finds, in order.

    `place` is its rank, newest first. `path` is escaped; `town` is where it happens; `spare` is a paragraph the outlet
    may add to it later. Texts hold plain spaces only; `crawler.demo.layouts` puts in what the language wants.
    """

    edition: str
    place: int
    id: str
    path: str
    section: str
    folder: str
    town: str
    headline: str
    lead: str
    body: tuple[Block, ...]
    authors: tuple[str, ...]
    published: datetime
    modified: datetime
    images: tuple[Image, ...]
    tags: tuple[str, ...]
    tweet: str
    spare: str

    @property
    def scripted(self) -> bool:
        """Whether its text is put into the page by a script."""
        return (self.edition, self.place) == SCRIPTED


# --- slots ----------------------------------------------------------------------------------------------------------

_THOUSANDS = {"fr": " ", "en": ",", "es": ".", "ar": ""}
_DECIMAL = {"fr": ",", "en": ".", "es": ",", "ar": ","}


@dataclass(frozen=True, slots=True)
class _Pen:
    """Fills the slots of sentences: people and places stay those of the story, numbers are new in each sentence."""

    language: str
    chance: Random
    fixed: dict[str, str]

    def numbers(self) -> dict[str, str]:
        chance = self.chance
        thousands = f"{chance.randrange(12, 480) * 100:,}".replace(",", _THOUSANDS[self.language])
        millions = f"{chance.randrange(12, 98)}{_DECIMAL[self.language]}{chance.randrange(1, 9)}"
        return {
            "n": str(chance.randrange(12, 98)),
            "k": thousands,
            "m": millions,
            "y": str(chance.randrange(1994, 2024)),
        }

    def fill(self, *parts: str) -> str:
        return " ".join(part.format(**self.fixed, **self.numbers()) for part in parts)

    def several(self, parts: Sequence[str], count: int) -> list[str]:
        return [self.fill(part) for part in self.chance.sample(list(parts), count)]


def _pen(edition: Edition, seed: str) -> _Pen:
    # Chance that must come out alike every time is no matter of secrets.
    chance, texts = Random(seed), edition.texts  # noqa: S311
    a, b = chance.sample(texts["places"], 2)
    p, q = chance.sample(texts["people"], 2)
    return _Pen(edition.language, chance, {"a": a, "b": b, "p": p, "q": q, "o": chance.choice(texts["bodies"])})


# --- parts ----------------------------------------------------------------------------------------------------------


def _paragraphs(pen: _Pen, texts: dict[str, Any], topic: dict[str, Any]) -> list[Block]:
    """Thirteen paragraphs: the topic's own sentences, what is said of every matter, and people's words."""
    own, said, quotes = (
        pen.several(topic["sentences"], 7),
        pen.several(texts["context"], 12),
        pen.several(texts["quotes"], 5),
    )
    groups = (
        (own[0], own[1]),
        (quotes[0], own[2]),
        (said[0], said[1]),
        (own[3], said[2]),
        (quotes[1],),
        (own[4], said[3], said[4]),
        (said[5], own[5]),
        (quotes[2], own[6]),
        (said[6], said[7], said[8]),
        (quotes[3], said[9]),
        (said[10], said[11]),
        (quotes[4],),
        (pen.fill(pen.chance.choice(texts["closings"])),),
    )
    return [Block(BlockType.P, " ".join(group)) for group in groups]


def _body(pen: _Pen, texts: dict[str, Any], topic: dict[str, Any], place: int) -> tuple[Block, ...]:
    found = _paragraphs(pen, texts, topic)
    if place % 4 == 1:
        found.insert(7, Block(BlockType.QUOTE, pen.chance.choice(texts["sayings"])))
    if place % 3 == 0:
        found[5:5] = [Block(BlockType.LI, item) for item in topic["list"]]
    found.insert(3, Block(BlockType.H, pen.chance.choice(texts["heads"])))
    return tuple(found)


def _credit(edition: Edition, chance: Random, *, cover: bool) -> str:
    """A credit as that layout writes it."""
    owner, agency = chance.choice(edition.texts["credits"]), chance.choice(edition.texts["agencies"])
    if edition.layout == "view":
        return f"{owner} / {agency}"
    return f"© {owner} {agency}" if cover and edition.layout != "arabic" else f"© {owner}"


def _images(edition: Edition, chance: Random, number: str, caption: str, second: str) -> tuple[Image, ...]:
    """The cover, and for some a picture among the paragraphs; the English layout gives that one no caption."""
    inner = "" if edition.layout == "article-en" else second
    captions = (caption, inner) if second else (caption,)
    return tuple(
        Image(words, _credit(edition, chance, cover=not n), words, f"/media/2026.11/original/{number}-{n}.jpg")
        for n, words in enumerate(captions)
    )


def _slug(edition: Edition, headline: str) -> str:
    if edition.language == "ar":
        return quote("-".join(re.findall(r"\w+", headline)[:4]))
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:6])


def _published(place: int) -> datetime:
    return LOOKS[0] - timedelta(hours=_AGES[place % COUNT], minutes=(place * 17) % 60)


def _authors(edition: Edition, place: int) -> tuple[str, ...]:
    writers = edition.texts["writers"]
    return (writers[place % len(writers)],) if place % 3 == 0 else ()


def _written(edition: Edition, place: int, folder: str = "") -> Story:
    texts = edition.texts
    topic = texts["topic"][place % _TOPICS]
    pen = _pen(edition, f"{edition.name}:{place}")
    headline, lead, caption = topic["angles"][place // _TOPICS % len(topic["angles"])]
    # Headline and lead speak of the same numbers.
    same = pen.fixed | pen.numbers()
    number = str(edition.first_id + (COUNT - place) * _STEP + place % 5)
    titled = headline.format(**same)
    second = topic["angles"][(place // _TOPICS + 1) % 4][2] if place % 2 == 0 else ""
    published = _published(place)
    where = folder or f"/{topic['path']}"
    return Story(
        edition=edition.name,
        place=place,
        id=number,
        path=f"{where}/{number}-{_slug(edition, titled)}" + "/" * edition.slash,
        section=topic["section"],
        folder=where,
        town=pen.fixed["a"],
        headline=titled,
        lead=lead.format(**same),
        body=_body(pen, texts, topic, place),
        authors=_authors(edition, place),
        published=published,
        modified=published + timedelta(minutes=12),
        images=_images(edition, pen.chance, number, caption, second),
        tags=tuple(topic["tags"]),
        tweet=pen.chance.choice(edition.words["tweets"]) if place % 2 else "",
        spare=pen.fill(texts["inserted"]),
    )


# --- all of them ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def stories(edition: str) -> tuple[Story, ...]:
    """The articles of an edition as first published, newest first."""
    return tuple(_written(EDITIONS[edition], place) for place in range(COUNT))


@lru_cache(maxsize=16)
def reserved(edition: str) -> Story:
    """The article in the folder that robots.txt closes."""
    return _written(EDITIONS[edition], COUNT, EDITIONS[edition].reserved)


@lru_cache(maxsize=256)
def story(edition: str, article: str) -> Story:
    """The article of that id as first published. Raises KeyError where there is none."""
    found = (one for one in (*stories(edition), reserved(edition)) if one.id == article)
    for one in found:
        return one
    raise KeyError(f"{edition}:{article}")
