"""What an address asks: the filters, the zone and the parameters that stand behind its question mark."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from archive import text
from archive.errors import UsageError
from archive.query.filters import Filters
from archive.questions.options import FILTERS, TZ, filters, zone_of
from archive.questions.question import Question
from archive.wording import instead

__all__ = ["LONGEST", "Words", "question_words", "words"]

LONGEST = 4_000
"""Characters of one value; what is longer is refused."""

_FILTERS = {one.name: one for one in FILTERS}


@dataclass(frozen=True, slots=True)
class Words:
    """What was given by name, in order, without what was left empty; and what the filters among it mean."""

    given: tuple[tuple[str, str], ...]
    filters: Filters
    zone: tzinfo
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that is given once; the last where it is given more often."""
        return self.own.get(name, (default,))[-1]

    def address(self, **changed: str) -> str:
        """What stands behind the question mark where these are asked for otherwise; empty: not any more."""
        kept = [(name, value) for name, value in self.given if name not in changed]
        asked = urlencode([*kept, *((name, value) for name, value in changed.items() if value)])
        return f"?{asked}" if asked else "?"


def words(params: QueryParams, own: Collection[str] = ()) -> Words:
    """What an address asks, of a page that knows parameters of its `own` besides the filters. Raises UsageError for a
    name that neither knows, and for a value that means nothing."""
    given = tuple((name, value.strip()) for name, value in params.multi_items() if value.strip())
    narrowing = {*_FILTERS, TZ.name} - set(own)
    known = narrowing | set(own)
    for name, value in given:
        if name not in known:
            raise UsageError(f"there is no {text.clip(name, 60)!r} here: {instead(text.clip(name, 60), known)}")
        if len(value) > LONGEST or text.clean(value) != value:
            raise UsageError(f"{name} is longer than {LONGEST:,} characters, or has one that stands in no text")
    there: dict[str, list[str]] = {}
    for name, value in given:
        there.setdefault(name, []).append(value)
    zone = zone_of(there.get(TZ.name, ["UTC"])[-1])
    meant = filters({name: _value(name, there[name]) for name in there if name in narrowing - {TZ.name}}, zone)
    return Words(given, meant, zone, {name: tuple(there[name]) for name in there if name in set(own)})


def _value(name: str, values: Sequence[str]) -> str | list[str]:
    """What a filter is given: those that take several take them with commas between, too, as a form has one field."""
    if not _FILTERS[name].several:
        return values[-1]
    return [each.strip() for value in values for each in value.split(",") if each.strip()]


def question_words(question: Question, asked: Words) -> Iterable[str]:
    """The parameters of a question as `Question.given` takes them; several of one stand on a line each."""
    for one in question.arguments:
        for value in asked.own.get(one.name, ()):
            for line in value.splitlines() if one.several else [value]:
                if line.strip():
                    yield f"{one.name}={line.strip()}"
