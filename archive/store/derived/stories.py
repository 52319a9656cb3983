"""The same story in other languages, as articles come. What is stored is a function of what the archive holds, whatever
came first: facts of versions, keys by which articles are found (`stories_keys`), and links (`stories_links`).

It costs half as much again as all else that is recorded of an article, so it is kept where it was asked for: from the
first `upgrade --stories` on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from archive.models import (
    ArticleRow,
    StoryFactsRow,
    StoryKeyRow,
    StoryLinkRow,
    StoryOftenRow,
    StoryRow,
    StoryVectorRow,
    VersionRow,
    table_of,
)
from archive.store.batch import Later
from archive.store.derived import stories_keys, stories_links, stories_sides, stories_then
from archive.store.derived.form import MANY, Checker, Kept, Numbered, Unlike
from archive.store.derived.stories_sides import day_of
from archive.store.scratch import Scratch
from archive.store.texts import Said
from archive.stories import facts

__all__ = ["Stories"]

_VERSION, _FACTS, _STORY = table_of(VersionRow), table_of(StoryFactsRow), table_of(StoryRow)
_KEY, _OFTEN, _LINK = table_of(StoryKeyRow), table_of(StoryOftenRow), table_of(StoryLinkRow)
_VECTOR = table_of(StoryVectorRow)

_ANY = select(_FACTS.c.version_id).limit(1)
_ADD = insert(_FACTS)
_RENEW = update(_FACTS).where(_FACTS.c.version_id == bindparam("of")).values(rules=facts.RULES, packed=bindparam("new"))
_UNREAD = delete(_VECTOR).where(_VECTOR.c.version_id == bindparam("of"))
_VERSIONS: Any = bindparam("versions", expanding=True)
_KNOWN = select(_FACTS).where(_FACTS.c.version_id.in_(_VERSIONS))
_ARTICLES = select(_VERSION.c.article_id).where(_VERSION.c.id.in_(_VERSIONS)).distinct()
_MENDED = "`palimpsest upgrade --stories` makes it anew"
_AT_ONCE = 200
"""Articles whose links are found again at once."""


def _is_kept(connection: Connection) -> bool:
    return connection.execute(_ANY).first() is not None


def _row(version: int, said: Said) -> dict[str, Any]:
    return {"version_id": version, "rules": facts.RULES, "packed": said.facts}


def _follow(connection: Connection, articles: Collection[int]) -> None:
    """Let what is stored follow what these articles are now."""
    now, before = stories_sides.load(connection, articles), stories_sides.stored(connection, articles)
    changed = {
        article
        for article in now.keys() | before.keys()
        if article not in now or article not in before or now[article].row != before[article]
    }
    if not changed:
        return
    gained, lost = stories_keys.write(connection, before, now, changed)
    turned = stories_keys.had_by(connection, stories_keys.settle(connection, gained, lost))
    concerned = changed | {article for have in turned.values() for article in have}
    of = {**now, **stories_sides.load(connection, concerned - now.keys())}
    found = stories_links.find(connection, {article: of[article] for article in concerned if article in of})
    stories_links.write(connection, stories_links.stored(connection, concerned), found)


class Stories(Numbered):
    """Tables that know each other by articles and versions."""

    name, about, moves = "stories", "which articles tell one story in several languages", True

    # --- filled and moved ---------------------------------------------------------------------------------------------

    def added(self, connection: Connection, later: Later, version: int, said: Said) -> None:  # noqa: ARG002
        """Its facts."""
        if later.once(_is_kept):
            later.add(_ADD, _row(version, said))

    def replaced(self, connection: Connection, version: int, old: Said, new: Said) -> None:
        """Those of another text, which no model has read yet; its article follows when the group is written."""
        if _is_kept(connection) and old.facts != new.facts:
            connection.execute(_RENEW, {"of": version, "new": new.facts})
            connection.execute(_UNREAD, {"of": version})

    def grouped(self, connection: Connection, articles: Collection[int]) -> None:
        """Find what else tells the stories of these articles."""
        if _is_kept(connection):
            _follow(connection, articles)

    begun = grouped

    # --- as of a day --------------------------------------------------------------------------------------------------

    def turn_back_folded(self, then: Scratch) -> None:
        """By the versions of that day; which keys say little is a rule of ours, and today's."""
        if _is_kept(then.connection):
            stories_then.turn_back(then)

    # --- made anew ----------------------------------------------------------------------------------------------------

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Find the stories of the articles of these."""
        ids = {"versions": [version for version, _ in versions]}
        known = {row.version_id for row in connection.execute(_KNOWN, ids)}
        if rows := [_row(version, said) for version, said in versions if version not in known]:
            connection.execute(_ADD, rows)
        _follow(connection, connection.execute(_ARTICLES, ids).scalars().all())

    def upto(self, connection: Connection) -> int | None:
        """The version before the first that has no facts by today's rules; None, too, where nobody asked for any."""
        if not _is_kept(connection):
            return None
        current = (_FACTS.c.version_id == _VERSION.c.id) & (_FACTS.c.rules == facts.RULES)
        missing = select(func.min(_VERSION.c.id)).select_from(_VERSION).join(_FACTS, current, isouter=True)
        first = connection.execute(missing.where(_FACTS.c.version_id.is_(None))).scalar()
        return None if first is None else first - 1

    def empty(self, connection: Connection) -> None:
        """Forget facts, keys and links."""
        for table in (_LINK, _OFTEN, _KEY, _STORY, _FACTS):
            connection.execute(delete(table))

    # --- verified -----------------------------------------------------------------------------------------------------

    def checker(self, connection: Connection) -> Checker | None:
        """Reads the facts of each version again."""
        if not _is_kept(connection):
            return None

        def check(versions: Sequence[Kept]) -> Iterator[Unlike]:
            rows = connection.execute(_KNOWN, {"versions": [one.version for one in versions]})
            known = {row.version_id: row.packed for row in rows if row.rules == facts.RULES}
            for one in versions:
                if known.get(one.version) != one.said.facts:
                    yield Unlike("stories", one.version, "is not compared by the facts of its text", _MENDED)

        return check

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """Finds every link again."""
        keys = 0  # a sum over all that articles are found by, whatever their order
        every = select(ArticleRow.id).order_by(ArticleRow.id)
        with connection.execute(every, execution_options=MANY) as articles:
            for ids in articles.scalars().partitions(_AT_ONCE):
                now, before = stories_sides.load(connection, ids), stories_sides.stored(connection, ids)
                keys += sum(_summand(key, day_of(one.side.at), one.article) for one in now.values() for key in one.keys)
                for article in sorted(now.keys() | before.keys()):
                    if article not in now or now[article].row != before.get(article):
                        yield Unlike("stories", _named(now, article), "is not found by its first version", _MENDED)
                stored, found = stories_links.stored(connection, ids), stories_links.find(connection, now)
                for pair in sorted(stored.keys() | found.keys()):
                    if stored.get(pair) != found.get(pair):
                        name = next((now[article].name for article in pair if article in now), str(pair))
                        yield Unlike("stories", name, "its link with another is not what their facts give", _MENDED)
        yield from _unlike_keys(connection, keys)


def _named(of: dict[int, stories_sides.Told], article: int) -> str:
    return of[article].name if article in of else f"article {article}"


def _summand(key: int, day: int, article: int) -> int:
    return hash((key, day, article))


def _unlike_keys(connection: Connection, keys: int) -> Iterator[Unlike]:
    """Of what all articles together give."""
    with connection.execute(select(_KEY.c.hash, _KEY.c.day, _KEY.c.article_id), execution_options=MANY) as rows:
        same = sum(_summand(*row) for row in rows) == keys
    if not same:
        yield Unlike("stories", "keys", "are not those of the articles", _MENDED)
    many = select(_KEY.c.hash, _KEY.c.day).group_by(_KEY.c.hash, _KEY.c.day).having(func.count() > stories_keys.IN_DAY)
    if set(connection.execute(many)) != set(connection.execute(select(_OFTEN))):
        yield Unlike("stories", "frequent keys", "are not those that many articles of a day have", _MENDED)
