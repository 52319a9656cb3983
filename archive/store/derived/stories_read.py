"""Articles read by a model, so that their stories are told better: where the operator asks for it, those alone that may
have a story in common with another."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, insert, select

from archive import db
from archive.models import StoryRow, StoryVectorRow, TextRow, VersionRow, table_of
from archive.store.derived import stories_links, stories_sides
from archive.store.derived.stories import Stories
from archive.store.derived.stories_sides import Told
from archive.stories import vectors

__all__ = ["read"]

_STORY, _VECTOR = table_of(StoryRow), table_of(StoryVectorRow)
_AT_ONCE = 20
"""Articles in one transaction: a model takes some tenths of a second for each."""


def read(engine: Engine, told: Callable[[int, int], None]) -> int:
    """Let the model read what it has not read yet, and find the links anew; how many texts it read. What an
    interrupted one read stays. `told` hears (done, total). Raises UsageError where there is no model."""
    model, made = vectors.model(), 0
    with db.reading(engine) as connection:
        articles = _unread(connection, model)
    for start in range(0, len(articles), _AT_ONCE):
        with db.writing(engine) as connection:
            made += _some(connection, model, articles[start : start + _AT_ONCE])
        told(min(start + _AT_ONCE, len(articles)), len(articles))
    return made


def _unread(connection: Connection, model: bytes) -> list[int]:
    by_model = (_VECTOR.c.version_id == _STORY.c.version_id) & (_VECTOR.c.model == model)
    statement = select(_STORY.c.article_id).join(_VECTOR, by_model, isouter=True)
    return list(
        connection.execute(statement.where(_VECTOR.c.version_id.is_(None)).order_by(_STORY.c.article_id)).scalars()
    )


def _some(connection: Connection, model: bytes, articles: list[int]) -> int:
    of = stories_sides.load(connection, articles)
    pairs = stories_links.near(connection, of)
    meant = [one for one in of.values() if any(one.article in pair for pair in pairs)]
    if meant:
        versions = [one.version for one in meant]
        connection.execute(delete(_VECTOR).where(_VECTOR.c.version_id.in_(versions)))
        connection.execute(insert(_VECTOR), [_row(connection, model, one) for one in meant])
        Stories().grouped(connection, [one.article for one in meant])
    return len(meant)


_SAID = select(TextRow.headline, TextRow.description, TextRow.language).join(
    VersionRow, VersionRow.text_id == TextRow.id
)


def _row(connection: Connection, model: bytes, one: Told) -> dict[str, object]:
    said = connection.execute(_SAID.where(VersionRow.id == one.version)).one()
    return {"version_id": one.version, "model": model, "vector": vectors.vector(*said)}
