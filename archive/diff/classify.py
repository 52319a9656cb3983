"""What kind of change is between a sentence and what became of it? Told by rules, with the words that decided. Pure.

Both are compared word by word. Each run of words that was replaced is looked at by itself: what denies or hedges, what
counts, what names, what quotes; what is left is a correction where it is no more than a slip of the pen, else
substantive. Where the rules cannot tell, it is substantive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

import regex
from rapidfuzz.distance import OSA, Indel

from archive.diff.languages import Language, latin, remembered
from archive.diff.tokens import Tokens, tokens
from archive.diff.typography import INNER, LETTER, QUOTE, loose

__all__ = ["Kind", "Replacement", "kinds_of", "replacements"]

_FIGURE = regex.compile(r"\p{N}")

MOST_WORDS = 5_000
"""Words of a sentence beyond which it is taken for replaced whole, and its words are not looked at."""

MOST_PAIRS = 2_500
"""Pairs of replaced words that are looked at for slips of the pen: fifty words that became fifty others are
none, and the time would grow with the square of theirs."""


class Kind(StrEnum):
    """What an edit does to what is said. `cosmetic`: typography alone. `correction`: as small as a slip of the pen.
    `numbers`: figures and dates. `names`: people and places. `negation`: what is denied, asked, possible, or due.
    `quotation`: what is quoted, and who speaks. `substantive`: anything else."""

    COSMETIC = "cosmetic"
    CORRECTION = "correction"
    NUMBERS = "numbers"
    NAMES = "names"
    NEGATION = "negation"
    QUOTATION = "quotation"
    SUBSTANTIVE = "substantive"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words that became others (either may be empty), what kinds of change that is, and the words that decided."""

    old: str
    new: str
    kinds: tuple[Kind, ...]
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """Words of both sides that were replaced by each other, and where they stand."""

    old: range
    new: range
    sides: tuple[Tokens, Tokens]
    known: Language
    found: dict[Kind, list[str]] = field(default_factory=dict)
    classes: tuple[dict[int, Kind | None], dict[int, Kind | None]] = field(init=False)

    def __post_init__(self) -> None:
        self.classes = self._classes(0), self._classes(1)

    def _classes(self, side: int) -> dict[int, Kind | None]:
        words = self.sides[side].words
        return {n: _class(words[n], self.known) for n in (self.old, self.new)[side]}

    def words(self, side: int) -> list[str]:
        """The words of the older (0) or newer (1) side."""
        return [self.sides[side].words[n] for n in (self.old, self.new)[side]]

    def say(self, kind: Kind, words: Iterable[str]) -> None:
        """A kind was recognised by these words."""
        self.found.setdefault(kind, []).extend(words)


def _runs(sides: tuple[Tokens, Tokens], known: Language) -> Iterator[_Run]:
    before, after = (side.keys for side in sides)
    steps = ((step.tag == "equal", step) for step in Indel.opcodes(before, after))
    for equal, run in groupby(steps, key=lambda pair: pair[0]):
        if not equal:
            found = [step for _, step in run]
            old = range(found[0].src_start, found[-1].src_end)
            yield _Run(old, range(found[0].dest_start, found[-1].dest_end), sides, known)


def _differing(run: _Run, wanted: Callable[[int, int], bool]) -> list[str]:
    """The words of one class that stand on one side and not as often on the other; `wanted` is asked (side, place)."""
    old, new = (
        [run.sides[side].keys[n].lower() for n in (run.old, run.new)[side] if wanted(side, n)] for side in (0, 1)
    )
    if old == new:
        return []
    counts = Counter(old), Counter(new)
    return [*(counts[0] - counts[1]).elements(), *(counts[1] - counts[0]).elements()]


@remembered
def _class(word: str, known: Language) -> Kind | None:
    """What a word alone says of itself: that it denies, asks, or counts."""
    if word[0].isupper() and known.among(word, known.counts):  # May is a month, may is not
        return Kind.NUMBERS
    if word in {"?", "¿"} or known.denying(word) or known.hedging(word):
        return Kind.NEGATION
    if _FIGURE.search(word) or known.among(word, known.counts):
        return Kind.NUMBERS
    return None


def _asks(run: _Run, kind: Kind) -> Callable[[int, int], bool]:
    return lambda side, n: run.classes[side][n] is kind


def _by_class(run: _Run) -> None:
    sides = run.sides
    for kind in (Kind.NEGATION, Kind.NUMBERS):
        if words := _differing(run, _asks(run, kind)):
            run.say(kind, words)
    if words := _differing(run, lambda side, n: sides[side].named(n)):
        run.say(Kind.NAMES, words)


def _left(run: _Run) -> tuple[list[str], list[str]]:
    """The words of both sides that no class has taken, without signs."""

    def free(side: int, n: int) -> bool:
        word = run.sides[side].words[n]
        return bool(LETTER.match(word)) and run.classes[side][n] is None and not run.sides[side].named(n)

    old, new = ([run.sides[side].words[n] for n in (run.old, run.new)[side] if free(side, n)] for side in (0, 1))
    return old, new


def _slip(one: str, other: str) -> bool:
    """Whether one word, both loose, is the other with a slip of the pen: never at its beginning, where another word
    begins."""
    if one == other:
        return True
    if one[:1] != other[:1]:
        return False
    shorter, distance = min(len(one), len(other)), OSA.distance(one, other, score_cutoff=2)
    swapped = distance == 1 and sorted(one) == sorted(other)
    if swapped:
        return shorter >= 3
    return one[:2] == other[:2] and (shorter >= 5 if distance == 1 else distance == 2 and shorter >= 8)


def _denied(one: str, other: str, known: Language) -> bool:
    """Whether one word, both in lower case, is the other with something in front of it that denies it."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 3 and longer.endswith(shorter) and longer.removesuffix(shorter) in known.prefixes


@dataclass(frozen=True, slots=True)
class _Form:
    """A word in lower case (Serbian in Latin letters), loose, and the groups of signs that are mistaken for it."""

    low: str
    bare: str
    alike: tuple[str, ...]


@remembered
def _form(word: str, known: Language) -> _Form:
    low = latin(word.lower()) if known.code == "sr" else word.lower()
    return _Form(low, loose(word), tuple(group for group in known.alike if word in group))


def _by_form(run: _Run, old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Pairs of words that differ by a denying prefix or by a slip are taken out of what is left."""
    if len(old) * len(new) > MOST_PAIRS:
        return old, new
    forms = {word: _form(word, run.known) for word in (*old, *new)}
    for one in list(old):
        mine = forms[one]
        for other in list(new):
            its = forms[other]
            # Nearly all pairs are told by their first and last letters.
            if mine.bare[:1] != its.bare[:1] and mine.low[-1] != its.low[-1] and not mine.alike:
                continue
            denied = _denied(mine.low, its.low, run.known)
            if denied or _slip(mine.bare, its.bare) or any(other in group for group in mine.alike):
                # Beside a change of another kind a slip is agreement: one person, two persons.
                run.say(Kind.NEGATION if denied else Kind.CORRECTION, (one, other))
                old.remove(one)
                new.remove(other)
                break
    return old, new


def _joined(run: _Run) -> bool:
    """The same letters and signs, apart or together, large or small."""
    old, new = ("".join(run.sides[side].keys[n] for n in (run.old, run.new)[side]) for side in (0, 1))
    return old.casefold() == new.casefold()


def _signs(run: _Run) -> list[str]:
    return _differing(run, lambda side, n: not LETTER.match(run.sides[side].words[n]))


def _repeated(run: _Run) -> bool:
    """A word that stood twice in a row, or now does."""
    words, place = (run.old, 0) if run.old else (run.new, 1)
    keys = run.sides[place].keys
    return bool(words) and not (run.old and run.new) and all(n and keys[n] == keys[n - len(words)] for n in words)


def _judged(run: _Run) -> None:
    """All kinds of a run outside quotations."""
    if _joined(run) or _repeated(run):
        run.say(Kind.CORRECTION, (*run.words(0), *run.words(1)))
        return
    _by_class(run)
    old, new = _by_form(run, *_left(run))
    if set(run.found) - {Kind.CORRECTION}:
        run.found.pop(Kind.CORRECTION, None)
        old, new = _without_agreement(run, old, new)
    if old or new:
        run.found.pop(Kind.CORRECTION, None)
        run.say(Kind.SUBSTANTIVE, (*old, *new))
    elif not run.found:
        run.say(Kind.CORRECTION, _signs(run) or (*run.words(0), *run.words(1)))


def _without_agreement(run: _Run, old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """What is left beside a change of another kind, without the words grammar asks for: did not go, where it went."""
    known = run.known
    small = [[word for word in words if known.among(word, known.small)] for words in (old, new)]
    denied = Kind.NEGATION in run.found
    if denied or not all(small):
        old, new = ([word for word in words if not known.among(word, known.small)] for words in (old, new))
    if denied:
        others = [[loose(word) for word in run.words(side)] for side in (1, 0)]
        old, new = (
            [word for word in words if not _near(word, near)] for words, near in zip((old, new), others, strict=True)
        )
    return old, new


def _near(word: str, others: Iterable[str]) -> bool:
    return any(Indel.normalized_similarity(loose(word), other) >= 0.6 for other in others)


def _speaks(run: _Run) -> list[str]:
    """The words by which a run changes who speaks: a word of saying comes or goes, or a name beside one changes."""
    known = run.known
    says = [[word for word in run.words(side) if known.among(word, known.says)] for side in (0, 1)]
    if bool(says[0]) != bool(says[1]):
        return [*says[0], *says[1]]
    if Kind.NAMES not in run.found:
        return []
    near = (
        run.sides[side].words[max(0, places.start - 3) : places.stop + 3]
        for side, places in enumerate((run.old, run.new))
    )
    return [word for words in near for word in words if known.among(word, known.says)]


def _within(run: _Run) -> bool:
    """Whether words within a quotation were replaced."""
    return any(
        run.sides[side].quoted[n] and run.sides[side].words[n] not in {QUOTE, INNER}
        for side in (0, 1)
        for n in (run.old, run.new)[side]
    )


def _by_quotation(run: _Run) -> None:
    quotes = _differing(run, lambda side, n: run.sides[side].keys[n] == QUOTE)
    if quotes:
        run.say(Kind.QUOTATION, quotes)
    if words := _speaks(run):
        run.say(Kind.QUOTATION, words)
    if _within(run):
        run.say(Kind.QUOTATION, (*run.words(0), *run.words(1)))
    if Kind.QUOTATION in run.found:
        # What is quoted is what is said: no slip of ours to call it a correction.
        run.found.pop(Kind.CORRECTION, None)
        if _within(run):
            run.found.pop(Kind.SUBSTANTIVE, None)


def _replacement(run: _Run) -> Replacement:
    _judged(run)
    _by_quotation(run)
    kinds = tuple(kind for kind in Kind if kind in run.found)
    glue = "" if run.known.code == "zh" else " "
    words = tuple(dict.fromkeys(word for kind in kinds for word in run.found[kind]))
    return Replacement(glue.join(run.words(0)), glue.join(run.words(1)), kinds, words)


def replacements(
    old: str, new: str, known: Language, names: frozenset[str] = frozenset(), opened: tuple[bool, bool] = (False, False)
) -> tuple[Replacement, ...]:
    """What was replaced by what between two sentences, in order, each with its kinds.

    Empty where nothing but typography differs: the change is cosmetic. `names` are words known to be names, `opened`
    says whether each sentence begins within a quotation."""
    sides = tokens(old, known, opened[0], names), tokens(new, known, opened[1], names)
    if max(len(side.words) for side in sides) > MOST_WORDS:
        whole = Replacement(old, new, (Kind.SUBSTANTIVE,))
        return () if sides[0].keys == sides[1].keys else (whole,)
    found = list(map(_replacement, _runs(sides, known)))
    if any(Kind.NEGATION in one.kinds for one in found):
        # A particle that comes or goes with it is grammar.
        found = [replace(one, kinds=()) if _particle(one, known) else one for one in found]
    return tuple(found)


def _particle(one: Replacement, known: Language) -> bool:
    words = (one.old + one.new).split()
    alone = not (one.old and one.new) and one.kinds == (Kind.SUBSTANTIVE,)
    return alone and all(known.among(word, known.small) for word in words)


def kinds_of(found: Iterable[Replacement]) -> tuple[Kind, ...]:
    """The kinds of a sentence that was rewritten, in their fixed order; `cosmetic` where no word was replaced."""
    kinds = {kind for one in found for kind in one.kinds} or {Kind.COSMETIC}
    if Kind.SUBSTANTIVE in kinds:
        kinds.discard(Kind.CORRECTION)
    return tuple(kind for kind in Kind if kind in kinds)
