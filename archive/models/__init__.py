"""The tables. Rows are lean: addresses, runs, files and words are integers, digests are bytes, furniture texts and
circumstances are stored once, an unchanged look costs one row of `capture`.

What is *evidence* (captures, hops, texts) is written once and never changed; what is *derived* (outcomes, sightings,
version numbers, life states) is folded again by `archive.store` whenever a capture arrives. Column comments say which.
The token table is not here: it is FTS5 on SQLite and `tsvector` on PostgreSQL, made by the migration, fed by the store.
"""

from __future__ import annotations

from archive.models.base import WORD_LISTS, Base, Instant, Word, WordRow, table_of
from archive.models.copies import ClusterRow, CommonKeyRow, CopyKeyRow, CopyRow, SketchRow
from archive.models.crawl import (
    AddressRow,
    AttemptRow,
    DiscoveryRow,
    DomainRow,
    LearntRow,
    LeaseRow,
    OutletRow,
    PaceRow,
)
from archive.models.derived import (
    AnalyserRow,
    ArticleAddressRow,
    ArticleRow,
    BodyRow,
    DoubtRow,
    EditKindRow,
    HeldBackRow,
    LinkRow,
    PictureRow,
    SightingRow,
    UnsettledRow,
    VersionRow,
    VersionTextRow,
)
from archive.models.evidence import (
    CaptureRow,
    CircumstancesRow,
    DecisionRow,
    FurnitureRow,
    HopRow,
    ReasonRow,
    RemovalRow,
    RemovalSetRow,
    RevisionRow,
    RuleRow,
    RunRow,
    TextRow,
    VantageRow,
    WarcFileRow,
)

__all__ = [
    "WORD_LISTS",
    "AddressRow",
    "AnalyserRow",
    "ArticleAddressRow",
    "ArticleRow",
    "AttemptRow",
    "Base",
    "BodyRow",
    "CaptureRow",
    "CircumstancesRow",
    "ClusterRow",
    "CommonKeyRow",
    "CopyKeyRow",
    "CopyRow",
    "DecisionRow",
    "DiscoveryRow",
    "DomainRow",
    "DoubtRow",
    "EditKindRow",
    "FurnitureRow",
    "HeldBackRow",
    "HopRow",
    "Instant",
    "LearntRow",
    "LeaseRow",
    "LinkRow",
    "OutletRow",
    "PaceRow",
    "PictureRow",
    "ReasonRow",
    "RemovalRow",
    "RemovalSetRow",
    "RevisionRow",
    "RuleRow",
    "RunRow",
    "SightingRow",
    "SketchRow",
    "TextRow",
    "UnsettledRow",
    "VantageRow",
    "VersionRow",
    "VersionTextRow",
    "WarcFileRow",
    "Word",
    "WordRow",
    "table_of",
]
