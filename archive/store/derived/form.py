"""The one form of what is derived: how it is filled and moved, turned back as of a day, verified, made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select

from archive.records import Circumstances
from archive.store.batch import Later
from archive.store.scratch import Scratch
from archive.store.texts import Said
from archive.timeline import Look

__all__ = ["AGAIN", "MANY", "Checker", "Derived", "Kept", "Looked", "Numbered", "Unlike"]

MANY = {"yield_per": 1000}
"""How rows are read, so that memory does not grow with the archive."""

AGAIN = "`palimpsest ingest` of the WARC files into a new archive derives it again"


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at an article: its integer, the look with its version, what that one's body is told by (empty: nothing),
    and the circumstances of its page (None where it was not read). Of an `unheard` body it is known that no look of its
    outlet showed it before, and that none of its group does."""

    article: int
    look: Look
    body: bytes
    circumstances: Circumstances | None
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as it is stored: its integer, its columns, and what the text that is shown of it says."""

    version: int
    columns: Mapping[str, Any]
    said: Said


@dataclass(frozen=True, slots=True)
class Unlike:
    """Something that is not what would be derived again: of what kind, where (a version's integer, or a name), what,
    and what mends it."""

    kind: str
    where: int | str
    what: str
    mended: str = AGAIN


Checker = Callable[[Sequence[Kept]], Iterable[Unlike]]
"""Checks some versions, given in order of their integers, one group after the other."""


class Derived:
    """One thing that is derived. Whatever a module does not say itself does nothing."""

    # --- filled and moved, in the writer's transaction; what may wait goes to `later` --------------------------------

    def lasting(self, said: Said) -> dict[str, Any]:  # noqa: ARG002
        """The columns of `version` that what it said when first read gives once and for all."""
        return {}

    def shown(self, said: Said) -> dict[str, Any]:  # noqa: ARG002
        """The columns of `version` that follow the text that is shown of it."""
        return {}

    def added(self, connection: Connection, later: Later, version: int, said: Said) -> None:
        """A version was added."""

    def replaced(self, connection: Connection, version: int, old: Said, new: Said) -> None:
        """Another text is shown of a version: its first look is another, or it was read again."""

    def looked(self, connection: Connection, later: Later, at: Looked) -> int | None:  # noqa: ARG002
        """A look came in, before its article is folded; the integer of another article that has to be folded again."""
        return None

    def grouped(self, connection: Connection, articles: Collection[int]) -> None:
        """A group of captures was written; these articles (their integers) may have other versions, or edits, than
        before."""

    def begun(self, connection: Connection, articles: Collection[int]) -> None:
        """A group of captures was written; these articles (their integers) were not there before."""

    def came(self, connection: Connection, looks: Mapping[int, Collection[datetime]]) -> None:
        """A group of captures was written: when each outlet (its integer) was looked at by a clock that was not off."""

    # --- as of a day: temporary tables that stand before the real ones -----------------------------------------------

    def turn_back(self, then: Scratch) -> Iterable[Select[Any]]:  # noqa: ARG002
        """What the fold rests on, as it was by the captures that were held; the articles that fold otherwise by it."""
        return ()

    def turn_back_folded(self, then: Scratch) -> None:
        """The rest, when articles and versions are as they were."""

    # --- verified ----------------------------------------------------------------------------------------------------

    def checker(self, connection: Connection) -> Checker | None:  # noqa: ARG002
        """What checks versions against their texts."""
        return None

    def unlike(self, connection: Connection, article: int) -> Iterator[Unlike]:  # noqa: ARG002
        """What of an article is not what its captures give."""
        return iter(())

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:  # noqa: ARG002
        """What is not what all captures together give."""
        return iter(())


class Numbered(Derived):
    """What rules of ours make of each version's text in a table that `upgrade` and `transfer` make anew: when the rules
    have another number, or the archive moves. `name` is what it is called there, `about` what it is."""

    name: str
    about: str
    moves: bool = False
    """Whether its rows move with an archive as they are."""

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Make it for versions that have none yet."""
        raise NotImplementedError

    def upto(self, connection: Connection) -> int | None:
        """The last version, in order of integers, that today's rules made it for; None: every one."""
        raise NotImplementedError

    def mark(self, connection: Connection, upto: int | None) -> None:
        """Say so, where that is kept."""

    def empty(self, connection: Connection) -> None:
        """Forget all that was made, where it cannot be replaced."""
