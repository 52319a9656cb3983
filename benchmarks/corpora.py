"""How well pages of sites that nobody described are read, on four public corpora, beside general extractors.

    python benchmarks/corpora.py [--corpora FOLDER] [--part A|B] [--only WORD] [--passes 1] [--folds] [--json]
                                 [--refused] [--worst N]

The corpora are read where they stand (`gold.jsonl` beside the pages); every tool gets the same pages in one run, ours
as though nobody had described any of the sites. Needs the extra `benchmark`.

- text: F1 with precision and recall. `aeb` (scrapinghub/article-extraction-benchmark) and `fundus_multi` by 4-word
  sequences as in its evaluate.py; `fundus_eval` (dobbersc/fundus-evaluation) by ROUGE-L over words, optional paragraphs
  in or out; `trafi` (adbar/trafilatura, eval) by segments that must and must not be there. Our lead counts as text.
- diff: text F1 minus that of trafilatura with tables, in points, with its deviation over 1,000 paired resamples of
  whole sites.
- para: mean F1 of whole paragraphs. title, day, author: exact, where annotated; a page refused is wrong.
- refused: article pages that are called none; ms: processor time a page, x: speed relative to trafilatura with tables.
- `--part A` takes the sites whose host has an even CRC-32, B the others; `--folds` prints the text F1 of ours on five
  parts of the sites, none of which shares a site with another.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpora_pages import CORPORA, Page, Score, f1, pages, score, text_f1
from reading_tools import TOOLS, Answer, Tool

REFERENCE = "trafilatura, tables"
_RESAMPLES = 1_000
_FOLDS = 5


# --- the table ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One tool on one corpus; shares are of 1, `title` and the like are (right, of)."""

    corpus: str
    tool: str
    pages: int
    text: float
    precision: float
    recall: float
    diff: float | None
    deviation: float | None
    para: float | None
    title: tuple[int, int]
    day: tuple[int, int]
    author: tuple[int, int]
    refused: int
    ms: float
    ratio: float


def _resampled(corpus: str, own: list[Score], other: list[Score]) -> tuple[float, float]:
    """(difference of text F1 in points, its deviation), over resamples of whole sites."""
    sites: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(own):
        sites[one.page.site].append(at)
    groups, chosen = list(sites.values()), random.Random(1)  # the same resamples at every run
    found = []
    for _ in range(_RESAMPLES):
        numbers = [at for group in chosen.choices(groups, k=len(groups)) for at in group]
        found.append(_gain(corpus, own, other, numbers))
    return 100 * _gain(corpus, own, other, range(len(own))), 100 * statistics.stdev(found)


def _gain(corpus: str, own: list[Score], other: list[Score], numbers: Iterable[int]) -> float:
    chosen = list(numbers)
    return text_f1(corpus, [own[at].counts for at in chosen]) - text_f1(corpus, [other[at].counts for at in chosen])


def _share(values: Iterable[bool | None]) -> tuple[int, int]:
    known = [value for value in values if value is not None]
    return sum(known), len(known)


def _row(corpus: str, tool: str, scores: list[Score], reference: list[Score]) -> Row:
    paras = [one.para for one in scores if one.para is not None]
    spent = sum(one.seconds for one in scores)
    diff, deviation = _resampled(corpus, scores, reference) if tool != REFERENCE and reference else (None, None)
    _, precision, recall = f1([one.counts for one in scores])
    return Row(
        corpus=corpus,
        tool=tool,
        pages=len(scores),
        text=text_f1(corpus, [one.counts for one in scores]),
        precision=precision,
        recall=recall,
        diff=diff,
        deviation=deviation,
        para=statistics.mean(paras) if paras else None,
        title=_share(one.title for one in scores),
        day=_share(one.day for one in scores),
        author=_share(one.author for one in scores),
        refused=sum(bool(one.refused) for one in scores),
        ms=1e3 * spent / len(scores),
        ratio=sum(one.seconds for one in reference) / spent if spent and reference else 0.0,
    )


def _seconds(tool: Tool, given: object) -> tuple[float, Any]:
    begun = time.process_time()
    found = tool.work(given)
    return time.process_time() - begun, found


def _read(tool: Tool, page: Page, passes: int) -> Score:
    given = tool.prepare(page.case)
    try:
        tries = [_seconds(tool, given) for _ in range(passes)]
        answer = tool.answer(tries[0][1])
    except Exception:  # noqa: BLE001 - a tool that fails has found nothing
        tries, answer = [(0.0, None)], Answer(headline="", authors=(), has_date=True)
    return replace(score(page, answer), seconds=min(seconds for seconds, _ in tries))


def measure(found: list[Page], tools: list[Tool], passes: int) -> dict[tuple[str, str], list[Score]]:
    """The scores by corpus and tool; the tools take turns, so that a slow minute is slow for all."""
    scores: dict[tuple[str, str], list[Score]] = defaultdict(list)
    for at, page in enumerate(found):
        for tool in tools:
            if at % 50 == 0:
                tool.reset()
                gc.collect()
                gc.freeze()  # what the others have loaded is not to be gone through in this tool's time
            scores[page.corpus, tool.name].append(_read(tool, page, passes))
    return scores


def _table(scores: dict[tuple[str, str], list[Score]]) -> Iterator[Row]:
    for (corpus, tool), found in scores.items():
        yield _row(corpus, tool, found, scores.get((corpus, REFERENCE), []))


_COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("text", lambda row: f"{100 * row.text:.1f}"),
    ("P", lambda row: f"{100 * row.precision:.1f}"),
    ("R", lambda row: f"{100 * row.recall:.1f}"),
    ("diff", lambda row: "-" if row.diff is None else f"{row.diff:+.1f}±{row.deviation:.1f}"),
    ("para", lambda row: "-" if row.para is None else f"{100 * row.para:.1f}"),
    ("title", lambda row: _of(row.title)),
    ("day", lambda row: _of(row.day)),
    ("author", lambda row: _of(row.author)),
    ("refused", lambda row: str(row.refused)),
    ("ms", lambda row: f"{row.ms:.1f}"),
    ("x", lambda row: f"{row.ratio:.1f}"),
)


def _of(pair: tuple[int, int]) -> str:
    return f"{pair[0] / pair[1]:.3f}" if pair[1] else "-"


def _show(rows: Iterable[Row]) -> None:
    corpus = ""
    for row in rows:
        if row.corpus != corpus:
            corpus = row.corpus
            print(f"\n{corpus}: {row.pages} pages\n{'':24}" + "".join(f"{name:>10}" for name, _ in _COLUMNS))
        print(f"{row.tool:24}" + "".join(f"{cell(row):>10}" for _, cell in _COLUMNS), flush=True)


def _show_folds(scores: dict[tuple[str, str], list[Score]]) -> None:
    print("\ntext F1 on five parts of the sites")
    for (corpus, tool), found in scores.items():
        parts = [[one for one in found if one.page.number % _FOLDS == fold] for fold in range(_FOLDS)]
        values = [text_f1(corpus, [one.counts for one in part]) for part in parts if part]
        print(f"{corpus:14}{tool:24}" + "".join(f"{100 * value:8.1f}" for value in values))


def _show_pages(scores: dict[tuple[str, str], list[Score]], *, refused: bool, worst: int) -> None:
    own = [one for (_, tool), found in scores.items() if tool == "palimpsest generic" for one in found]
    for one in own if refused else ():
        if one.refused:
            print(f"refused {one.refused:14} {one.page.case.name}  {one.page.case.capture.url}")
    for one in sorted(own, key=lambda one: f1([one.counts])[0])[:worst]:
        print(f"{f1([one.counts])[0]:.3f} {one.refused:12} {one.page.case.name}  {one.page.case.capture.url}")


def report(found: list[Page], *, only: str, passes: int, as_json: bool) -> dict[tuple[str, str], list[Score]]:
    """Print the table of these pages; the scores it is made of."""
    logging.disable(logging.CRITICAL)
    tools = [tool for tool in TOOLS if tool.name != "palimpsest" and only in tool.name]
    scores = measure(sorted(found, key=lambda page: page.corpus), tools, passes)
    if as_json:
        for row in _table(scores):
            print(json.dumps(asdict(row)), flush=True)
    else:
        _show(_table(scores))
    return scores


def main() -> None:
    """Print the table of one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="the folder of gold.jsonl")
    parser.add_argument("--part", choices=["A", "B"], help="the sites of even or of odd numbers only")
    parser.add_argument("--only", default="", help="tools whose name holds this word")
    parser.add_argument("--passes", type=int, default=1, help="times each page is read; the fastest counts")
    parser.add_argument("--folds", action="store_true", help="also on five parts of the sites")
    parser.add_argument("--refused", action="store_true", help="also the articles that are refused")
    parser.add_argument("--worst", type=int, default=0, help="also so many pages, the worst first")
    parser.add_argument("--json", action="store_true", help="one object a row")
    options = parser.parse_args()
    if not (options.corpora / "gold.jsonl").is_file():
        raise SystemExit(f"no gold.jsonl in {options.corpora}: say with --corpora where the corpora are")
    found = [page for page in pages(options.corpora) if options.part in {None, "AB"[page.number % 2]}]
    scores = report(found, only=options.only, passes=options.passes, as_json=options.json)
    if options.folds:
        _show_folds(scores)
    _show_pages(scores, refused=options.refused, worst=options.worst)


if __name__ == "__main__":
    main()
