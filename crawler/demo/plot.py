"""What the demo outlets do between looks, and every page as it stands at each. Pure: step in, page out.

Step 0 is everything as published; steps 1 to 3 are later looks. `TRUTH` names what was planted, for whoever wants to
compare the archive's answers with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from archive.records import Block, BlockType, Verdict
from crawler.demo import layouts
from crawler.demo.editions import EDITIONS, LOOKS, edition_of
from crawler.demo.response import Response, cut_in_half, nothing, redirect, text
from crawler.demo.stories import Story, stories, story

__all__ = ["LAST", "TRUTH", "Event", "Kind", "Plot", "api", "carried", "page", "rendered", "told"]

LAST = len(LOOKS) - 1
"""The last step."""

_HTML = "text/html; charset=utf-8"


class Kind(StrEnum):
    """What an outlet does to an article, or to how it can be seen."""

    HEADLINE = "headline"
    NUMBER = "number"
    PARAGRAPH = "paragraph"
    BYLINE = "byline"
    NOTICE = "notice"
    FLIP = "flip"
    GONE = "gone"
    HOME = "home"
    WALL = "wall"
    CUT = "cut"
    BACK = "back"
    LAG = "lag"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Event:
    """One planted event: seen at `step`, not before.

    `article` is the outlet's own id, empty where all are meant. `field` is the editorial field that differs from the
    step before (empty: none), `before` and `after` what stands there. `verdict` is what the page then is. A `lag` says
    what the edition shows (`before`) while its mirror still shows `after`.
    """

    step: int
    edition: str
    article: str
    kind: Kind
    field: str = ""
    verdict: Verdict = Verdict.ARTICLE
    before: str = ""
    after: str = ""


# --- the edits ------------------------------------------------------------------------------------------------------

# A number of two digits that is no part of a longer one.
_NUMBER = re.compile(r"(?<![\d.,])(?<!\d )\d\d(?![.,]?\d| \d{3})")


def _headline(one: Story, old: str, new: str) -> Story:
    return replace(one, headline=one.headline.replace(old, new))


def _number(one: Story, old: str, new: str) -> Story:  # noqa: ARG001 - all edits are called alike
    """The last number of the body becomes another, and nothing says so."""
    at = max(n for n, block in enumerate(one.body) if _NUMBER.search(block.text))
    changed = _NUMBER.sub(lambda found: str(int(found[0]) % 80 + 13), one.body[at].text, count=1)
    return _with_block(one, at, replace(one.body[at], text=changed), instead=True)


def _paragraph(one: Story, old: str, new: str) -> Story:  # noqa: ARG001
    return _with_block(one, 8, Block(BlockType.P, one.spare))


def _byline(one: Story, old: str, new: str) -> Story:
    return replace(one, authors=tuple(name.replace(old, new) for name in one.authors))


def _notice(one: Story, old: str, new: str) -> Story:  # noqa: ARG001
    return _with_block(one, len(one.body), Block(BlockType.NOTICE, new))


def _with_block(one: Story, at: int, block: Block, *, instead: bool = False) -> Story:
    return replace(one, body=(*one.body[:at], block, *one.body[at + instead :]))


_EDITS: dict[Kind, tuple[str, Callable[[Story, str, str], Story]]] = {
    Kind.HEADLINE: ("headline", _headline),
    Kind.FLIP: ("headline", _headline),
    Kind.NUMBER: ("body", _number),
    Kind.PARAGRAPH: ("body", _paragraph),
    Kind.BYLINE: ("authors", _byline),
    Kind.NOTICE: ("body", _notice),
}
_VERDICTS = {Kind.GONE: Verdict.GONE, Kind.HOME: Verdict.HOME, Kind.WALL: Verdict.CONSENT, Kind.CUT: Verdict.CUT}


# --- the plan -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plant:
    """Something planted: in which steps it holds, on which article (its place, newest first)."""

    steps: tuple[int, ...]
    edition: str
    place: int
    kind: Kind
    old: str = ""
    new: str = ""


_CORRECTION = "Correction: An earlier version of this article gave the wrong year for the first announcement."
_A, _B = "Foreign delegation expected in", "Why a foreign delegation is coming to"

_PLAN = (
    _Plant((1, 2, 3), "demo-fr", 2, Kind.HEADLINE, "trouvent un accord", "se séparent sans accord"),
    _Plant((1, 2, 3), "demo-en", 4, Kind.NUMBER),
    _Plant((1, 3), "demo-en", 7, Kind.FLIP, _A, _B),
    _Plant((1, 2, 3), "demo-fr", 9, Kind.GONE),
    _Plant((2, 3), "demo-es", 3, Kind.PARAGRAPH),
    _Plant((2, 3), "demo-es", 6, Kind.BYLINE, "Rentería", "Rentería Paz"),
    _Plant((2, 3), "demo-ar", 4, Kind.NUMBER),
    _Plant((2, 3), "demo-fr", 13, Kind.HOME),
    _Plant((2,), "demo-fr", 5, Kind.WALL),
    _Plant((2,), "demo-ar", 8, Kind.CUT),
    _Plant((3,), "demo-en", 10, Kind.NOTICE, new=_CORRECTION),
)


def _plants(one: Story, step: int) -> list[_Plant]:
    return [
        plant for plant in _PLAN if (plant.edition, plant.place) == (one.edition, one.place) and step in plant.steps
    ]


def _hidden(one: Story, step: int) -> Kind | None:
    """What keeps a page from being seen at a step."""
    return next((plant.kind for plant in _plants(one, step) if plant.kind in _VERDICTS), None)


def _edited(one: Story, step: int) -> Story:
    for plant in _plants(one, step):
        if plant.kind in _EDITS:
            one = _EDITS[plant.kind][1](one, plant.old, plant.new)
        if plant.kind is Kind.NOTICE:
            # The one edit the outlet owns up to; the others leave its date of change as it was.
            one = replace(one, modified=_when_changed(plant.steps[0]))
    return one


def _when_changed(step: int) -> datetime:
    return LOOKS[step].replace(minute=0) - (LOOKS[step] - LOOKS[step - 1]) / 4


def _mirrored(one: Story) -> bool:
    """The mirror carries every other article, and none of those that vanish."""
    return one.place % 2 == 0


# --- what stands at a step ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def told(edition: str, article: str, step: int, *, mirror: bool = False) -> Story:
    """An article as its page tells it at a step; the mirror is one step behind. Raises KeyError for an unknown one."""
    return _edited(story(edition, article), max(0, step - mirror))


def carried(edition: str, *, mirror: bool = False) -> tuple[Story, ...]:
    """The articles a host carries, newest first, as first published."""
    return tuple(one for one in stories(edition) if not mirror or _mirrored(one))


def _at(host: str) -> tuple[str, bool]:
    found = edition_of(host)
    if found is None:
        raise KeyError(host)
    return found[0].name, found[1]


@lru_cache(maxsize=512)
def page(edition: str, article: str, step: int, host: str) -> Response:
    """The answer for an article's address. `host` is the Host header, with its port; the mirror lags and carries less.

    Raises KeyError for an article or host that does not exist.
    """
    mirror = _at(host)[1]
    one = told(edition, article, step, mirror=mirror)
    if mirror and not _mirrored(one):
        return nothing(404, "404")
    hidden = _hidden(one, max(0, step - mirror))
    if hidden is Kind.GONE:
        return nothing(410, "410")
    if hidden is Kind.HOME:
        return redirect(f"http://{host}/")
    if hidden is Kind.WALL:
        return text(layouts.wall(EDITIONS[edition]), _HTML, LOOKS[step])
    seen = text(layouts.page(one, step, host), _HTML, LOOKS[step])
    return cut_in_half(seen) if hidden is Kind.CUT else seen


def api(edition: str, article: str, step: int, host: str) -> Response:
    """What the script of the article that needs one fetches: JSON, its markup under `html`."""
    one = told(edition, article, step, mirror=_at(host)[1])
    return text(layouts.injected(one, step, host), "application/json; charset=utf-8", LOOKS[step])


def rendered(edition: str, article: str, step: int, host: str) -> str:
    """The page of that article as a browser has it once the overlay was clicked away."""
    return layouts.rendered(told(edition, article, step, mirror=_at(host)[1]), step, host)


# --- the truth ------------------------------------------------------------------------------------------------------


def _shown(one: Story, field: str) -> str:
    values = {
        "headline": one.headline,
        "authors": ", ".join(one.authors),
        "body": "\n\n".join(block.text for block in one.body),
    }
    return values.get(field, "")


def _event(plant: _Plant, step: int) -> Event:
    one = stories(plant.edition)[plant.place]
    if plant.kind in _VERDICTS and step not in plant.steps:
        return Event(step, plant.edition, one.id, Kind.BACK)
    field = _EDITS[plant.kind][0] if plant.kind in _EDITS else ""
    before, after = (_shown(told(plant.edition, one.id, at), field) for at in (step - 1, step))
    verdict = _VERDICTS.get(plant.kind, Verdict.ARTICLE)
    return Event(step, plant.edition, one.id, plant.kind, field, verdict, before, after)


def _lag(step: int) -> list[Event]:
    """What the mirror still shows of edits it carries."""
    found = []
    for one in carried("demo-fr", mirror=True):
        now, late = told("demo-fr", one.id, step), told("demo-fr", one.id, step, mirror=True)
        if now.headline != late.headline:
            found.append(Event(step, "demo-fr", one.id, Kind.LAG, "headline", before=now.headline, after=late.headline))
    return found


def _events(step: int) -> tuple[Event, ...]:
    if step == 0:
        return ()
    # What holds now and did not before, or the other way round: an edit can be taken back, a wall can come down.
    turned = [_event(plant, step) for plant in _PLAN if (step in plant.steps) != (step - 1 in plant.steps)]
    rotated = [Event(step, edition, "", Kind.FURNITURE) for edition in EDITIONS]
    return (*turned, *_lag(step), *rotated)


TRUTH: dict[int, tuple[Event, ...]] = {step: _events(step) for step in range(LAST + 1)}
"""For each step what was planted between the look before and this one."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The family at one step."""

    step: int

    def __post_init__(self) -> None:
        if not 0 <= self.step <= LAST:
            raise ValueError(f"there are steps 0 to {LAST}, not {self.step}")

    @property
    def at(self) -> datetime:
        """When it is looked at, by the demo's clock."""
        return LOOKS[self.step]

    @property
    def events(self) -> tuple[Event, ...]:
        """What was planted since the step before."""
        return TRUTH[self.step]

    def told(self, edition: str, article: str, *, mirror: bool = False) -> Story:
        """An article as its page tells it now."""
        return told(edition, article, self.step, mirror=mirror)

    def page(self, edition: str, article: str, host: str) -> Response:
        """The answer for an article's address now."""
        return page(edition, article, self.step, host)
