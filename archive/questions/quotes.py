"""The question where a sentence stands word for word."""

from __future__ import annotations

from collections.abc import Iterator

from archive.query.quotes import Standing, quoted
from archive.questions.question import Asked, Unit, question

__all__ = ["quote"]


@question(29, Unit.VERSION, "Repairs cost 12 million", command=True)
def quote(asked: Asked, sentence: str) -> Iterator[Standing]:
    """Which versions have a sentence word for word, and from when to when, the earliest first?

    sentence: a sentence or a part of one, as it was published.

    Case, signs and accents must agree; white space is folded."""
    return quoted(asked.connection, sentence, asked.filters)
