"""Which edits count: all but those that have not settled, and those that a person struck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, DecisionRow, JoinedRow, OutletRow, SightingRow, UnsettledRow, VersionRow
from archive.query.filters import Filters, of_outlets
from archive.records import DecisionKind

__all__ = ["is_struck", "is_unsettled", "left_out", "must_count", "that_count"]


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
    theirs = select(JoinedRow.article_id).where(JoinedRow.into_id == new.article_id).correlate(new)
    last = (
        select(DecisionRow.kind)
        .where(or_(DecisionRow.article_id == new.article_id, DecisionRow.article_id.in_(theirs)))
        .where(DecisionRow.old_digest == old.digest, DecisionRow.new_digest == new.digest)
        .order_by(DecisionRow.id.desc())
        .limit(1)
        .correlate(old, new)
        .scalar_subquery()
    )
    return last.is_not_distinct_from(DecisionKind.STRUCK)


_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_AFTER, _BEFORE = aliased(VersionRow), aliased(VersionRow)


def left_out(connection: Connection, filters: Filters) -> int:
    """How many edits of the outlets asked about do not count, whatever else is asked."""
    if not any(connection.execute(select(row).limit(1)).first() for row in (UnsettledRow.n, DecisionRow.id)):
        return 0
    decided = select(DecisionRow.article_id).where(DecisionRow.article_id.is_not(None))
    # Few articles have any: of these alone the edits are looked at.
    theirs = select(UnsettledRow.article_id).union(
        decided, select(JoinedRow.into_id).where(JoinedRow.article_id.in_(decided))
    )
    statement = (
        select(func.count())
        .select_from(_NEW)
        .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
        .join(_AFTER, _AFTER.id == _NEW.version_id)
        .join(_BEFORE, _BEFORE.id == _OLD.version_id)
        .join(ArticleRow, ArticleRow.id == _NEW.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(_NEW.article_id.in_(theirs), *of_outlets(filters), or_(is_unsettled(_NEW), is_struck(_BEFORE, _AFTER)))
    )
    return connection.execute(statement).scalar_one()


def must_count(new_sighting: Any, old: Any, new: Any) -> tuple[ColumnElement[bool], ...]:
    """What an edit must be to count: its newer sighting, and the rows of `version` on either side."""
    return ~is_unsettled(new_sighting), ~is_struck(old, new)
