"""Every question there is, by its number."""

from __future__ import annotations

from archive import wording
from archive.errors import UsageError
from archive.questions import copies, deletions, editions, edits, holdings, images, links, names, trends
from archive.questions.question import Question

__all__ = ["QUESTIONS", "named"]

QUESTIONS: tuple[Question, ...] = (
    edits.headlines_changed,
    edits.silent_edits,
    edits.sentences,
    edits.term_changed,
    deletions.gone,
    copies.survives,
    copies.copies,
    copies.carriers,
    copies.first_of_story,
    copies.other_headlines,
    editions.editions,
    trends.topic_share,
    trends.frequency,
    trends.spread,
    names.named_most,
    links.citing,
    links.domains,
    trends.volume,
    holdings.held_share,
    edits.bylines,
    images.pictures,
    holdings.held_on,
    holdings.matching,
    holdings.cited,
    holdings.addresses,
)


def named(name: str) -> Question:
    """The question of that name. Raises UsageError."""
    found = next((one for one in QUESTIONS if one.name == name), None)
    if found is None:
        known = wording.instead(name, [one.name for one in QUESTIONS])
        raise UsageError(f"there is no question {name!r}: {known} (`palimpsest ask --list` tells of each)")
    return found
