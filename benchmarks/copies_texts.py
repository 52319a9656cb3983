"""Texts made up for `copies.py`: originals in five languages, copies of known overlap, and near misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

__all__ = ["BANDS", "Made", "Planted", "band_of", "overlap_of", "texts"]

_ALPHABETS = {
    "fr": "abcdefghijlmnopqrstuvéèêàç",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ru": "абвгдежзийклмнопрстуфхцчшщыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "zh": "",
}
_OUTLETS = 5
BANDS = {
    "J 0.8 to 1": (0.8, 2.0, 0.0, 2.0),
    "J 0.5 to 0.8": (0.5, 0.8, 0.0, 2.0),
    "J 0.3 to 0.5": (0.3, 0.5, 0.0, 2.0),
    "contained 0.5 to 1": (0.0, 0.3, 0.5, 2.0),
    "contained 0.3 to 0.5": (0.0, 0.3, 0.3, 0.5),
    "contained 0.15 to 0.3": (0.0, 0.3, 0.15, 0.3),
}
"""By name: from which similarity to which, from which containment to which."""


@dataclass(frozen=True, slots=True)
class Made:
    """A text as units (words, or characters), its language, its outlet; what of it is boilerplate is not in `units`."""

    language: str
    outlet: int
    units: tuple[str, ...]
    boilerplate: tuple[str, ...]

    @property
    def said(self) -> str:
        """As it is printed."""
        between = "" if self.language == "zh" else " "
        parts = (between.join(part) for part in (self.units, self.boilerplate) if part)
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class Planted:
    """Two texts by their places, of which the second was made of the first, and how."""

    one: int
    other: int
    kind: str


class _Language:
    """Words (characters) as often as words are: the n-th most frequent in proportion to 1 / (n + 5); and phrases that
    everybody writes."""

    def __init__(self, name: str, chance: Random) -> None:
        self.name, self.chance = name, chance
        size = 4_000 if name == "zh" else 30_000
        letters = _ALPHABETS[name]
        self.words = [
            chr(0x4E00 + n) if name == "zh" else "".join(chance.choices(letters, k=chance.randint(2, 9)))
            for n in range(size)
        ]
        total, self.weights = 0.0, []
        for n in range(size):
            total += 1 / (n + 5)
            self.weights.append(total)
        self.phrases = [self.some(chance.randint(4, 9)) for _ in range(2_000)]
        self.boilerplates = [self.some(chance.randint(45, 60)) for _ in range(_OUTLETS * 2)]

    def some(self, count: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.weights, k=count)

    def text(self) -> list[str]:
        """Of 120 to 900 words, one in ten of them in a phrase of everybody's."""
        count = min(900, max(120, round(self.chance.gauss(400, 150)))) * (2 if self.name == "zh" else 1)
        units: list[str] = []
        while len(units) < count:
            units += self.some(40)
            units += self.chance.choice(self.phrases) if self.chance.random() < 0.6 else []
        return units[:count]


def _edited(of: Sequence[str], share: float, language: _Language) -> list[str]:
    """Words replaced here and there, and whole stretches, so that about that share is another."""
    units, chance = list(of), language.chance
    for _ in range(round(len(units) * share * 0.3)):
        units[chance.randrange(len(units))] = language.some(1)[0]
    left = round(len(units) * share * 0.7)
    while left > 0:
        long = min(left, chance.randint(5, 40))
        place = chance.randrange(max(1, len(units) - long))
        units[place : place + long] = language.some(chance.randint(0, 2 * long))
        left -= long
    return units


def _copied(of: Sequence[str], kind: str, language: _Language) -> list[str]:
    chance, count = language.chance, len(of)
    if kind == "edited":
        return _edited(of, chance.uniform(0.05, 0.4), language)
    if kind == "truncated":
        return list(of[: round(count * chance.uniform(0.3, 0.8))])
    if kind == "headline":
        return list(of)
    share = {"third": (0.3, 0.37), "half": (0.4, 0.7), "sixth": (0.15, 0.2), "quotation": (0.04, 0.08)}[kind]
    long = round(count * chance.uniform(*share))
    place, other = chance.randrange(count - long + 1), language.text()
    cut = chance.randrange(len(other))
    return other[:cut] + list(of[place : place + long]) + other[cut:]


_KINDS = (*("edited",) * 5, "truncated", "headline", "third", "third", "half", "sixth", "quotation")


def texts(count: int, seed: int = 7) -> tuple[list[Made], list[Planted]]:
    """So many texts, one in five made of another; a third has boilerplate of its outlet, six texts in ten a phrase."""
    chance = Random(seed)
    languages = [_Language(name, chance) for name in _ALPHABETS]
    made: list[Made] = []
    planted: list[Planted] = []
    for n in range(count):
        if made and chance.random() < 0.2:
            source = chance.randrange(n)
            language = next(one for one in languages if one.name == made[source].language)
            kind = chance.choice(_KINDS)
            units = _copied(made[source].units, kind, language)
            planted.append(Planted(source, n, kind))
        else:
            language, units = chance.choice(languages), []
            units = language.text()
        outlet = chance.randrange(_OUTLETS)
        stock = language.boilerplates[outlet * 2 + chance.randrange(2)] if chance.random() < 0.33 else []
        made.append(Made(language.name, outlet, tuple(units), tuple(stock)))
    return made, planted


def _shingles(of: Made) -> set[tuple[str, ...]]:
    size = 5 if of.language == "zh" else 3
    units = of.units + of.boilerplate
    return set(zip(*(units[n:] for n in range(size)), strict=False))


def overlap_of(one: Made, other: Made) -> tuple[float, float]:
    """Similarity and the larger containment of two texts, boilerplate left out of what they share: the truth."""
    a, b = _shingles(one), _shingles(other)
    both = len((a & b) - _stock(one) - _stock(other))
    return both / max(1, len(a | b)), both / max(1, min(len(a), len(b)))


def _stock(of: Made) -> set[tuple[str, ...]]:
    return _shingles(Made(of.language, 0, of.boilerplate, ()))


def band_of(similarity: float, containment: float) -> str:
    """The band of an overlap; empty where it counts for nothing."""
    for name, (low, high, least, most) in BANDS.items():
        if low <= similarity < high and least <= containment < most:
            return name
    return ""


def in_groups(count: int, size: int) -> Iterator[range]:
    """Places, so many at a time."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))
