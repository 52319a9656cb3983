"""Every look at an article, as it was made: what each came to, and where its bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from archive.models import AddressRow, CaptureRow, ReasonRow, VersionRow, WarcFileRow
from archive.query.articles import Article, version_name
from archive.records import Outcome, Source, Verdict

__all__ = ["Look", "looks"]


@dataclass(frozen=True, slots=True)
class Look:
    """A look: the address that answered and when, what its page is (`verdict`, and why), what it came to in the
    article's history, the version it shows (empty: none), and where its bytes are."""

    article: str
    url: str
    fetched_at: datetime
    status: int
    verdict: Verdict
    outcome: Outcome
    reason: str
    version: str
    source: Source
    capture: str
    warc_file: str
    warc_offset: int
    warc_length: int


_LOOKS: Select[*tuple[Any, ...]] = (
    select(
        *(CaptureRow.uid, CaptureRow.fetched_at, CaptureRow.status, CaptureRow.verdict, CaptureRow.outcome),
        *(CaptureRow.source, CaptureRow.warc_offset, CaptureRow.warc_length, AddressRow.url, VersionRow.digest),
        WarcFileRow.name.label("file"),
        ReasonRow.text.label("reason"),
    )
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .order_by(CaptureRow.fetched_at, CaptureRow.uid)
)


def looks(connection: Connection, article: Article) -> Iterator[Look]:
    """The looks at an article in order of time."""
    for row in connection.execute(_LOOKS.where(CaptureRow.article_id == article.id)):
        yield Look(
            article=article.name,
            url=row.url,
            fetched_at=row.fetched_at,
            status=row.status,
            verdict=row.verdict,
            outcome=row.outcome,
            reason=row.reason or "",
            version=version_name(article.name, row.digest) if row.digest else "",
            source=row.source,
            capture=row.uid.hex(),
            warc_file=row.file,
            warc_offset=row.warc_offset,
            warc_length=row.warc_length,
        )
