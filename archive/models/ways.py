"""Which articles were seen in more than one way: from several vantages, or as fetched and as a browser made it."""

from __future__ import annotations

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased

from archive.models.evidence import CaptureRow
from archive.records import RENDERED

__all__ = ["SEEN_OTHERWISE"]

_OTHER = aliased(CaptureRow)
SEEN_OTHERWISE = exists().where(
    _OTHER.article_id == CaptureRow.article_id,
    or_(
        _OTHER.vantage_id != CaptureRow.vantage_id,
        _OTHER.source.in_(RENDERED) != CaptureRow.source.in_(RENDERED),
    ),
)
"""Of a capture: whether its article was seen in another way too."""
