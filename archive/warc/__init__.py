"""WARC files: ours written (`write`), read back and checked (`read`), and anybody's scanned (`scan`)."""

from __future__ import annotations

from archive.warc.answers import agrees, in_hex
from archive.warc.format import LARGEST_BODY, Trouble
from archive.warc.read import (
    HOLDS_CAPTURE,
    Checked,
    StoredRecord,
    asked_behind,
    capture_from,
    check_file,
    copy_at,
    read_at,
    records,
)
from archive.warc.scan import Foreign, RecordType, scan
from archive.warc.tombstone import expunge
from archive.warc.within import Within
from archive.warc.write import Original, Writer, WrittenFile, warcinfo

__all__ = [
    "HOLDS_CAPTURE",
    "LARGEST_BODY",
    "Checked",
    "Foreign",
    "Original",
    "RecordType",
    "StoredRecord",
    "Trouble",
    "Within",
    "Writer",
    "WrittenFile",
    "agrees",
    "asked_behind",
    "capture_from",
    "check_file",
    "copy_at",
    "expunge",
    "in_hex",
    "read_at",
    "records",
    "scan",
    "warcinfo",
]
