"""The pages of the public corpora that `corpora.py` reads, and what a tool got right on one of them."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from reading_pages import AT, SHARED, Case
from reading_tools import Answer

from archive import urls
from archive.records import Capture, Source

__all__ = ["CORPORA", "Page", "Score", "f1", "pages", "score", "text_f1"]

CORPORA = SHARED.parent / "corpora"


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


# --- the pages ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One page of a corpus with what is annotated of it."""

    corpus: str
    case: Case
    gold: dict[str, Any]

    @cached_property
    def site(self) -> str:
        return urls.registrable(urls.host(self.case.capture.url))

    @property
    def number(self) -> int:
        """Which part of the sites the page's is of: even ones are part A."""
        return zlib.crc32(self.site.encode())


def _address(gold: dict[str, Any]) -> str:
    url = gold.get("url") or ""
    return url if url.startswith("http") else "http://unknown.example/" + Path(gold["file"]).name


def _bytes(path: Path) -> bytes:
    found = path if path.is_file() else path.with_name(path.name + ".gz")
    return gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()


def pages(folder: Path) -> list[Page]:
    """All pages of the corpora, in the order of their gold."""
    found = []
    for row in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(row)
        path = folder / gold["file"]
        body = _bytes(path if path.is_file() or path.suffix == ".gz" else folder / gold["corpus"] / gold["file"])
        capture = Capture(_address(gold), AT, body, source=Source.GIVEN_PAGE)
        case = Case(gold["file"], gold["corpus"], "", capture, frozenset({"article"}), None)
        found.append(Page(gold["corpus"], case, gold))
    return found


# --- the text -------------------------------------------------------------------------------------------------------

Counts = tuple[float, float, float]
"""Right, too many, missing."""


def _text(answer: Answer) -> list[str]:
    lead = [answer.lead] if answer.lead else []
    return [text for text in map(_fold, (*lead, *answer.paragraphs)) if text]


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(zip(*(words[at:] for at in range(4)), strict=False)) or Counter([tuple(words)])


def _by_shingles(wanted: str, found: str) -> Counts:
    one, other = _shingles(wanted), _shingles(found)
    right = sum((one & other).values())
    much, missing = sum((other - one).values()), sum((one - other).values())
    total = right + much + missing or 1
    return right / total, much / total, missing / total


def _common(one: list[str], other: list[str]) -> int:
    """The length of the longest common subsequence, by one long integer (Hyyrö 2004)."""
    places: dict[str, int] = defaultdict(int)
    for at, word in enumerate(one):
        places[word] |= 1 << at
    row = mask = (1 << len(one)) - 1
    for word in other:
        here = row & places.get(word, 0)
        row = ((row + here) | (row - here)) & mask
    return len(one) - row.bit_count()


def _is_optional(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _paragraphs(gold: dict[str, Any]) -> tuple[list[str], list[str]]:
    """(all paragraphs as they are shown, those of them that may be left out)."""
    shown = [_fold(text.strip("[]") if _is_optional(text) else text) for text in gold.get("paragraphs", ())]
    return shown, [_fold(text.strip("[]")) for text in gold.get("paragraphs", ()) if _is_optional(text)]


def _by_rouge(gold: dict[str, Any], found: list[str]) -> Counts:
    shown, free = _paragraphs(gold)
    choices = (shown, [text for text in shown if text not in free or text in found])
    words = _words(" ".join(found))
    counts = []
    for choice in choices:
        wanted = _words(" ".join(choice))
        right = _common(wanted, words)
        counts.append((2 * right / (len(wanted) + len(words) or 1), right, len(words) - right, len(wanted) - right))
    _, right, much, missing = max(counts)
    return float(right), float(much), float(missing)


def _by_segments(gold: dict[str, Any], found: list[str]) -> Counts:
    text = _fold(" ".join(found))
    right = sum(_fold(one) in text for one in gold["with"])
    return right, sum(_fold(one) in text for one in gold["without"]), len(gold["with"]) - right


def _counts(page: Page, answer: Answer) -> Counts:
    found = _text(answer)
    if page.corpus == "trafi":
        return _by_segments(page.gold, found)
    if page.corpus == "fundus_eval":
        return _by_rouge(page.gold, found)
    return _by_shingles(page.gold.get("text") or "\n".join(_paragraphs(page.gold)[0]), "\n".join(found))


def f1(counts: Iterable[Counts]) -> tuple[float, float, float]:
    """(F1, precision, recall) of counts taken together."""
    right, much, missing = map(sum, zip(*counts, strict=True))
    return 2 * right / (2 * right + much + missing or 1), right / (right + much or 1), right / (right + missing or 1)


def text_f1(corpus: str, counts: list[Counts]) -> float:
    """As each corpus takes it: over all pages together, or the mean of the pages."""
    return statistics.mean(f1([one])[0] for one in counts) if corpus == "fundus_eval" else f1(counts)[0]


def _para(page: Page, answer: Answer) -> float | None:
    if "paragraphs" not in page.gold:
        return None
    shown, free = _paragraphs(page.gold)
    found = _text(answer)
    wanted = [text for text in shown if text not in free or text in found]
    right = sum((Counter(wanted) & Counter(found)).values())
    return 2 * right / (len(wanted) + len(found) or 1)


# --- what else is annotated -----------------------------------------------------------------------------------------


def _title(page: Page, answer: Answer) -> bool | None:
    wanted = page.gold.get("title")
    return None if not wanted or answer.headline is None else _fold(wanted) == _fold(answer.headline)


def _day(page: Page, answer: Answer) -> bool | None:
    wanted = page.gold.get("published") or page.gold.get("date")
    if not wanted or not answer.has_date:
        return None
    found = answer.published
    if "published" in page.gold and found is not None and found.tzinfo is not None:
        moment = datetime.fromisoformat(wanted)
        return moment.date() in {found.date(), found.astimezone(moment.tzinfo).date()}
    day = tuple(map(int, re.findall(r"\d+", wanted)[:3]))
    return found is not None and (found.year, found.month, found.day) == day


def _names(text: str) -> set[str]:
    return {_fold(name).casefold() for name in re.split(r"[;,]", text) if name.strip()}


def _author(page: Page, answer: Answer) -> bool | None:
    wanted = page.gold.get("authors") or page.gold.get("author")
    if not wanted or answer.authors is None:
        return None
    names = {_fold(name).casefold() for name in wanted} if isinstance(wanted, list) else _names(wanted)
    return names == {_fold(name).casefold() for name in answer.authors}


@dataclass(frozen=True)
class Score:
    """One page as one tool read it."""

    page: Page
    counts: Counts
    para: float | None
    title: bool | None
    day: bool | None
    author: bool | None
    refused: str
    seconds: float = 0.0


def score(page: Page, answer: Answer) -> Score:
    refused = "" if answer.verdict in {None, "article"} else str(answer.verdict)
    fields = _title(page, answer), _day(page, answer), _author(page, answer)
    return Score(page, _counts(page, answer), _para(page, answer), *fields, refused)
