"""Which edits count: all but those that have not settled, and those that a person struck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, exists, select

from archive.models import DecisionRow, UnsettledRow
from archive.records import DecisionKind

__all__ = ["is_struck", "is_unsettled", "must_count", "that_count"]


class _Countable(Protocol):
    """An edit that says whether it counts."""

    @property
    def unsettled(self) -> bool: ...
    @property
    def struck(self) -> bool: ...


_Edited = TypeVar("_Edited", bound=_Countable)


def that_count(found: Iterable[_Edited], *, unsettled: bool = False, struck: bool = False) -> Iterator[_Edited]:
    """The edits that count; with a flag also those that do not for that reason."""
    return (one for one in found if (unsettled or not one.unsettled) and (struck or not one.struck))


def is_unsettled(new: Any) -> ColumnElement[bool]:
    """Whether the edit that a sighting began has not settled."""
    return exists().where(UnsettledRow.article_id == new.article_id, UnsettledRow.n == new.n).correlate(new)


def is_struck(old: Any, new: Any) -> ColumnElement[bool]:
    """Whether an edit between two rows of `version` was struck, and not restored since."""
    last = (
        select(DecisionRow.kind)
        .where(DecisionRow.article_id == new.article_id)
        .where(DecisionRow.old_digest == old.digest, DecisionRow.new_digest == new.digest)
        .order_by(DecisionRow.id.desc())
        .limit(1)
        .correlate(old, new)
        .scalar_subquery()
    )
    return last.is_not_distinct_from(DecisionKind.STRUCK)


def must_count(new_sighting: Any, old: Any, new: Any) -> tuple[ColumnElement[bool], ...]:
    """What an edit must be to count: its newer sighting, and the rows of `version` on either side."""
    return ~is_unsettled(new_sighting), ~is_struck(old, new)
