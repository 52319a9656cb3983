"""What questions would else read whole texts for: a version's date, language, length; what articles link to, show."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_GROUP = 1000


def _columns() -> tuple[sa.Column[Any], ...]:
    date = "derived: the date it states; of no zone: as if UTC"
    words = "derived: of headline, lead and body"
    return (
        sa.Column("published", _INSTANT, nullable=True, comment=date),
        sa.Column("language", sa.Text(), nullable=False, server_default=sa.text("''"), comment="derived: BCP 47"),
        sa.Column("words", sa.Integer(), nullable=False, server_default="0", comment=words),
    )


def _referring(name: str, column: sa.Column[Any]) -> None:
    """A table of what articles refer to."""
    op.create_table(
        name,
        sa.Column("article_id", _KEY, nullable=False, comment="which article"),
        column,
        sa.Column("first_seen", _INSTANT, nullable=False, comment="by the first look that shows it"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f(f"fk_{name}_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", column.name, name=op.f(f"pk_{name}")),
        *([sa.CheckConstraint("length(address) = 8", name=op.f("ck_picture_address_length"))] * (name == "picture")),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_{column.name}", name, [column.name])


def upgrade() -> None:
    """Add to `version`; make `link` and `picture`; fill them from what is stored."""
    for column in _columns():
        op.add_column("version", column)
    _referring("link", sa.Column("host", sa.Text(), nullable=False, comment="a host its page links to"))
    _referring(
        "picture",
        sa.Column("address", sa.LargeBinary(), nullable=False, comment="first 8 bytes of SHA-256 of the address"),
    )
    _fill_versions()
    _fill_references()


def downgrade() -> None:
    """Undo it."""
    op.drop_table("picture")
    op.drop_table("link")
    for name in ("words", "language", "published"):
        op.drop_column("version", name)


# --- what is stored already -------------------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RUN = re.compile(r"\w+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def _sqlite() -> bool:
    return bool(op.get_context().dialect.name == "sqlite")


def _instant(moment: datetime) -> Any:
    return (moment - _EPOCH) // timedelta(microseconds=1) if _sqlite() else moment


def _published(written: str | None) -> Any:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return _instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _words(text: str) -> int:
    spaced, dense = _DENSE.subn(" ", text)
    return len(_RUN.findall(spaced)) + (dense + 1) // 2


def _groups(statement: sa.Select[Any], key: Any) -> Iterator[list[Any]]:
    """Rows in the order of a key, some at a time, so that nothing is read while it is written."""
    last = 0
    while rows := op.get_bind().execute(statement.where(key > last).order_by(key).limit(_GROUP)).all():
        yield list(rows)
        last = rows[-1][0]


def _fill_versions() -> None:
    version = sa.table("version", *map(sa.column, ("id", "text_id", "published", "language", "words")))
    text = sa.table("text", *map(sa.column, ("id", "headline", "description", "body", "date_published", "language")))
    statement = sa.select(
        version.c.id, text.c.headline, text.c.description, text.c.body, text.c.date_published, text.c.language
    ).join(text, text.c.id == version.c.text_id)
    filled = (
        sa.update(version)
        .where(version.c.id == sa.bindparam("of"))
        .values({name: sa.bindparam(f"its_{name}") for name in ("published", "language", "words")})
    )
    for rows in _groups(statement, version.c.id):
        values = [
            {
                "of": row.id,
                "its_published": _published(row.date_published),
                "its_language": row.language,
                "its_words": _words(f"{row.headline}\n{row.description}\n{row.body}"),
            }
            for row in rows
        ]
        op.get_bind().execute(filled, values)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _named(document: str) -> tuple[set[str], set[bytes]]:
    page = json.loads(document)
    hosts = {host for address in page.get("links", ()) if (host := _host(address))}
    return hosts, {hashlib.sha256(address.encode()).digest()[:8] for address, _ in page.get("images", ())}


_UPSERT = (
    "INSERT INTO {table} (article_id, {column}, first_seen) VALUES (:article, :named, :at) "
    "ON CONFLICT (article_id, {column}) DO UPDATE SET first_seen = excluded.first_seen "
    "WHERE excluded.first_seen < {table}.first_seen"
)


def _fill_references() -> None:
    capture = sa.table("capture", *map(sa.column, ("id", "article_id", "fetched_at", "circumstances_id")))
    page = sa.table("circumstances", *map(sa.column, ("id", "document")))
    statement = (
        sa.select(capture.c.id, capture.c.article_id, capture.c.fetched_at, page.c.document)
        .join(page, page.c.id == capture.c.circumstances_id)
        .where(capture.c.article_id.is_not(None))
    )
    link, picture = (
        sa.text(_UPSERT.format(table=table, column=column))
        for table, column in (("link", "host"), ("picture", "address"))
    )
    for rows in _groups(statement, capture.c.id):
        hosts, pictures = [], []
        for row in rows:
            linked, shown = _named(row.document)
            at = {"article": row.article_id, "at": row.fetched_at}
            hosts += [{**at, "named": host} for host in sorted(linked)]
            pictures += [{**at, "named": address} for address in sorted(shown)]
        if hosts:
            op.get_bind().execute(link, hosts)
        if pictures:
            op.get_bind().execute(picture, pictures)
