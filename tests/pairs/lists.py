"""The lists that pull against each other, as looks: `equal.toml` must come to `same`, `differ.toml` to `changed`."""

from __future__ import annotations

import gzip
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Required, TypedDict

import brotli

from archive.records import Capture, Verdict
from crawler.authoring import cases
from crawler.authoring.cases import Case

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["OUTLETS", "Pair", "articles", "packed", "pairs", "text_of"]

OUTLETS = Path(__file__).parent.parent / "outlets"
"""Our own saved pages."""

APART = timedelta(hours=1)
"""Between the two looks of a pair."""

_PACKED = {"": bytes, "gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two looks at one page: its list, place there and page, the reason, and the fields `changed` must name (none: the
    looks must be the same)."""

    name: str
    why: str
    before: Capture
    after: Capture
    changed: tuple[str, ...]


class _Stated(TypedDict, total=False):
    """A pair as its file states it."""

    page: Required[str]
    why: Required[str]
    after: str
    change: list[tuple[str, str]]
    charset: str
    packing: str
    header: str
    url: str
    changed: list[str]


def articles() -> Iterator[tuple[str, Case]]:
    """Our own saved pages that are articles, with their names."""
    for path in sorted(OUTLETS.glob("*/*/expected.json")):
        case = cases.load(path.parent)
        if case.verdict is Verdict.ARTICLE:
            yield f"{path.parent.parent.name}/{path.parent.name}", case


def text_of(page: bytes) -> tuple[str, str]:
    """A saved page as text, and the charset it is written in."""
    try:
        return page.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return page.decode("gb18030"), "gb18030"


def packed(capture: Capture, packing: str) -> Capture:
    """The capture with its body packed (`gzip`, `br`, `zstd`; empty: as it is)."""
    headers = (*capture.headers, ("Content-Encoding", packing)) if packing else capture.headers
    return replace(capture, headers=headers, body=_PACKED[packing](capture.body))


def _changed(before: Capture, where: str, stated: _Stated) -> Capture:
    text, charset = text_of(before.body)
    if "after" in stated:
        return replace(cases.load(OUTLETS / stated["after"]).capture, fetched_at=before.fetched_at + APART)
    for find, into in stated.get("change", []):
        assert find in text, f"{where}: the page has no {find!r}"
        text = text.replace(find, into)
    header = (("Content-Type", stated["header"]),) if "header" in stated else ()
    after = replace(
        before,
        url=stated.get("url", before.url),
        fetched_at=before.fetched_at + APART,
        headers=(*header, *before.headers),
        body=text.encode(stated.get("charset", charset)),
    )
    return packed(after, stated.get("packing", ""))


def pairs(name: str) -> Iterator[Pair]:
    """The pairs of `equal` or `differ`. Those of one page follow each other in time."""
    path = Path(__file__).with_name(f"{name}.toml")
    listed: list[_Stated] = tomllib.loads(path.read_text(encoding="utf-8"))["pair"]
    seen: Counter[str] = Counter()
    for place, stated in enumerate(listed, 1):
        page = stated["page"]
        saved = cases.load(OUTLETS / page).capture
        before = replace(saved, fetched_at=saved.fetched_at + 2 * APART * seen[page])
        seen[page] += 1
        where = f"{name} {place}, {page}"
        yield Pair(where, stated["why"], before, _changed(before, where, stated), tuple(stated.get("changed", ())))
