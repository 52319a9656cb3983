"""What edits come to, as it is stored: kinds, sizes, whether a page only grew, without a look at either text."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from archive.diff.classify import Kind
from archive.diff.summary import RULES, Summary
from archive.models import EditKindRow, table_of

__all__ = ["stored"]


def stored(connection: Connection, edits: Collection[tuple[int, int]]) -> dict[tuple[int, int, bool], Summary]:
    """What is stored of the edits from one text to another (their integers), by the two and whether the outlet marked
    the page as one that grows (`diff.liveblog.grows`). What is missing is told by `diff.summary`."""
    row = table_of(EditKindRow).c
    newer = {after for _, after in edits}
    statement = select(*row).where(row.after_id.in_(newer), row.rules == RULES)
    return {
        (one.before_id, one.after_id, one.grows): Summary(
            tuple(map(Kind, one.kinds.split())), one.added, one.deleted, one.live, one.told
        )
        for one in connection.execute(statement)
        if (one.before_id, one.after_id) in edits
    }
