"""Questions about edits that are one thing together: campaigns over articles, headlines that came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from archive.errors import UsageError
from archive.query import campaigns as replaced
from archive.query.campaigns import Campaign
from archive.query.headline_tests import HeadlineTest, headline_tests
from archive.questions.question import Asked, Unit, question

__all__ = ["campaigns", "headlines"]

_LONGEST = 3650
"""Days a campaign may take."""


@question(27, Unit.EDIT, "at_least=2", command=True)
def campaigns(asked: Asked, at_least: int = 3, days: int = 7) -> Iterator[Campaign]:
    """Which words were replaced by the same others in several articles within days?

    at_least: in at least so many articles, two or more.
    days: within so many days.

    Whole sentences that came or went count, too; typography, slips of the pen and mere figures do not."""
    if at_least < 2 or not 1 <= days <= _LONGEST:
        raise UsageError(f"a campaign is of at least 2 articles within 1 to {_LONGEST} days")
    yield from replaced.campaigns(asked.connection, asked.filters, int(at_least), timedelta(days=days))


@question(28, Unit.ARTICLE, command=True)
def headlines(asked: Asked) -> Iterator[HeadlineTest]:
    """Which headlines went and came back, with each alternative's share of time?

    A share puts each change in the middle between two looks; share_min and share_max are what the looks prove. A
    filter keeps the tests of which it keeps a version; each is told as a whole."""
    return headline_tests(asked.connection, asked.filters)
