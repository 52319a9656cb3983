"""The pages `reading.py` reads, with what is expected of each: real ones beside this repository, and our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.records import Capture, Source
from crawler.outlets.registry import registry

__all__ = ["CONTROL", "DEFINED", "OWN", "SHARED", "UNDEFINED", "Case", "Gold", "Wanted", "cases"]

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared" / "pages"
AT = datetime(2026, 11, 23, tzinfo=UTC)

DEFINED, UNDEFINED = "state media, described outlets", "state media, not described yet"
CONTROL, OWN = "control pages of other media", "own pages"

# Pages whose address neither the manifest nor the expected values know: one of the form such pages have.
_ADDRESSES = {
    "xinhua": "http://www.news.cn/2023-11/17/c_1129981476.htm",
    "huanqiu": "https://www.huanqiu.com/article/9CaKrnKr0aB",
}
_LANGUAGES = {"pravda_ua": "ru"}  # of a site that publishes in two, where the manifest names the other
_NO_ARTICLE = {"listing": frozenset({"home", "listing"}), "feed": frozenset({"not-html"})}


@dataclass(frozen=True)
class Wanted:
    """One expected paragraph; an optional one may be in or out."""

    text: str
    optional: bool = False


@dataclass(frozen=True)
class Gold:
    """Expected values; None: not annotated. `published` is as annotated, without offset where none is certain."""

    headline: str | None
    lead: str | None
    body: tuple[Wanted, ...] | None
    authors: tuple[str, ...] | None
    published: str | None
    images: tuple[tuple[str, str], ...] | None
    furniture: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One page: how it was captured, which verdicts are right, and what it says where it is an article. `language` is
    for tools that want to be told."""

    name: str
    group: str
    language: str
    capture: Capture
    verdicts: frozenset[str]
    gold: Gold | None


def _described(capture: Capture) -> bool:
    return not registry().for_url(capture.url, capture.fetched_at).general


# --- real pages -----------------------------------------------------------------------------------------------------


def _real_gold(found: dict[str, Any]) -> Gold:
    images = found["images"]
    # A picture without words is annotated where it stands, and has no caption to be read.
    words = ((one["caption"] or "", one["credit"] or "") for one in images or ())
    pairs = None if images is None else tuple(pair for pair in words if any(pair))
    # An embed's text is no paragraph, but somebody may take it for one.
    body = tuple(Wanted(one["text"], one["optional"] or one["type"] == "embed") for one in found["body"])
    return Gold(
        headline=found["headline"],
        lead=found["description"] or "",
        body=body,
        authors=tuple(found["authors"]),
        published=found["date_published"],
        images=pairs,
        furniture=tuple(found["furniture"] or ()),
    )


def _real() -> Iterator[Case]:
    for line in (SHARED / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        gold = json.loads((SHARED / entry["gold"]).read_text(encoding="utf-8")) if entry.get("gold") else None
        url = entry["url"] or (gold or {}).get("url") or _ADDRESSES[entry["outlet"]]
        body = gzip.decompress((SHARED / entry["file"]).read_bytes())
        capture = Capture(url, AT, body, source=Source.GIVEN_PAGE)
        group = CONTROL if entry["control"] else DEFINED if _described(capture) else UNDEFINED
        verdicts = _NO_ARTICLE.get(entry["kind"], frozenset({"article"}))
        name = entry["file"].removesuffix(".html.gz")
        language = _LANGUAGES.get(entry["outlet"], entry["language"])
        yield Case(name, group, language, capture, verdicts, _real_gold(gold) if gold else None)


# --- our own --------------------------------------------------------------------------------------------------------


def _own_gold(found: dict[str, Any]) -> Gold:
    body = found.get("body")
    return Gold(
        headline=found.get("headline"),
        lead=found.get("description"),
        body=None if body is None else tuple(Wanted(text, kind == "embed") for kind, text in body),
        authors=tuple(found["authors"]) if "authors" in found else None,
        published=found.get("date_published"),
        images=tuple((caption, credit) for caption, credit in found["images"]) if "images" in found else None,
        furniture=tuple(text for _, text in found.get("removed", ())),
    )


def _own() -> Iterator[Case]:
    for path in sorted((REPOSITORY / "tests" / "outlets").glob("*/*/expected.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        plain = path.with_name("page.html")
        capture = Capture(
            url=found["url"],
            final_url=found.get("final_url", ""),
            fetched_at=datetime.fromisoformat(found["fetched_at"]),
            status=found.get("status", 200),
            headers=tuple(found.get("headers", {}).items()),
            body=plain.read_bytes()
            if plain.is_file()
            else gzip.decompress(path.with_name("page.html.gz").read_bytes()),
            source=Source.OWN_HTTP,
        )
        gold = _own_gold(found) if found["verdict"] == "article" else None
        name = f"own/{path.parent.parent.name}/{path.parent.name}"
        language = registry().for_url(capture.url, capture.fetched_at).languages[:1]
        verdicts = frozenset({found["verdict"]})
        yield Case(name, OWN, found.get("language") or "".join(language), capture, verdicts, gold)


def cases() -> list[Case]:
    """All pages; only our own where the real ones are not beside this repository."""
    return [*(_real() if SHARED.is_dir() else ()), *_own()]
