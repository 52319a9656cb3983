"""Stories as of a day: articles that something came to since are compared again, the others stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, insert, select, text, union_all

from archive.store.derived import stories_keys, stories_links, stories_sides
from archive.store.derived.said_then import said_otherwise
from archive.store.derived.stories_sides import day_of
from archive.store.scratch import TABLES, Scratch
from archive.stories import facts

__all__ = ["turn_back"]


def turn_back(then: Scratch) -> None:
    """Let articles and links be as the versions of that day give them, once those are as they were."""
    _facts(then)
    affected = text("SELECT id FROM affected").columns(id=TABLES["article"].c.id.type)
    there = select(TABLES["article"].c.id)
    real, link = then.real["story"], then.real["story_link"]
    then.table(
        "story", select(real).where(real.c.article_id.in_(there), real.c.article_id.not_in(affected)), "article_id"
    )
    sides = (link.c.article_a_id, link.c.article_b_id)
    stays = and_(*(side.in_(there) for side in sides), *(side.not_in(affected) for side in sides))
    then.table("story_link", select(link).where(stays), "article_a_id, article_b_id", "article_b_id")
    _compare(then, list(then.connection.execute(there.where(TABLES["article"].c.id.in_(affected))).scalars()))


def _facts(then: Scratch) -> None:
    """The facts of the texts that were shown: where another was, they are read off that."""
    real = then.real["story_facts"]
    then.table("facts_then", select(real).where(real.c.version_id.is_(None)), "version_id")
    found = TABLES["story_facts"].to_metadata(type(TABLES["story_facts"].metadata)(), name="facts_then")
    rows = [
        {"version_id": version, "rules": facts.RULES, "packed": said.facts} for version, said in said_otherwise(then)
    ]
    if rows:
        then.connection.execute(insert(found), rows)
    same: Any = select(real).where(real.c.version_id.not_in(select(found.c.version_id)))
    then.view("story_facts", union_all(same, select(found)))  # type: ignore[arg-type]


def _compare(then: Scratch, moved: list[int]) -> None:
    """Find the links of the articles that moved, among each other too: today they are found by other keys."""
    of = stories_sides.load(then.connection, moved)
    if of:
        then.connection.execute(insert(TABLES["story"]), [one.row for one in of.values()])
    dated = {(key, day_of(one.side.at)): one for one in of.values() for key in one.keys}
    often = stories_keys.frequent(then.connection, {key for key, _ in dated})
    near = {(key, day) for key, at in dated for day in stories_keys.days_around(at)}
    posted = stories_keys.had_by(then.connection, near - often)
    for one in of.values():
        for key in one.keys:
            posted.setdefault((key, day_of(one.side.at)), []).append(one.article)
    pairs = stories_links.candidates(of, posted, often)
    stories_links.write(then.connection, {}, stories_links.told(then.connection, pairs, of, often))
