"""What is asked from another vantage too: whatever one of them is not shown. An article is blocked or gone only where
all were asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from archive.records import AWAY, WALLS, Attempt, Verdict
from archive.vantages import DEFAULT

__all__ = ["Elsewhere"]

_BLOCKED = frozenset({401, 403, 451})
_WALLS = WALLS - {Verdict.PAYWALL}
"""A paywall is no block: it asks everybody for money."""
_NO_WAY = frozenset({Attempt.DNS, Attempt.CONNECT, Attempt.TIMEOUT, Attempt.TLS})
_GONE = frozenset({404, 410})


class Elsewhere:
    """The vantages of an outlet, the usual one first, and which pages wait to be asked for from the next one."""

    def __init__(self, vantages: Sequence[str]) -> None:
        self.vantages = tuple(vantages) or (DEFAULT,)
        self._wanted: deque[tuple[str, str]] = deque()
        self._pages: set[str] = set()

    @property
    def usual(self) -> str:
        """Where everything is asked from first."""
        return self.vantages[0]

    def after(self, vantage: str) -> str:
        """The vantage that is asked after another; empty where all were."""
        further = self.vantages[self.vantages.index(vantage) + 1 :] if vantage in self.vantages else ()
        return next(iter(further), "")

    def expects(self, url: str) -> None:
        """A page came that is yet to be judged. Of what is no article's (a robots.txt) others take care."""
        self._pages.add(url)

    def looked(self, url: str, vantage: str, verdict: Verdict, status: int) -> None:
        """A page was judged: where it shows no article there, it is asked for from the next vantage."""
        if url not in self._pages:
            return
        self._pages.discard(url)
        if verdict in AWAY or verdict in _WALLS or status in _BLOCKED:
            self._want(url, vantage)

    def unanswered(self, url: str, vantage: str, word: Attempt, *, final: bool) -> None:
        """A page was asked for in vain. What robots.txt forbids is not asked for elsewhere; one that cannot be read may
        be blocked itself."""
        if word in _NO_WAY or (word is Attempt.ROBOTS and not final):
            self._want(url, vantage)

    def for_source(self, vantage: str, status: int) -> str:
        """From where a source is asked that was answered so; empty: from nowhere else."""
        return self.after(vantage) if status in _BLOCKED | _GONE else ""

    def take(self) -> Iterator[tuple[str, str]]:
        """What waits, each once: an address, and from where."""
        while self._wanted:
            yield self._wanted.popleft()

    def _want(self, url: str, vantage: str) -> None:
        if further := self.after(vantage):
            self._wanted.append((url, further))
