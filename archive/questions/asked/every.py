"""Every question there is, by its number."""

from __future__ import annotations

from archive.errors import UsageError
from archive.questions.asked import copied, counted, edited, editions, kept, naming, pictures, publishers, vanishing
from archive.questions.asked.registry import Question

__all__ = ["QUESTIONS", "named"]

QUESTIONS: tuple[Question, ...] = (
    edited.headlines_changed,
    edited.silent_edits,
    edited.sentences,
    edited.term_changed,
    vanishing.gone,
    copied.survives,
    copied.copies,
    copied.carriers,
    copied.first_of_story,
    copied.other_headlines,
    editions.editions,
    counted.topic_share,
    counted.frequency,
    counted.spread,
    naming.named_most,
    publishers.citing,
    publishers.domains,
    counted.volume,
    kept.held_share,
    edited.bylines,
    pictures.pictures,
    kept.held_on,
    kept.matching,
    kept.cited,
    kept.addresses,
)


def named(name: str) -> Question:
    """The question of that name. Raises UsageError."""
    found = next((one for one in QUESTIONS if one.name == name), None)
    if found is None:
        raise UsageError(f"there is no question {name!r}: `palimpsest ask --list` names those there are")
    return found
