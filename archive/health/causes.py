"""The breaks of an outlet's numbers as alarms: which belong together, what is likely behind them, what to type next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from archive.health.alarm import Alarm
from archive.health.changes import Change
from archive.health.days import source_name
from archive.health.series import Side
from archive.records import WALLS, AlarmKind

__all__ = ["NAME", "alarms"]

NAME = "ALARM"
"""Stands for the name of an alarm in what to type next, as long as it has none."""

_READ = ("field", "rule", "taken", "characters", "paragraphs", "lag", "ahead", "titled")
"""What is read of pages, by the first word of a number's name."""

_AS_READ = frozenset({"held", "changed", "unreadable", "empty-shell"})
"""Outcomes that say that pages are read otherwise than before."""

_WALLS = frozenset(word.value for word in WALLS)
_EXPLAINS = frozenset({AlarmKind.SOURCE, AlarmKind.REFUSED, AlarmKind.REFUSALS, AlarmKind.UNANSWERED})
"""What explains that little is new."""


def _is_reading(change: Change) -> bool:
    word = change.name.partition("/")[0]
    return word in _READ or (word == "outcome" and change.about in _AS_READ)


def alarms(
    outlet: str, changes: Iterable[Change], others: Sequence[Alarm] = (), silent: datetime | None = None
) -> Iterator[Alarm]:
    """The alarms of an outlet's changes, and of its being silent since a moment, beside what was found of it already.
    All that is read otherwise is one alarm; that little is new is none where another alarm explains it."""
    every = list(changes)
    found = list(_of_reading(outlet, [change for change in every if _is_reading(change)]))
    for change in every:
        word = change.name.partition("/")[0]
        if word in _SINGLE and not _is_reading(change):
            found.append(_SINGLE[word](outlet, change))
    if silent is not None and not any(one.kind is AlarmKind.VOLUME for one in found):
        found.append(_of_silence(outlet, silent))
    explained = any(one.kind in _EXPLAINS for one in (*others, *found))
    dead = {source_name(one.about) for one in others if one.kind is AlarmKind.SOURCE}
    for one in found:
        if explained and (one.kind is AlarmKind.SILENCE or one.cause == _FEWER):
            continue
        if one.kind is AlarmKind.SOURCE and one.about in dead:
            continue
        yield one


# --- numbers in words -------------------------------------------------------------------------------------------------


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.01 else f"{100 * share:.1f} %"


def _words(change: Change, value: float) -> str:
    word = change.name.partition("/")[0]
    if word in {"characters", "paragraphs", "lag", "taken"}:
        unit = {"lag": "minutes", "paragraphs": "paragraphs"}.get(word, "characters")
        return f"{value:,.0f} {unit}"
    return f"{value:,.0f} a day" if word == "new" else _percent(value)


def _said(changes: Sequence[Change], side: str) -> str:
    return "; ".join(f"{_label(change)} {_words(change, getattr(change, side))}" for change in changes)


def _label(change: Change) -> str:
    word = change.name.partition("/")[0]
    if word == "outcome":
        return f"looks that are {change.about}"
    named = {
        "field": f"articles with {change.about.replace('_', ' ')}",
        "rule": f"pages from which {change.about} takes something",
        "taken": f"what {change.about} takes",
        "characters": "length of the body",
        "paragraphs": "paragraphs",
        "lag": "age when seen first",
        "ahead": "dated in the future",
        "titled": "headline as the feed has it",
        "new": "new articles",
        "unanswered": "requests without an answer",
        "language": f"articles in {change.about}",
        "found": "articles it names",
    }
    return named[word]


# --- what is read -----------------------------------------------------------------------------------------------------


def _of_reading(outlet: str, changes: Sequence[Change]) -> Iterator[Alarm]:
    if not changes:
        return
    yield Alarm(
        AlarmKind.READING,
        outlet,
        "",
        min(change.since for change in changes),
        usual=_said(changes, "usual"),
        now=_said(changes, "now"),
        cause=_likely(changes),
        advice=_check(outlet),
        measures=tuple(change.name for change in changes),
    )


def _check(outlet: str) -> str:
    """What makes test cases of the pages that show an alarm; `ALARM` is put in when it has a name."""
    return f"palimpsest outlets check {outlet} --from-archive {NAME}"


_TEXT = {"characters", "paragraphs"}
_LIKELY: tuple[tuple[Callable[[set[str]], object], str], ...] = (
    (
        lambda names: "outcome/empty-shell" in names,
        "pages are empty until their scripts run: the layout changed, and wants a browser",
    ),
    (
        lambda names: "taken" in names and names & _TEXT,
        "our own rule: furniture is taken that is part of the text",
    ),
    (
        lambda names: names & {*_TEXT, "outcome/held", "outcome/unreadable"},
        "the layout changed: the text is read from another place than before",
    ),
    (
        lambda names: names & {"lag", "ahead"},
        "dates are read otherwise: the outlet writes them in another way, or in another zone",
    ),
    (
        lambda names: "titled" in names,
        "the headline is read from another place: the layout changed",
    ),
    (
        lambda names: "rule" in names,
        "the layout changed around the text: furniture is not found by our rules, and may stand in the text",
    ),
    (
        lambda names: "taken" in names,
        "our own rule: it takes more than it did",
    ),
    (
        lambda names: "field" in names,
        "the layout changed, or the outlet leaves it out by choice: see whether the pages still show it",
    ),
)
"""What is likely behind numbers that break together, by their names and the first words of these; the first counts."""


def _likely(changes: Sequence[Change]) -> str:
    names = {word for change in changes for word in (change.name, change.name.partition("/")[0])}
    fitting = (cause for fits, cause in _LIKELY if fits(names))
    return next(fitting, "the outlet edits more than usual, or one place of its pages is read otherwise")


# --- what stands for itself -------------------------------------------------------------------------------------------


_FEWER = "fewer are found than usual: a source names fewer, a section moved, or less is published"
_MORE = "more are found than usual: more is published, or pages are taken for articles that are none"


def _of_silence(outlet: str, since: datetime) -> Alarm:
    cause = "its sources answer and name nothing new: they are no longer kept, or their format changed"
    advice = f"palimpsest outlets check {outlet}"
    return Alarm(AlarmKind.SILENCE, outlet, "", since, "something new", "nothing new", cause, advice)


def _of_volume(outlet: str, change: Change) -> Alarm:
    cause = _FEWER if change.side is Side.LOW else _MORE
    return _one(AlarmKind.VOLUME, outlet, "", change, cause, f"palimpsest outlets check {outlet}")


def _of_outcome(outlet: str, change: Change) -> Alarm:
    if change.about in _WALLS:
        cause = "a wall stands before the pages: they were not read"
    elif change.about in {"gone", "soft-404", "redirected", "home"}:
        cause = "the outlet takes articles away, moved its addresses, or answers for them with another page"
    else:
        cause = "the outlet, or something on the way, is in trouble"
    return _one(AlarmKind.REFUSALS, outlet, change.about, change, cause, _check(outlet))


def _of_source(outlet: str, change: Change) -> Alarm:
    cause = "it answers, and names next to nothing new: it is no longer kept, or its format changed"
    return _one(AlarmKind.SOURCE, outlet, change.about, change, cause, f"palimpsest outlets check {outlet}")


def _of_language(outlet: str, change: Change) -> Alarm:
    cause = "articles of another edition come in, or the language is told wrongly"
    return _one(AlarmKind.LANGUAGE, outlet, change.about, change, cause, _check(outlet))


def _unanswered(outlet: str, change: Change) -> Alarm:
    cause = "the outlet, its name server or the network on the way is in trouble"
    return _one(AlarmKind.UNANSWERED, outlet, "", change, cause, "palimpsest doctor")


def _one(kind: AlarmKind, outlet: str, about: str, change: Change, cause: str, advice: str) -> Alarm:
    usual, now = (f"{_label(change)} {_words(change, value)}" for value in (change.usual, change.now))
    return Alarm(kind, outlet, about, change.since, usual, now, cause, advice, (change.name,))


_SINGLE = {
    "new": _of_volume,
    "outcome": _of_outcome,
    "found": _of_source,
    "language": _of_language,
    "unanswered": _unanswered,
}
