"""What a crawl counts and remarks while it runs, for its summary and its progress."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["CrawlStats"]


@dataclass
class CrawlStats:
    """Answers so far, and of how many (0: nobody knows); attempts without one by word; addresses left waiting;
    problems, and remarks that are none."""

    answers: int = 0
    expected: int = 0
    waiting: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def note(self, words: str) -> None:
        """Something odd that is no failure of the run."""
        self.problems.append(words)
