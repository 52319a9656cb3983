"""What users of an archive in a browser may do."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """What somebody may: read all; or read all, and keep watchlists and judge sheets."""

    READ = "read"
    ANNOTATE = "annotate"
