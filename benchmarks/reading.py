"""How well and how fast pages are read, beside general extractors, in one run and one table.

    python benchmarks/reading.py [--passes 5] [--json] [--only WORD] [--page NAME]

Needs the extra `benchmark`. Real pages with expected values are read where they stand beside this repository
(`../shared/pages`), our own (`tests/outlets`) always. `palimpsest` reads each page with the reader of its outlet,
`palimpsest generic` as though nobody had described the outlet; the others get the decoded text, the address and the
language.

- body: pages with all paragraphs in order and nothing else; optional ones are free. A lead that is shown as an element
  of its own is free in the body of tools that have no field for it.
- para F1: mean over pages of the F1 of whole paragraphs (NFC, white space folded). No credit for halves.
- headline, lead, authors, captions: pages where the field is right. Authors whatever their case, in order.
- minute, day: pages with the right minute (where one is annotated), the right day. An hour annotated without a zone
  is right as shown, in UTC and in the outlet's zone.
- furn: annotated furniture that stands in a body. verdict: pages with a wrong verdict.
- p/s, ms: pages per processor second and milliseconds per page, of one process: median of the passes page by page,
  the first pass not counted. x: pages per second relative to `trafilatura` on the same pages in the same run.

Where the public corpora are beside this repository too, their table (`corpora.py`) follows.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

import corpora
from corpora_pages import CORPORA, pages
from reading_pages import CONTROL, DEFINED, OWN, SHARED, UNDEFINED, Case, Gold, cases
from reading_tools import TOOLS, Answer, Tool

from crawler.outlets.registry import registry

_CONTAINED = 20
"""Characters from which on a furniture text is found within a paragraph too; shorter ones are common words."""


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


# --- one page -------------------------------------------------------------------------------------------------------


@dataclass
class Score:
    """A page as one tool read it; None where a field is not annotated or the tool has none."""

    body: bool | None = None
    f1: float | None = None
    headline: bool | None = None
    lead: bool | None = None
    authors: bool | None = None
    minute: bool | None = None
    day: bool | None = None
    captions: bool | None = None
    furniture: int | None = None
    verdict: bool | None = None


def _optional(gold: Gold, answer: Answer) -> set[str]:
    free = {_fold(one.text) for one in gold.body or () if one.optional}
    return free | ({_fold(gold.lead or "")} if answer.lead is None else set())


def _paragraphs(gold: Gold, answer: Answer) -> tuple[list[str], list[str]]:
    """(wanted, found), folded, without what is free."""
    free = _optional(gold, answer)
    wanted = [_fold(one.text) for one in gold.body or () if not one.optional]
    found = filter(None, map(_fold, answer.paragraphs))
    return wanted, [text for text in found if text not in free or text in wanted]


def _f1(wanted: list[str], found: list[str]) -> float:
    right = sum((Counter(wanted) & Counter(found)).values())
    return 2 * right / (len(wanted) + len(found)) if wanted or found else 1.0


def _furniture(gold: Gold, answer: Answer) -> int:
    wanted = {_fold(one.text) for one in gold.body or ()}
    found = [text for text in map(_fold, answer.paragraphs) if text not in wanted]
    texts = [_fold(text) for text in gold.furniture]
    return sum(any(text == one or (len(text) >= _CONTAINED and text in one) for one in found) for text in texts)


def _shown(moment: datetime, zone: str) -> Iterator[datetime]:
    """The hours a moment may be shown as where no zone is stated."""
    yield moment.replace(tzinfo=None)
    if moment.tzinfo is not None:
        yield from (
            moment.astimezone(place).replace(tzinfo=None) for place in (UTC, *([ZoneInfo(zone)] if zone else []))
        )


def _dates(gold: str, found: datetime | None, zone: str) -> tuple[bool | None, bool]:
    """(the minute is right, the day is right)."""
    wanted = datetime.fromisoformat(gold)
    precise = None if len(gold) <= 10 else False
    if found is None:
        return precise, False
    if wanted.tzinfo is not None and found.tzinfo is not None:
        wanted, choices = wanted.astimezone(UTC), [found.astimezone(UTC)]
    else:
        choices = list(_shown(found, zone))
        wanted = wanted.replace(tzinfo=None)
    # A day alone is right in any zone, and so is its midnight.
    days = {each.date() for each in (*choices, found)}
    minute = any(each.replace(second=0, microsecond=0) == wanted.replace(second=0, microsecond=0) for each in choices)
    return None if precise is None else minute, bool({wanted.date(), datetime.fromisoformat(gold).date()} & days)


def _same(gold: Iterable[str], found: Iterable[str]) -> bool:
    return [_fold(one).casefold() for one in gold] == [_fold(one).casefold() for one in found]


def _pairs(images: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Captions and credits of the pictures that show either."""
    return [(_fold(caption), _fold(credit)) for caption, credit in images if caption or credit]


def score(case: Case, answer: Answer) -> Score:
    """What a tool got right on a page."""
    made = Score(verdict=None if answer.verdict is None else answer.verdict in case.verdicts)
    gold = case.gold
    if gold is None:
        return made
    if gold.body is not None:
        wanted, found = _paragraphs(gold, answer)
        made.body, made.f1, made.furniture = wanted == found, _f1(wanted, found), _furniture(gold, answer)
    if gold.headline is not None and answer.headline is not None:
        made.headline = _fold(gold.headline) == _fold(answer.headline)
    if gold.lead is not None and answer.lead is not None:
        made.lead = _fold(gold.lead) == _fold(answer.lead)
    if gold.authors is not None and answer.authors is not None:
        made.authors = _same(gold.authors, answer.authors)
    if gold.published is not None and answer.has_date:
        zone = registry().for_url(case.capture.url, case.capture.fetched_at).timezone
        made.minute, made.day = _dates(gold.published, answer.published, zone)
    if gold.images is not None and answer.images is not None:
        made.captions = _pairs(gold.images) == _pairs(answer.images)
    return made


# --- all pages ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One tool on one group of pages; counts are (right, of)."""

    group: str
    tool: str
    pages: int
    body: tuple[int, int]
    f1: float
    headline: tuple[int, int]
    lead: tuple[int, int]
    authors: tuple[int, int]
    minute: tuple[int, int]
    day: tuple[int, int]
    captions: tuple[int, int]
    furniture: int
    verdict_errors: int | None
    pages_per_second: float
    ms: float
    ratio: float


def _count(scores: list[Score], name: str) -> tuple[int, int]:
    values = [value for each in scores if (value := getattr(each, name)) is not None]
    return sum(values), len(values)


def _row(group: str, tool: str, scores: list[Score], seconds: list[float], reference: list[float]) -> Row:
    f1 = [each.f1 for each in scores if each.f1 is not None]
    right, judged = _count(scores, "verdict")
    total = sum(seconds)
    return Row(
        group=group,
        tool=tool,
        pages=len(seconds),
        body=_count(scores, "body"),
        f1=statistics.mean(f1) if f1 else 0.0,
        headline=_count(scores, "headline"),
        lead=_count(scores, "lead"),
        authors=_count(scores, "authors"),
        minute=_count(scores, "minute"),
        day=_count(scores, "day"),
        captions=_count(scores, "captions"),
        furniture=_count(scores, "furniture")[0],
        verdict_errors=judged - right if judged else None,
        pages_per_second=len(seconds) / total,
        ms=total / len(seconds) * 1e3,
        ratio=sum(reference) / total,
    )


def _seconds(tool: Tool, given: object) -> float:
    begun = time.process_time()
    tool.work(given)
    return time.process_time() - begun


def _timed(tools: list[Tool], pages: list[Case], passes: int) -> dict[tuple[str, str], float]:
    """Processor seconds by tool and page: the tools take turns, so that a slow minute is slow for all."""
    taken: dict[tuple[str, str], list[float]] = {}
    given = {(tool.name, case.name): tool.prepare(case) for tool in tools for case in pages}
    for number in range(passes + 1):
        for tool in tools:
            tool.reset()
            gc.collect()
            gc.freeze()  # what the others have loaded is not to be gone through in this tool's time
            for case in pages:
                seconds = _seconds(tool, given[tool.name, case.name])
                if number:
                    taken.setdefault((tool.name, case.name), []).append(seconds)
    return {key: statistics.median(values) for key, values in taken.items()}


def _worth_a_row(tool: Tool, group: str) -> bool:
    """Without a description both ways of ours are one."""
    return tool.name != "palimpsest" or group in {DEFINED, OWN}


def measure(pages: list[Case], passes: int) -> Iterator[Row]:
    """The rows of the table."""
    articles = [case for case in pages if case.gold is not None]
    seconds = _timed(list(TOOLS), articles, passes)
    for group in (DEFINED, UNDEFINED, CONTROL, OWN):
        # Pages that are no article count for the verdict, and nowhere else.
        within = [case for case in pages if case.group == group]
        timed = [case for case in within if case.gold is not None]
        for tool in TOOLS if timed else ():
            if _worth_a_row(tool, group):
                scores = [score(case, tool.answer(tool.work(tool.prepare(case)))) for case in within]
                own, reference = ([seconds[name, case.name] for case in timed] for name in (tool.name, "trafilatura"))
                yield _row(group, tool.name, scores, own, reference)


# --- shown ----------------------------------------------------------------------------------------------------------

_COLUMNS = "body para-F1 headline lead authors minute day captions furn verdict p/s ms x".split()


def _of(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]}" if pair[1] else "-"


def _cells(row: Row) -> list[str]:
    counts = [_of(getattr(row, name)) for name in ("headline", "lead", "authors", "minute", "day", "captions")]
    verdict = "-" if row.verdict_errors is None else str(row.verdict_errors)
    speed = [f"{row.pages_per_second:.0f}", f"{row.ms:.2f}", f"{row.ratio:.2f}"]
    return [_of(row.body), f"{100 * row.f1:.1f}", *counts, str(row.furniture), verdict, *speed]


def _show(rows: Iterable[Row]) -> None:
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            print(f"\n{group}: {row.pages} articles\n{'':24}" + "".join(f"{name:>9}" for name in _COLUMNS))
        print(f"{row.tool:24}" + "".join(f"{cell:>9}" for cell in _cells(row)), flush=True)


def _show_diff(case: Case, tool: Tool, *, brief: bool = False) -> None:
    answer = tool.answer(tool.work(tool.prepare(case)))
    made = score(case, answer)
    wrong = [each.name for each in fields(made) if getattr(made, each.name) is False]
    f1 = "" if made.f1 is None else f"F1 {made.f1:.3f}  furniture {made.furniture}"
    print(f"\n{case.name}  [{tool.name}]  {answer.verdict or ''}  {f1}  wrong: {', '.join(wrong) or 'nothing'}")
    if brief or case.gold is None:
        return
    gold = case.gold
    for name, wanted, found in (
        ("headline", gold.headline, answer.headline),
        ("lead", gold.lead, answer.lead),
        ("authors", gold.authors, answer.authors),
        ("published", gold.published, answer.published and answer.published.isoformat()),
        ("images", gold.images, answer.images),
    ):
        mark = " " if name not in wrong and not (name == "images" and made.captions is False) else "!"
        print(f"{mark} {name:10} wanted {wanted!r}\n  {'':10} found  {found!r}")
    wanted, found = _paragraphs(gold, answer)
    for step, a, b, c, d in SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if step == "equal":
            print(f"  ... {b - a} paragraphs alike")
            continue
        for text in wanted[a:b]:
            print(f"- {text}")
        for text in found[c:d]:
            print(f"+ {text}")


def main() -> None:
    """Print one table, or the difference on the pages named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=5, help="timed passes after one that warms up")
    parser.add_argument("--json", action="store_true", help="one object a row")
    parser.add_argument("--only", default="", help="tools whose name holds this word, one line a page, untimed")
    parser.add_argument("--page", default="", help="pages whose name holds this: expected against found")
    parser.add_argument("--tool", default="", help="with --page: the tool by its whole name")
    options = parser.parse_args()
    found = cases()
    if not SHARED.is_dir():
        print(f"skipped: the real pages are not beside this repository ({SHARED})")
    if options.page or options.only:
        named = [case for case in found if options.page in case.name]
        tools = [tool for tool in TOOLS if options.only in tool.name and options.tool in {"", tool.name}]
        for case in named:
            for tool in tools if options.only or options.tool else tools[:1]:
                _show_diff(case, tool, brief=not options.page)
        return
    rows = measure(found, options.passes)
    if options.json:
        for row in rows:
            print(json.dumps(asdict(row), ensure_ascii=False), flush=True)
    else:
        _show(rows)
    if CORPORA.is_dir():
        corpora.report(pages(CORPORA), only="", passes=1, as_json=options.json)


if __name__ == "__main__":
    main()
