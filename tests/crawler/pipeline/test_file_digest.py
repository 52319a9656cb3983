"""A closed WARC file is compared as a whole, too: some of its bits are none that anybody reads."""

from __future__ import annotations

from pathlib import Path

from archive.home import Home
from tests.archive.verify.test_verify import damage, flipped
from tests.crawler.pipeline.saved import GENERAL, Folder, asked


def test_a_bit_behind_the_end_of_what_is_compressed_is_found(sqlite_home: Home, tmp_path: Path) -> None:
    saved = Folder(tmp_path)
    saved.add(GENERAL, "2026-03-01T10:00:00Z", "https://vale-post.example/news/41-orchard")
    asked(sqlite_home, "ingest", "--manifest", saved.manifest(), fine=True)
    (path,) = sqlite_home.warc.glob("*.warc.gz")
    for bit in range(8):
        # The last byte before a checksum and a length.
        with flipped(path, path.stat().st_size - 9, 1 << bit):
            assert damage(sqlite_home), bit
    assert damage(sqlite_home) == []
