"""Rules tried on what the archive holds before they count: which edits they would hide, bring, or spare. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from archive import text as same
from archive.records import Reading
from archive.wording import counted
from crawler.extract.examine import examine
from crawler.extract.furniture import strip
from crawler.learn.looks import Look, Part, parts_of, taking
from crawler.learn.plant import Planted, plant, unedited
from crawler.learn.propose import FEWEST, propose
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import Learnt, LearntRule, Teaches

__all__ = ["Trial", "learn", "tried"]

_PLANTED_IN = 30
"""Articles in which edits are planted."""
_LOOKS = 3
"""Looks over which a text has stood still."""
_OWN, _MOST_OWN = 0.1, 0.7
"""Share of the articles on which a rule takes a text that no other has and that stands still, from which on it would
hide edits: of one that takes any text at a place, or behind a label, and of one that takes the same words with other
numbers, such as those of counters nobody turns."""

Articles = Sequence[Sequence[Look]]
"""Of each article its looks in order of time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Rules that passed, and those refused with the reason; how many edits were planted and how many of them are edits
    by these rules; how many changes from look to look these rules spare, and bring; articles and looks it rests on."""

    rules: tuple[LearntRule, ...]
    refused: tuple[tuple[LearntRule, str], ...]
    planted: int
    seen: int
    spared: int
    brought: int
    articles: int
    looks: int


def learn(articles: Articles, outlet: Outlet) -> Trial:
    """The rules in force and those that looks at an outlet's articles propose beside them, tried on these looks."""
    new = [rule for rule in propose(_parts(articles, outlet)) if rule.key not in outlet.learnt.keys]
    return tried((*outlet.learnt.rules, *new), articles, outlet)


def tried(rules: Iterable[LearntRule], articles: Articles, outlet: Outlet) -> Trial:
    """Rules tried on looks at an outlet's articles, each with the evidence of these looks; `outlet` is as it is read
    now. Rules that are not in force and would hide an edit are refused, one after another, until none does."""
    left, parts = list(rules), _parts(articles, outlet)
    new = {rule.key for rule in left} - outlet.learnt.keys
    refused = {rule: why for rule in left if rule.key in new and (why := _takes_text(rule, parts))}
    while True:
        left = [rule for rule in left if rule not in refused]
        found = _hidden(left, articles, outlet)
        blamed = {rule: found.hidden.get(rule.name) or found.hidden.get("") for rule in left if rule.key in new}
        gone = {rule: why for rule, why in blamed.items() if why}
        if not gone:
            break
        refused |= gone
    spared, brought = _moved(articles, outlet, _by(left, outlet))
    looks = sum(map(len, articles))
    seen = found.planted - found.lost
    return Trial(tuple(left), tuple(refused.items()), found.planted, seen, spared, brought, len(articles), looks)


def _parts(articles: Articles, outlet: Outlet) -> list[list[list[Part]]]:
    return [[parts_of(look.raw, outlet.family) for look in looks] for looks in articles]


def _by(rules: Iterable[LearntRule], outlet: Outlet) -> Outlet:
    return replace(outlet, learnt=_set(rules))


def _set(rules: Iterable[LearntRule]) -> Learnt:
    return Learnt(-1, tuple(rules))


# --- text of the article ------------------------------------------------------------------------------------------


def _takes_text(rule: LearntRule, articles: Sequence[Sequence[Sequence[Part]]]) -> str:
    """Why a rule takes what is the article's own; empty where it does not."""
    if rule.teaches is Teaches.TEXT:
        return ""
    takes = taking([rule])
    taken = [[[part.said for part in look if takes(part)] for look in looks] for looks in articles]
    taken = [looks for looks in taken if any(looks)]
    if len(taken) < FEWEST:
        return f"it takes something on {counted(len(taken), 'article')}, and needs {FEWEST} to tell"
    holders = Counter(said for looks in taken for said in set().union(*looks))
    long = [looks for looks in taken if len(looks) >= _LOOKS]
    judged = long if len(long) >= FEWEST else taken
    own = sum(any(holders[said] == 1 for said in set(looks[0]).intersection(*looks[1:])) for looks in judged)
    if own <= (_MOST_OWN if rule.text and not rule.text.endswith("*") else _OWN) * len(judged):
        return ""
    return f"on {own} of {counted(len(judged), 'article')} it takes a text of their own that stood still"


# --- planted edits ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hidden:
    """How many edits were planted, and of those that rules hide what it was, by the name of the rule (empty: nobody
    knows which)."""

    planted: int = 0
    lost: int = 0
    hidden: dict[str, str] = field(default_factory=dict)


def _hidden(rules: Sequence[LearntRule], articles: Articles, outlet: Outlet) -> _Hidden:
    """Plant edits in the newest look at each of some articles."""
    plain, learnt, found = _by((), outlet), _by(rules, outlet), _Hidden()
    step = max(1, len(articles) // _PLANTED_IN)
    for looks in articles[::step][:_PLANTED_IN]:
        for planted, hidden in _planted(looks[-1], plain, learnt):
            found.planted += 1
            if hidden is not None:
                found.lost += 1
                by = {removal.rule for removal in hidden.removed if planted.shows and planted.shows in removal.text}
                ours = by & {rule.name for rule in rules}
                found.hidden |= dict.fromkeys(ours or {""}, f"it would hide an edit: {planted.what}")
    return found


def _planted(look: Look, plain: Outlet, learnt: Outlet) -> Iterator[tuple[Planted, Reading | None]]:
    """Each edit planted in a page that is one without rules, and where the rules hide it, what is read by them."""
    capture, reader = unedited(look.capture, plain.charset), look.raw.reader
    before, as_learnt = examine(capture, plain, reader)[1], examine(capture, learnt, reader)[1]
    if before is None or as_learnt is None:
        return
    for planted in plant(capture, as_learnt):
        edited = examine(planted.capture, learnt, reader)[1]
        if edited is not None and same.fingerprint(edited) != same.fingerprint(as_learnt):
            yield planted, None
            continue
        plainly = examine(planted.capture, plain, reader)[1]
        if plainly is not None and same.fingerprint(plainly) != same.fingerprint(before):
            yield planted, edited or as_learnt


# --- what they spare ----------------------------------------------------------------------------------------------


def _moved(articles: Articles, before: Outlet, after: Outlet) -> tuple[int, int]:
    """How many changes from look to look there are no more, and how many there are that were none."""
    spared = brought = 0
    for looks in articles:
        was, now = (_fingerprints(looks, outlet) for outlet in (before, after))
        for (a, b), (c, d) in zip(pairwise(was), pairwise(now), strict=True):
            spared += a != b and c == d
            brought += a == b and c != d
    return spared, brought


def _fingerprints(looks: Sequence[Look], outlet: Outlet) -> list[bytes]:
    return [same.fingerprint(strip(look.raw, outlet)) for look in looks]
