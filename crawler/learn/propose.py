"""What recurs on unrelated articles, what moves while the rest stands still, and where the text stands. Pure.

A text that recurs is furniture where nothing else stands at its place; where the article's own sentences stand, too, it
has to be on most articles, or to come and go between the looks at several. A number or a word that moves is a
circumstance where the same words around it move on many articles, a place where hardly any text outlasts a look; one
sentence kept up to date in a few articles is an edit of each. None of it is told by what a text means, so that it holds
in any language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.learn.looks import Part, still, taking
from crawler.outlets.learnt import CAPTION, LEAD, SLOT, LearntRule, Teaches, labelled, masked, unnamed

__all__ = ["FEWEST", "propose"]

FEWEST = 3
"""Articles on which something has to be seen."""

_SHARE = 0.05
"""Share of all articles on which a text recurs that has its place to itself."""
_MOST = 0.6
"""Share of all articles on which a text recurs that is furniture wherever it stands."""
_ENOUGH = 10
"""Articles from which on shares say something."""
_MOVES = 0.3
"""Share of the articles with a text on which it moves, and of all articles that have it where sentences stand too."""
_RESTLESS = 0.5
"""Share of the texts at a place that do not outlast a look."""
_OF_ARTICLES = 0.8
_COMPARED = 2
"""Texts at a place that are compared with the look before, from which on an article tells something of it."""
_RECURS = 0.9
"""Share of the texts at a place that recur, from which on it has none of the article's own."""
_HOME = 0.1
"""Share of the articles whose text stands at a place, from which on it is a home of texts."""
_STEADY = 0.9
"""Share of the texts that keep their place from look to look, under which the names of elements say nothing."""
_WORDS, _SLOTS = 4, 2
"""Words from which on two texts are told to be the same but for some of them, and for how many at most."""
_LONG = 12
"""Letters from which on a text is told wherever it stands."""

Articles = Sequence[Sequence[Sequence[Part]]]
"""Of each article its looks in order of time, of each look its parts."""


@dataclass(slots=True)
class _Told:
    """What was seen of a text (as a rule may name it) at its places: articles, looks; articles on which it could have
    moved from one look to the next, on which it did, and on which it came and went."""

    places: Counter[str] = field(default_factory=Counter)
    articles: set[int] = field(default_factory=set)
    looks: int = 0
    compared: set[int] = field(default_factory=set)
    moving: set[int] = field(default_factory=set)
    flickers: set[int] = field(default_factory=set)


def propose(articles: Articles) -> list[LearntRule]:
    """Rules for an outlet: what moves, by its text and by its place; then of what is left what recurs, and where the
    text stands."""
    articles = articles if _named(articles) else _unnamed(articles)
    places = list(_restless(articles))
    slotted = list(_slotted(articles))
    # What a place's rule takes whatever it says needs no rule about what it says there.
    restless = {rule.place for rule in places}
    moving = (*slotted, *_counters(_without(articles, slotted)))
    found = [*(rule for rule in moving if rule.place not in restless), *places]
    found += _furniture(_without(articles, found))
    return [*found, *_homes(_without(articles, found))]


def _named(articles: Articles) -> bool:
    """Whether what stands still keeps its place from look to look."""
    stays = moves = 0
    for before, after in (pair for looks in articles for pair in pairwise(looks)):
        places = {part.said: part.place for part in before}
        same = [places[part.said] == part.place for part in after if part.said in places]
        stays, moves = stays + sum(same), moves + len(same) - sum(same)
    return stays >= _STEADY * (stays + moves)


def _unnamed(articles: Articles) -> Articles:
    return [[[Part(unnamed(part.place), part.said) for part in look] for look in looks] for looks in articles]


def _without(articles: Articles, rules: Iterable[LearntRule]) -> Articles:
    """What these rules leave."""
    takes = taking(rules)
    return [[[part for part in look if not takes(part)] for look in looks] for looks in articles]


def _gathered(articles: Articles, says: Callable[[str], str]) -> dict[str, _Told]:
    """What was seen of every text, by what `says` makes of it (empty: it is passed over)."""
    found: dict[str, _Told] = defaultdict(_Told)
    for number, looks in enumerate(articles):
        seen: list[dict[str, set[str]]] = []
        for parts in looks:
            here: dict[str, set[str]] = defaultdict(set)
            for part in parts:
                if name := says(part.said):
                    here[name].add(part.said)
                    found[name].places[part.place] += 1
            for name in here:
                found[name].articles.add(number)
                found[name].looks += 1
            seen.append(here)
        _compare(number, looks, seen, found)
    return found


def _compare(
    number: int, looks: Sequence[Sequence[Part]], seen: Sequence[Mapping[str, set[str]]], found: dict[str, _Told]
) -> None:
    """Note what moved between the looks at one article, and what came and went."""
    turns: Counter[str] = Counter()
    for (before, was), (after, now) in pairwise(zip(looks, seen, strict=True)):
        if not still(before, after):
            continue
        for name in was.keys() & now.keys():
            found[name].compared.add(number)
            if was[name] != now[name]:
                found[name].moving.add(number)
        turns.update(was.keys() ^ now.keys())
    for name, times in turns.items():
        if times > 1:
            found[name].flickers.add(number)


def _rules(teaches: Teaches, text: str, told: _Told) -> Iterator[LearntRule]:
    """A rule for a text: about any place where it is long and whole enough to be told anywhere, else for each place."""
    open_ = text.endswith("*") or SLOT in text.split()
    anywhere = not open_ and sum(map(str.isalpha, text)) >= _LONG
    for place in [""] if anywhere else told.places:
        yield LearntRule(teaches, place, text, len(told.articles), told.looks)


# --- numbers and labels that move ---------------------------------------------------------------------------------


def _counters(articles: Articles) -> Iterator[LearntRule]:
    """The same words around another number, or behind the same label another text, at each look."""
    foreign = _foreign_places(_gathered(articles, masked))
    for says in (_with_number, labelled, lambda said: _with_number(labelled(said))):
        for text, told in _gathered(articles, says).items():
            if _moves(told, foreign, len(articles)):
                yield from _rules(Teaches.CIRCUMSTANCE, text, told)


def _moves(told: _Told, foreign: set[str], all_: int) -> bool:
    """Whether a text moves by itself, and not because a few articles are kept up to date."""
    alone = set(told.places) <= foreign
    enough = len(told.moving) >= max(FEWEST, _MOVES * len(told.compared))
    return enough and (alone or len(told.articles) >= _MOVES * all_)


def _with_number(said: str) -> str:
    made = masked(said)
    return made if made != said else ""


def _slotted(articles: Articles) -> Iterator[LearntRule]:
    """The same words but for one or two, at each look: days of the week."""
    found: dict[str, _Told] = defaultdict(_Told)
    for number, looks in enumerate(articles):
        for before, after in pairwise(looks):
            for text, place in _turns(before, after) if still(before, after) else ():
                found[text].places[place] += 1
                found[text].moving.add(number)
    foreign = _foreign_places(_gathered(articles, masked))
    for text, told in found.items():
        if len(told.moving) < FEWEST:
            continue
        takes = taking([LearntRule(Teaches.CIRCUMSTANCE, "", text)])
        for number, looks in enumerate(articles):
            if times := sum(any(map(takes, look)) for look in looks):
                told.articles.add(number)
                told.looks += times
                told.compared |= {number} if times > 1 else set()
        if _moves(told, foreign, len(articles)):
            yield from _rules(Teaches.CIRCUMSTANCE, text, told)


def _turns(before: Sequence[Part], after: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """(what two texts have in common, their place) where one took the other's place, and most of their words stand."""
    went = [part for part in before if part not in after]
    came = [part for part in after if part not in before]
    for old in went:
        was = masked(old.said).split()
        for new in came:
            now = masked(new.said).split()
            same = len(was) == len(now) and [SLOT if a != b else a for a, b in zip(was, now, strict=True)]
            if same and 0 < same.count(SLOT) <= _SLOTS and len(same) >= _WORDS:
                yield " ".join(same), old.place


# --- what recurs --------------------------------------------------------------------------------------------------


def _furniture(articles: Articles) -> Iterator[LearntRule]:
    """The same text on unrelated articles; numbers may differ where it is on most."""
    exact = _gathered(articles, lambda said: said)
    foreign, all_ = _foreign_places(exact), len(articles)
    for text, told in exact.items():
        among_its_like = set(told.places) <= foreign and len(told.articles) >= max(FEWEST + 1, _SHARE * all_)
        if among_its_like or _on_most(told, all_) or len(told.flickers) >= FEWEST:
            yield from _rules(Teaches.FURNITURE, text, told)
    for text, told in _gathered(articles, _with_number).items():
        if _on_most(told, all_) and not any(_on_most(one, all_) for said, one in exact.items() if masked(said) == text):
            yield from _rules(Teaches.FURNITURE, text, told)


def _on_most(told: _Told, all_: int) -> bool:
    return all_ >= _ENOUGH and len(told.articles) >= _MOST * all_


def _foreign_places(exact: Mapping[str, _Told]) -> set[str]:
    """Places whose texts are nearly all on several articles. A caption or a lead may recur and be the article's."""
    shared, all_ = Counter[str](), Counter[str]()
    for told in exact.values():
        for place, times in told.places.items():
            all_[place] += times
            shared[place] += times if len(told.articles) > 1 else 0
    return {place for place, times in all_.items() if shared[place] >= _RECURS * times} - {LEAD, CAPTION, ""}


# --- places -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """What was seen at a place: articles, looks, articles that were compared, and those on which it did not rest."""

    articles: set[int] = field(default_factory=set)
    looks: int = 0
    compared: set[int] = field(default_factory=set)
    restless: set[int] = field(default_factory=set)


def _restless(articles: Articles) -> Iterator[LearntRule]:
    """Places where hardly any text outlasts a look, on nearly every article that was looked at often enough."""
    found: dict[str, _Place] = defaultdict(_Place)
    for number, looks in enumerate(articles):
        stays: Counter[str] = Counter()
        moves: Counter[str] = Counter()
        for before, after in pairwise(looks):
            if still(before, after):
                # A place that is not on both looks has come or gone, and says nothing of how long its texts last.
                both = {part.place for part in before} & {part.place for part in after}
                was, now = ({part.said: part.place for part in look if part.place in both} for look in (before, after))
                stays.update(was[said] for said in was.keys() & now.keys())
                moves.update((was.get(said) or now[said]) for said in was.keys() ^ now.keys())
        for place in {part.place for look in looks for part in look}:
            here = found[place]
            here.articles.add(number)
            here.looks += sum(any(part.place == place for part in look) for look in looks)
            changed = moves[place] / 2  # a text that is replaced goes, and another comes
            if stays[place] + changed >= _COMPARED:
                here.compared.add(number)
                if changed >= _RESTLESS * (stays[place] + changed):
                    here.restless.add(number)
    for place, here in found.items():
        often = len(here.restless) >= max(FEWEST, _OF_ARTICLES * len(here.compared))
        if often and place not in {LEAD, CAPTION, ""}:
            yield LearntRule(Teaches.CIRCUMSTANCE, place, "", len(here.articles), here.looks)


def _homes(articles: Articles) -> Iterator[LearntRule]:
    """The places in which the most of each article's text stands."""
    homes: dict[str, list[int]] = defaultdict(list)
    for looks in articles:
        sizes: Counter[str] = Counter()
        for part in (part for look in looks for part in look if part.place not in {LEAD, CAPTION, ""}):
            sizes[part.place] += len(part.said)
        for place, _ in sizes.most_common(1):
            homes[place].append(len(looks))
    for place, looks_ in homes.items():
        if len(looks_) >= max(FEWEST, _HOME * len(articles)):
            yield LearntRule(Teaches.TEXT, place, "", len(looks_), sum(looks_))
