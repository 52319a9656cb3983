"""How much damage is noticed, and how much is seen where there is none. One table.

    python benchmarks/damage.py [--corpora FOLDER] [--part A|B] [--count 3] [--seed 0] [--own] [--lost]

Each page of the public corpora (see `corpora.py`; `--own`: of `robustness.py`, our own and real ones of described
outlets) is read as it is, and `--count` times with one character of one of its tags changed.

- pages, alarms: pages that are read, and those of them that are in doubt about their markup though nothing was changed.
- tried, refused, doubted: changed pages, and what was noticed of the change.
- changed: read with another text than the page itself, noticed or not.
- lost: those that lack more than a twentieth of the text; unnoticed: those of the lost that nothing says it of.

`--lost` shows each of the unnoticed: what was changed, and the beginning of what is missing.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import corpora_pages
from reading_pages import Case, cases

from archive import urls
from archive.records import Capture, DoubtKind, Reading, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.registry import ad_hoc, registry
from crawler.parse.page import load

sys.path.insert(0, str(Path(__file__).parents[1]))  # the damage is the tests' own

from tests.crawler.mutants import Mutant, in_tags, try_one

_MUCH = 0.05


def _corpora(folder: Path, part: str) -> Iterator[tuple[str, Case, Outlet]]:
    for page in corpora_pages.pages(folder):
        if part in {"", "AB"[page.number % 2]}:
            yield page.corpus, page.case, ad_hoc(urls.host(page.case.capture.url))


def _own() -> Iterator[tuple[str, Case, Outlet]]:
    for case in cases():
        outlet = registry().for_url(case.capture.url, case.capture.fetched_at)
        if case.gold is not None and not outlet.general:
            yield case.group, case, outlet


def _try(capture: Capture, one: Mutant, outlet: Outlet, whole: Reading, tally: Counter[str], shown: str) -> None:
    trial = try_one(capture, one, outlet, whole)
    tally["tried"] += 1
    tally["refused"] += trial.verdict is not Verdict.ARTICLE
    tally["doubted"] += bool(trial.doubts)
    tally["changed"] += bool(trial.lost)
    tally["lost"] += trial.share > _MUCH
    if trial.share > _MUCH and not trial.is_noticed:
        tally["unnoticed"] += 1
        if shown:
            around = one.body[max(0, one.places[0] - 60) : one.places[0] + 40].decode("utf-8", "replace")
            print(f"{shown}: {one.how}: {trial.share:.0%} lost, “{trial.lost[0][:40]}”\n    {' '.join(around.split())}")


def _tally(case: Case, outlet: Outlet, tally: Counter[str], options: argparse.Namespace) -> None:
    body = load(case.capture, outlet.charset).text.encode()
    capture = replace(case.capture, body=body, source=Source.OWN_HTTP, headers=())
    whole = examine(capture, outlet)[1]
    if whole is None:
        return
    tally["pages"] += 1
    tally["alarms"] += any(doubt.kind is DoubtKind.SLOPPY_MARKUP for doubt in whole.doubts)
    clean = replace(whole, doubts=())
    if whole.doubts:
        return
    for one in in_tags(body, options.count, options.seed):
        _try(capture, one, outlet, clean, tally, case.name if options.lost else "")


def main() -> None:
    """Damage the pages and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=corpora_pages.CORPORA, help="the folder of gold.jsonl")
    parser.add_argument("--part", choices=["A", "B"], default="", help="the sites of even or of odd numbers only")
    parser.add_argument("--count", type=int, default=3, help="changes for each page")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--own", action="store_true", help="the pages of described outlets instead")
    parser.add_argument("--lost", action="store_true", help="show each page that lost text unnoticed")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    tallies: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group, case, outlet in _own() if options.own else _corpora(options.corpora, options.part):
        _tally(case, outlet, tallies[group], options)
    columns = ("pages", "alarms", "tried", "refused", "doubted", "changed", "lost", "unnoticed")
    print(f"{'':32}" + "".join(f"{name:>10}" for name in columns))
    for group, tally in (*tallies.items(), ("all", sum(tallies.values(), Counter()))):
        print(f"{group:32}" + "".join(f"{tally[name]:>10}" for name in columns))


if __name__ == "__main__":
    main()
