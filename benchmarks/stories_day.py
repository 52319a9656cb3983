"""What it costs to find one story in several languages on a day of made-up news in ten languages.

    python -m benchmarks.stories_day [ARTICLES]

Each article names people of whom a few are in much of the news, countries, and numbers; a story is told in one to five
languages. Says what the readers and the writer spend on it, and how many of the links are right."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import NamedTuple

from babel import Locale
from sqlalchemy import text

from archive import db
from archive.records import (
    Block,
    BlockType,
    Capture,
    Circumstances,
    Judgement,
    OutletFacts,
    Place,
    Reading,
    Recordable,
    RunKind,
    Verdict,
)
from archive.store import runs
from archive.store.derived.anew import make_anew
from archive.store.derived.stories import Stories
from archive.store.texts import content
from archive.store.writer import Store
from archive.stories import facts

_LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar", "de", "pt", "tr", "fa")
_BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
_SOUNDS = "b d f g k l m n r s t v".split()
_VOWELS = "a o i".split()
_WRITTEN = {
    "ru": ("б д ф г к л м н р с т в".split(), "а о и".split()),
    "ar": ("ب د ف غ ك ل م ن ر س ت ف".split(), "ا و ي".split()),
    "fa": ("ب د ف گ ک ل م ن ر س ت و".split(), "ا و ی".split()),
}
_CHINESE = dict(
    zip(
        (c + v for c in _SOUNDS for v in _VOWELS),
        "巴博比达多迪法福菲加戈吉卡科基拉洛利马莫米纳诺尼拉罗里萨索西塔托蒂瓦沃维",
        strict=True,
    )
)
_GROUP = 50


class Story(NamedTuple):
    """What a story is about, and in which languages it is told."""

    people: tuple[tuple[str, ...], ...]
    countries: tuple[str, ...]
    numbers: tuple[int, ...]
    languages: tuple[str, ...]


def _stories(articles: int, chance: Random) -> Iterator[Story]:
    syllables = list(_CHINESE)
    people = [tuple(chance.choices(syllables, k=chance.choice((3, 4)))) for _ in range(4000)]
    named = [Locale(language).territories for language in _LANGUAGES]
    countries = [one for one in named[0] if len(one) == 2 and all(one in names for names in named)]
    told = 0
    while told < articles:
        named = tuple(people[min(3999, int(chance.paretovariate(0.5)) - 1)] for _ in range(12))
        languages = tuple(chance.sample(_LANGUAGES, chance.choice((1, 1, 1, 2, 3, 5))))
        places = tuple(countries[min(len(countries) - 1, int(chance.paretovariate(0.7)) - 1)] for _ in range(3))
        yield Story(named, places, tuple(chance.randrange(3, 9000) for _ in range(6)), languages)
        told += len(languages)


def _name(person: Sequence[str], language: str) -> str:
    if language == "zh":
        return "".join(_CHINESE[one] for one in person)
    consonants, vowels = _WRITTEN.get(language, (_SOUNDS, _VOWELS))
    spelt = (consonants[_SOUNDS.index(one[0])] + vowels[_VOWELS.index(one[1])] for one in person)
    return "".join(spelt).capitalize()


def _told(story: Story, language: str, chance: Random) -> tuple[str, str, str]:
    """Headline, lead and body: most of what the story has, in any order."""
    named = Locale(language).territories
    join = "," if language == "zh" else " "
    said = [_name(one, language) for one in story.people] + [str(one) for one in story.numbers]
    places = [named[one] for one in story.countries]
    kept = [one for one in said[1:] if chance.random() < 0.7]
    chance.shuffle(kept)
    return f"x {said[0]}{join}{places[0]}", join.join([*places[1:], *kept[:4]]), join.join(kept * 6)


def _item(n: int, said: tuple[str, str, str], language: str) -> Recordable:
    of = Circumstances(language=language)
    reading = Reading(said[0], said[1], (Block(BlockType.P, said[2]),), revision="r@0", circumstances=of)
    at = _BEGAN + timedelta(seconds=86_400 * n / 5000)
    place = Place("texts.warc.gz", n, 1, n.to_bytes(32, "big"))
    capture, outlet = Capture(f"https://{language}.test/{n}", at, b""), OutletFacts(language, language, language)
    return Recordable(capture, place, Judgement(Verdict.ARTICLE), outlet, str(n), reading, content=content(reading))


def main() -> None:
    """Record the day and say what it cost."""
    articles, chance = int(sys.argv[1]) if len(sys.argv) > 1 else 5000, Random(5)
    made = [(n, story, one) for n, story in enumerate(_stories(articles, chance)) for one in story.languages]
    chance.shuffle(made)
    texts = [(_told(story, language, chance), language) for _, story, language in made]
    began = time.process_time()
    for said, language in texts:
        facts.pack(facts.read(*said, language))
    each = 1000 * (time.process_time() - began) / len(made)
    print(f"{len(made)} articles; facts: {each:.2f} ms of the processor each")
    items = [_item(n, *one) for n, one in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        _recorded(Path(folder), items, [story for story, _, _ in made])


def _recorded(folder: Path, items: Sequence[Recordable], stories: Sequence[int]) -> None:
    engine = db.open_writer(f"sqlite:///{folder / 'archive.db'}")
    db.migrate(engine)
    digests = {"settings": bytes(32), "outlets": bytes(32)}
    run = runs.begin(engine, RunKind.INGEST, _BEGAN, folder, program="benchmark", moved=timedelta(0), **digests)
    spent, hook, store = [0.0], Stories.begun, Store(engine)

    def timed(*words: object) -> None:
        began = time.process_time()
        hook(*words)  # type: ignore[arg-type]
        spent[-1] += time.process_time() - began

    # They are kept where they were asked for, once something is held.
    store.record(run, items[:_GROUP])
    make_anew(engine, Stories(), lambda _done, _total: None)
    Stories.begun = timed  # type: ignore[method-assign,assignment]
    for start in range(_GROUP, len(items), _GROUP):
        store.record(run, items[start : start + _GROUP])
        spent.append(0.0)
    tenth = max(1, len(spent) // 10)
    first, last = (1000 * sum(part) / len(part) / _GROUP for part in (spent[:tenth], spent[-tenth - 1 : -1]))
    each = 1000 * sum(spent) / max(1, len(items) - _GROUP)
    print(f"links: {each:.2f} ms of the processor an article, {first:.2f} in the first tenth, {last:.2f} in the last")
    with engine.connect() as connection:
        pairs = connection.execute(text("SELECT article_a, article_b FROM v1_stories"))
        found = {tuple(sorted(int(one.partition(":")[2]) for one in row)) for row in pairs}
    told = defaultdict(list)
    for n, story in enumerate(stories):
        told[story].append(n)
    true = {pair for of in told.values() for pair in combinations(of, 2)}
    right = len(found & true)
    print(f"{len(found)} links: precision {right / max(1, len(found)):.3f}, recall {right / max(1, len(true)):.3f}")


if __name__ == "__main__":
    main()
