"""What a crawl counts and remarks while it runs, for its summary and its progress."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from archive.records import Verdict
from archive.wording import counted

__all__ = ["CrawlStats"]


_NO_REFUSAL = frozenset({404, 410})
_FEW = 3


@dataclass
class CrawlStats:
    """Answers so far, and of how many (0: nobody knows); attempts without one by word; addresses left waiting; what
    became of feeds, sitemaps and listings, and of robots.txt, by outcome; by which status all but robots.txt was
    answered; problems, and remarks that are none; how many further documents of sources the gate does not let pass, and
    the first of them; and why the outlet counts as unreachable (empty: it does not)."""

    answers: int = 0
    expected: int = 0
    waiting: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    robots: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unfollowed: int = 0
    unfollowed_first: str = ""
    unreachable: str = ""

    def note(self, words: str) -> None:
        """Something odd that is no failure of the run."""
        self.problems.append(words)

    def answered(self, status: int) -> None:
        """An answer has come."""
        self.answers += 1
        self.statuses[status] += 1

    def not_followed(self, url: str, why: str) -> None:
        """A source names a document that is not fetched."""
        self.unfollowed += 1
        self.unfollowed_first = self.unfollowed_first or f"{url[:200]} ({why})"

    @property
    def refusals(self) -> str:
        """By what all that was asked was refused, as in `403 to 17 of 17 requests`; empty where not all was, or where a
        few pages say nothing of the outlet."""
        refused = {status: n for status, n in self.statuses.items() if status >= 400 and status not in _NO_REFUSAL}
        number, total = sum(refused.values()), sum(self.statuses.values())
        if any(status < 400 for status in self.statuses) or 2 * number < total:
            return ""
        if number < _FEW and not self.sources.get(Verdict.ERROR_PAGE.value):
            return ""
        told = ", ".join(f"{status} to {n}" for status, n in sorted(refused.items()))
        return f"{told} of {counted(total, 'request')}"
