"""What parsers promise whatever they are given: they come to an end, soon, and raise nothing but their own refusals."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from archive import text, urls, warc
from archive.errors import BadInput, UsageError
from archive.records import Capture, Source
from archive.search import language
from crawler.discover import discover
from crawler.extract.examine import Fault, examine
from crawler.fetch import robots
from crawler.outlets.find import Feed, Sitemap
from crawler.outlets.registry import registry
from crawler.parse import dates
from crawler.parse.decode import open_body
from crawler.pipeline.sources.given import Given

__all__ = ["CORPUS", "TARGETS"]

CORPUS = Path(__file__).with_name("corpus")
"""What each was given: a folder of its name, with what once broke it and what leads a fuzzer into its depths."""

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_URL = "https://www.example.org/news/1"


def _html(data: bytes) -> None:
    capture = Capture(_URL, _AT, data, 200, (("Content-Type", "text/html"),), source=Source.OWN_HTTP)
    judgement, reading = examine(capture, registry().named("generic", _URL, _AT))
    assert not isinstance(judgement, Fault), judgement.reason
    if reading is not None:
        assert text.clean(reading.headline) == reading.headline
        assert text.fingerprint(reading)


def _encodings(data: bytes) -> None:
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, br"):
        assert len(open_body(data, coding).body) <= 20_000_001


def _xml(data: bytes) -> None:
    for find in (Feed(_URL), Sitemap(_URL)):
        for one in discover(find, _URL, data, "application/xml").found:
            assert urls.normal(one.url) == one.url


def _warc(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        assert sum(1 for _ in warc.scan(Path(file.name), largest=1_000_000)) <= len(data) + 1


class _Nothing:
    """An archive that holds nothing."""

    def payload(self, _revisit: warc.Foreign) -> None:
        """Nothing."""

    def repeated(self, _revisit: warc.StoredRecord) -> None:
        """Nothing."""

    def settle(self) -> None:
        """Nothing is waited for."""


def _given(data: bytes) -> None:
    """A file of any kind that `ingest` takes: a WACZ, HAR, MHTML, packed WARC or page, told apart by what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "given")
        path.write_bytes(data)
        with suppress(BadInput, UsageError):
            for source in Given((path,)).sources(Path(folder, "own")):
                assert sum(1 for _ in source.captures(_Nothing())) <= len(data) + 10


def _robots(data: bytes) -> None:
    policy = robots.read(200, data)
    if policy is not None:
        policy.allows(_URL)
        assert policy.delay is None or isinstance(policy.delay, float)


def _date(data: bytes) -> None:
    for code in ("en", "ru", "fa", "zh", "tr"):
        found = dates.understand(data.decode("utf-8", "replace"), "fuzzed", _AT, "Europe/Moscow", language=code)
        assert found.instant is None or found.instant.year in range(1990, 2027)


def _query(data: bytes) -> None:
    with suppress(UsageError):
        asked = language.parse(data.decode("utf-8", "replace"))
        assert language.parse(asked.shown()).shown() == asked.shown()


def _address(data: bytes) -> None:
    with suppress(BadInput):
        normal = urls.normal(data.decode("utf-8", "replace"))
        assert urls.normal(normal) == normal
        assert urls.canonical(normal)
        assert normal.startswith("urn:") or "@" not in normal.partition("//")[2].partition("/")[0]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "html": _html,
    "encodings": _encodings,
    "xml": _xml,
    "warc": _warc,
    "given": _given,
    "robots": _robots,
    "dates": _date,
    "queries": _query,
    "addresses": _address,
}
