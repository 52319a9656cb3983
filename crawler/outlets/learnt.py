"""What the archive has learnt of an outlet that nobody described: rules as data, beside those of outlet files.

A rule says of a place (see `RawBlock.place`), of a text, or of a text at a place what stands there. The rules of an
outlet are one value with a number; each change of them is a set with a higher one, so that taking a rule back is a
change of ours like any other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property

from archive import text as same
from archive.errors import BadInput

__all__ = [
    "CAPTION",
    "LEAD",
    "NOTHING",
    "SLOT",
    "Learnt",
    "LearntRule",
    "Teaches",
    "as_said",
    "labelled",
    "masked",
    "unnamed",
]

LEAD = "(lead)"
CAPTION = "(caption)"
"""Places of what stands in no block."""

_NAMES = re.compile(r"[.#][^>]*")
_NUMBER = re.compile(r"\d+(?:[^\w\s]?\d+)*")
_LABEL = re.compile(r"[^\n:：]{3,60}[:：](?=\s?\S)")
_LETTER = re.compile(r"[^\W\d_]")
_ANY = " *"
SLOT = "@"
"""In a rule's text: any one word."""


def unnamed(place: str) -> str:
    """A place by its tags alone, behind a `~`: for outlets that give their elements other names at every look."""
    return "~" + _NAMES.sub("", place) if place and place not in {LEAD, CAPTION} else place


class Teaches(StrEnum):
    """What a learnt rule says of what it finds."""

    FURNITURE = "furniture"
    """It recurs on unrelated articles."""
    CIRCUMSTANCE = "circumstance"
    """It changes from look to look while the rest stands still."""
    TEXT = "text"
    """The article's text stands there."""


def as_said(text: str) -> str:
    """A text as rules compare it: in lower case, white space folded, without what cannot be seen."""
    return " ".join(same.canonical(text).casefold().split())


def masked(said: str) -> str:
    """A text (`as_said`) with each number as `#`."""
    return _NUMBER.sub("#", said)


def labelled(said: str) -> str:
    """Of a text that begins with a label and a colon, the label with ` *` for whatever follows; empty where none."""
    found = _LABEL.match(said)
    return found[0] + _ANY if found and _LETTER.search(found[0]) else ""


@dataclass(frozen=True, slots=True)
class LearntRule:
    """A rule: what it teaches, where (empty: anywhere) and of which text (empty: of any; `#` is any number, `@` any
    word, ` *` at the end any rest). Its evidence: on how many articles it was seen, at how many looks."""

    teaches: Teaches
    place: str
    text: str
    articles: int = 0
    looks: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other rules; the evidence does not."""
        return self.teaches, self.place, self.text

    @property
    def name(self) -> str:
        """What removals call it by: `learnt/` and 8 hex digits of what it says."""
        return "learnt/" + hashlib.sha256("\n".join(self.key).encode()).hexdigest()[:8]

    @classmethod
    def of(cls, row: object, where: str) -> LearntRule:
        """A rule from the JSON object of its fields; others in it are passed over. Raises BadInput naming `where`."""
        if not isinstance(row, dict) or row.get("teaches") not in set(Teaches):
            raise BadInput(f'{where}: a rule needs "teaches", one of {", ".join(Teaches)}')
        words, counts = ("place", "text"), ("articles", "looks")
        if any(not isinstance(row.get(name, ""), str) for name in words) or any(
            not isinstance(row.get(name, 0), int) for name in counts
        ):
            raise BadInput(f'{where}: "place" and "text" are texts, "articles" and "looks" numbers')
        made = cls(
            Teaches(row["teaches"]), *(row.get(name, "") for name in words), *(row.get(name, 0) for name in counts)
        )
        if not made.place and not made.text:
            raise BadInput(f"{where}: a rule without place and text would find everything")
        return made


@dataclass(frozen=True)
class Learnt:
    """The rules of an outlet: `number` counts their changes (0: there never were any)."""

    number: int = 0
    rules: tuple[LearntRule, ...] = ()

    @classmethod
    def read(cls, number: int, document: str) -> Learnt:
        """The rules as the archive keeps them. Raises BadInput."""
        rows = json.loads(document)
        return cls(number, tuple(LearntRule.of(row, f"rule {at} of set {number}") for at, row in enumerate(rows, 1)))

    @property
    def document(self) -> str:
        """The rules as the archive keeps them: a JSON list."""
        return json.dumps([asdict(rule) for rule in self.rules], ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """What a reading's revision counts; empty where nothing was ever learnt."""
        return repr((self.number, sorted(rule.key for rule in self.rules))) if self.number else ""

    @property
    def keys(self) -> frozenset[tuple[str, str, str]]:
        """What tells these rules from others."""
        return frozenset(rule.key for rule in self.rules)

    @cached_property
    def homes(self) -> frozenset[str]:
        """Where the text stands."""
        return frozenset(rule.place for rule in self.rules if rule.teaches is Teaches.TEXT)

    @cached_property
    def _taking(self) -> dict[tuple[str, str], LearntRule]:
        return {(rule.place, rule.text): rule for rule in self.rules if rule.teaches is not Teaches.TEXT}

    @cached_property
    def _longest(self) -> int:
        """Characters up to which a text may be one that a rule names: its spaces and numbers may be longer here."""
        return max((2 * len(rule.text) + 80 for rule in self._taking.values()), default=0)

    def match(self, place: str, text: str) -> LearntRule | None:
        """The rule that takes a text at a place, those that name the text first; None where none does."""
        taking = self._taking
        if not taking:
            return None
        places = (place, unnamed(place), "")
        found = (taking.get((where, said)) for said in self._readings(text) for where in places if where or said)
        return next(filter(None, found), None)

    def is_home(self, place: str) -> bool:
        """Whether the text of other articles stood at a place; True where that is not known."""
        return not self.homes or not place or place in self.homes or unnamed(place) in self.homes

    def _readings(self, text: str) -> Iterator[str]:
        """A text as a rule may name it, the most exact first."""
        if len(text) <= self._longest:
            said = as_said(text)
            yield said
            yield masked(said)
            yield from self._slotted(masked(said).split())
        if label := labelled(as_said(text[:200])):
            yield label
            yield masked(label)
        yield ""

    @cached_property
    def _slots(self) -> dict[int, list[tuple[str, ...]]]:
        """The texts with slots, as words, by their number."""
        found: dict[int, list[tuple[str, ...]]] = {}
        for words in {tuple(text.split()) for _, text in self._taking if SLOT in text.split()}:
            found.setdefault(len(words), []).append(words)
        return found

    def _slotted(self, words: Sequence[str]) -> Iterator[str]:
        for slots in self._slots.get(len(words), ()):
            if all(slot in {SLOT, word} for slot, word in zip(slots, words, strict=True)):
                yield " ".join(slots)


NOTHING = Learnt()
