"""What articles are found by when the same story comes in another language, and which keys say little on a day.

A key is frequent on a day where more than twenty-five articles of that day have it. That is told by what the archive
holds, not by when it came; it bounds what is compared, and weighs the president's name less than a village's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from archive.copies import sketch
from archive.models import StoryKeyRow, StoryOftenRow, StoryRow, table_of
from archive.store.derived.copies_keys import among, some
from archive.store.derived.stories_sides import Told, day_of
from archive.stories.evidence import WINDOW

__all__ = ["IN_DAY", "Dated", "days_around", "frequent", "had_by", "settle", "write"]

IN_DAY = 25
"""Articles of a day that may have a key before it says little."""

Dated = tuple[int, int]
"""A key and a day."""

_STORY, _KEY, _OFTEN = table_of(StoryRow), table_of(StoryKeyRow), table_of(StoryOftenRow)
_ADD, _ADD_KEYS, _MARK = insert(_STORY), insert(_KEY), insert(_OFTEN)
_SET = (
    update(_STORY)
    .where(_STORY.c.article_id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("version_id", "at", "digest", "hashes")})
)
_DROP = delete(_STORY).where(_STORY.c.article_id == bindparam("of"))
_DROP_KEYS = delete(_KEY).where(
    _KEY.c.hash == bindparam("of_hash"), _KEY.c.day == bindparam("of_day"), _KEY.c.article_id == bindparam("of")
)
_UNMARK = delete(_OFTEN).where(_OFTEN.c.hash == bindparam("of_hash"), _OFTEN.c.day == bindparam("of_day"))
_LISTED: Any = bindparam("listed", expanding=True)
_COUNT = (
    select(_KEY.c.hash, _KEY.c.day, func.count().label("have"))
    .where(tuple_(_KEY.c.hash, _KEY.c.day).in_(_LISTED))
    .group_by(_KEY.c.hash, _KEY.c.day)
)


def _dated(row: Mapping[str, Any] | None) -> set[Dated]:
    if row is None:
        return set()
    return {(key, day_of(row["at"])) for key in sketch.unpacked(row["hashes"])}


def write(
    connection: Connection, before: Mapping[int, dict[str, Any]], now: Mapping[int, Told], articles: Iterable[int]
) -> tuple[set[Dated], set[Dated]]:
    """Let these articles be found by what they are now; what some are found by more than before, and less."""
    lost: list[dict[str, int]] = []
    gained: list[dict[str, int]] = []
    rows: dict[Any, list[dict[str, Any]]] = {_DROP: [], _SET: [], _ADD: []}
    for article in sorted(articles):
        old, new = before.get(article), now[article].row if article in now else None
        was, has = _dated(old), _dated(new)
        lost += [{"of_hash": key, "of_day": day, "of": article} for key, day in was - has]
        gained += [{"hash": key, "day": day, "article_id": article} for key, day in has - was]
        if new is None:
            rows[_DROP].append({"of": article})
        elif old is None:
            rows[_ADD].append(new)
        else:
            rows[_SET].append({"of": article, **{f"new_{name}": new[name] for name in old if name != "article_id"}})
    rows |= {_DROP_KEYS: lost, _ADD_KEYS: sorted(gained, key=lambda row: (row["hash"], row["day"]))}
    for statement, some_rows in rows.items():
        if some_rows:
            connection.execute(statement, some_rows)
    return {(row["hash"], row["day"]) for row in gained}, {(row["of_hash"], row["of_day"]) for row in lost}


def settle(connection: Connection, gained: Collection[Dated], lost: Collection[Dated]) -> set[Dated]:
    """Which keys have come to say little on a day, or do so no more, now that these have other articles."""
    often = frequent(connection, {key for key, _ in (*gained, *lost)})
    come = {one for one, have in _counts(connection, set(gained) - often).items() if have > IN_DAY}
    doubtful = set(lost) & often
    counted = _counts(connection, doubtful)
    gone = {one for one in doubtful if counted.get(one, 0) <= IN_DAY}
    if come:
        connection.execute(_MARK, [{"hash": key, "day": day} for key, day in sorted(come)])
    if gone:
        connection.execute(_UNMARK, [{"of_hash": key, "of_day": day} for key, day in sorted(gone)])
    return come | gone


def _counts(connection: Connection, dated: Collection[Dated]) -> dict[Dated, int]:
    rows = (row for part in some(sorted(dated)) for row in connection.execute(_COUNT, {"listed": part}))
    return {(row.hash, row.day): row.have for row in rows}


def frequent(connection: Connection, keys: Collection[int]) -> set[Dated]:
    """On which days these keys say little."""
    return {(key, day) for key, day in connection.execute(select(_OFTEN).where(among(connection, _OFTEN.c.hash, keys)))}


def had_by(connection: Connection, dated: Collection[Dated]) -> dict[Dated, list[int]]:
    """The articles that have these keys on these days."""
    found: dict[Dated, list[int]] = defaultdict(list)
    if dated:
        first, last = min(day for _, day in dated), max(day for _, day in dated)
        listed = among(connection, _KEY.c.hash, {key for key, _ in dated})
        wanted = select(_KEY).where(listed, _KEY.c.day.between(first, last))
        for key, day, article in connection.execute(wanted).all():
            if (key, day) in dated:
                found[key, day].append(article)
    return found


def days_around(day: int) -> range:
    """The days on which articles on the same story may have appeared."""
    return range(day - WINDOW.days, day + WINDOW.days + 1)
