"""A year of five outlets, made up for `clusters.py`: an agency and who prints it, in three languages; what recurs every
day; a mirror, a laundry, and a town paper of which half is agency copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

__all__ = ["BEGAN", "LAUNDRY", "MIRROR", "ORIGINALS", "TOWN", "Printed", "seen_at", "year"]

BEGAN = datetime(2026, 1, 1, 5, tzinfo=UTC)
PAPERS = {"gazette": "en", "daily": "en", "journal": "fr", "listok": "ru"}
AGENCY, MIRROR, LAUNDRY, TOWN = "agency", "gazette-now.example", "vesti24.example", "town-voice.example"
ORIGINALS = {MIRROR: "gazette", LAUNDRY: "listok"}
_LETTERS = {"en": "abcdefghiklmnoprstuvwy", "fr": "abcdefghijlmnopqrstuvéèà", "ru": "абвгдежзиклмнопрстуфхцчшыья"}


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as it is seen: its outlet, path, headline, paragraphs of words, and minutes since the beginning; of
    which story it is by truth; what recurs is one by itself."""

    outlet: str
    path: str
    headline: str
    paragraphs: tuple[tuple[str, ...], ...]
    minutes: int
    language: str
    story: str

    @property
    def key(self) -> str:
        """What the outlet calls it."""
        return self.path.replace("/", "-")

    @property
    def words(self) -> tuple[str, ...]:
        """All words of its body."""
        return tuple(word for paragraph in self.paragraphs for word in paragraph)


Text = tuple[tuple[str, ...], ...]


class _Tongue:
    """Words as often as words are: the n-th most frequent in proportion to 1 / (n + 5)."""

    def __init__(self, name: str, chance: Random) -> None:
        self.chance = chance
        self.words = ["".join(chance.choices(_LETTERS[name], k=chance.randint(2, 9))) for _ in range(20_000)]
        self.weights = [0.0]
        for n in range(1, len(self.words)):
            self.weights.append(self.weights[-1] + 1 / (n + 5))
        self.templates = {name: self.text(4) for name in ("weather", "rates", "table", "digest", "live")}

    def some(self, count: int) -> tuple[str, ...]:
        return tuple(self.chance.choices(self.words, cum_weights=self.weights, k=count))

    def text(self, paragraphs: int) -> Text:
        return tuple(self.some(self.chance.randint(35, 60)) for _ in range(paragraphs))

    def edited(self, said: Text, share: float) -> Text:
        """The same, that share of its words another."""
        return tuple(
            tuple(self.some(1)[0] if self.chance.random() < share else word for word in paragraph) for paragraph in said
        )


@dataclass
class _Year:
    """What is printed day by day."""

    chance: Random

    def __post_init__(self) -> None:
        self.tongues = {name: _Tongue(name, self.chance) for name in _LETTERS}

    def day(self, n: int) -> Iterator[Printed]:
        """All that is printed on a day, in no order."""
        day: list[Printed] = []
        for language in _LETTERS:
            for m in range(3):
                day += self._sent(n, m, language)
        for paper, language in PAPERS.items():
            day += (self._own(n, m, paper, language) for m in range(4))
            day += self._recurring(n, paper, language, [one for one in day if one.language == language])
        day.append(self._own(n, 0, TOWN, "en"))
        yield from day
        yield from (self._repeated(one) for one in day if one.outlet in ORIGINALS.values())

    def _sent(self, n: int, m: int, language: str) -> Iterator[Printed]:
        """What the agency sends, and who prints it: cut, or with words of its own."""
        story, begins = f"{language}-{n}-{m}", 24 * 60 * n + 200 * m
        said = self.tongues[language].text(self.chance.randint(3, 7))
        yield self._printed(AGENCY, f"{language}/{n}/{m}", said, begins, language, story)
        printers = [paper for paper, of in PAPERS.items() if of == language] + ([TOWN] if language == "en" else [])
        for place, paper in enumerate(printers):
            if self.chance.random() < (0.35 if paper == TOWN else 0.7):
                cut = said[: max(2, len(said) - self.chance.randint(0, 2))]
                edited = self.tongues[language].edited(cut, self.chance.choice((0, 0.02, 0.08)))
                yield self._printed(paper, f"world/{n}-{m}", edited, begins + 15 + 20 * place, language, story)

    def _own(self, n: int, m: int, paper: str, language: str) -> Printed:
        said = self.tongues[language].text(self.chance.randint(3, 8))
        return self._printed(paper, f"own/{n}-{m}", said, 24 * 60 * n + 150 * m + 40, language, f"{paper}-{n}-{m}")

    def _recurring(self, n: int, paper: str, language: str, today: Sequence[Printed]) -> Iterator[Printed]:
        """Weather, rates, a table of sports once a week, a digest of the day, a live blog."""
        tongue, begins = self.tongues[language], 24 * 60 * n
        for kind, count in (("weather", 25), ("rates", 40), *([("table", 60)] if n % 7 == 6 else [])):
            figures = tuple(str(self.chance.randint(-20, 900)) for _ in range(count))
            said = (*tongue.templates[kind][:2], figures, tongue.some(8))
            yield self._printed(paper, f"{kind}/{n}", said, begins + 300, language, f"{kind} of {paper} {n}")
        told = [one.paragraphs[0] for one in self.chance.sample(today, min(6, len(today)))]
        digest = tongue.templates["digest"][0], *told
        yield self._printed(paper, f"digest/{n}", digest, begins + 900, language, f"digest of {paper} {n}")
        entries = [one.paragraphs[:2] for one in self.chance.sample(today, min(4, len(today)))]
        live = tuple(paragraph for entry in entries for paragraph in (*entry, tongue.some(30)))
        blog = tongue.templates["live"][0], *live
        yield self._printed(paper, f"live/{n}", blog, begins + 800, language, f"live of {paper} {n}")

    def _repeated(self, one: Printed) -> Printed:
        """By the mirror, word for word under the same path; by the laundry, under another headline and path."""
        tongue = self.tongues[one.language]
        if one.outlet == "gazette":
            later = one.minutes + self.chance.randint(30, 300)
            return Printed(MIRROR, one.path, one.headline, one.paragraphs, later, one.language, one.story)
        said = tongue.edited(one.paragraphs, 0.05)
        later = one.minutes + self.chance.randint(100, 900)
        path = f"{self.chance.randrange(10**9)}"
        return self._printed(LAUNDRY, path, said, later, one.language, one.story)

    def _printed(self, outlet: str, path: str, said: Text, minutes: int, language: str, story: str) -> Printed:
        return Printed(outlet, path, " ".join(self.tongues[language].some(7)), said, minutes, language, story)


def year(days: int, seed: int = 11) -> list[Printed]:
    """Everything that is printed in so many days, in order of time."""
    made = _Year(Random(seed))
    every = [one for n in range(days) for one in made.day(n)]
    return sorted(every, key=lambda one: (one.minutes, one.outlet, one.path))


def seen_at(one: Printed) -> datetime:
    """When it is looked at first."""
    return BEGAN + timedelta(minutes=one.minutes)
