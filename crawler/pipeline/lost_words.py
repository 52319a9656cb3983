"""Looks that had come before an older one did: whether their pages still show its words is told from their bytes, so
that the order in which looks arrive does not matter."""

from __future__ import annotations

from dataclasses import replace

from archive import db
from archive.errors import Damaged
from archive.store.likeness import Untold, untold
from crawler.outlets.revisions import GENERAL_READERS
from crawler.pipeline.executor import Read, Result
from crawler.pipeline.run import OpenRun
from crawler.pipeline.steps import Work, recordable
from crawler.pipeline.stored import Bytes

__all__ = ["tell"]


def tell(begun: OpenRun, read: Read) -> None:
    """Let each such look of the articles of a run say which words it lost. One whose bytes are not there, or that reads
    otherwise today, stays as it is."""
    with db.reading(begun.store.engine) as connection:
        looks = untold(connection, begun.run.id)
    for one in looks:
        if (work := _read(begun, one, read)) is not None:
            begun.store.readmit(begun.run, one.uid, recordable(work), one.version)


def _read(begun: OpenRun, one: Untold, read: Read) -> Work | None:
    """The look as it was read; None where it cannot be read so."""
    try:
        capture = Bytes(begun.home.warc, begun.lookups).capture(one.place, one.uid)
    except Damaged:
        return None
    capture = replace(capture, url=one.url, final_url=one.final_url, fetched_at=one.fetched_at)
    outlet = begun.outlets.named(one.outlet, capture.landed, one.fetched_at)
    # By whichever reader its article is read.
    results = (read(capture, outlet, reader) for reader in ("", *sorted(GENERAL_READERS)))
    found = next((result for result in results if _says(result) == one.fingerprint), None)
    if found is None:
        return None
    of = replace(outlet, name=one.outlet)
    return Work(
        capture, of, one.place, judgement=found.judgement, reading=found.reading, content=found.content, key=one.key
    )


def _says(result: Result) -> bytes:
    return result.content.fingerprint if result.content else b""
