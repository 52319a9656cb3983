"""What damaged pages come to: cut anywhere, bytes changed, charsets declared falsely. One table.

    python benchmarks/robustness.py [--count 1000] [--seed 0] [--only WORD] [--lost]

Pages are those of `reading.py`: real ones where they stand beside this repository, our own always. Each is damaged
`--count` times in each way, as though fetched by us and without a checksum; the same seed gives the same damage.

- article: damaged pages that are still read as the article; doubted: those of them that are read with a doubt.
- lost: of the others, the ones that lack a paragraph which the whole page has (give or take a few characters). `--lost`
  shows each: what was changed, and the beginning of what is missing.
- unnoticeable: of the lost, those where a byte within a tag was changed: a name of a class, say, that then is another
  name. Such a page is as proper as before.
- ms, worst: processor milliseconds per damaged page on average, and of the slowest one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from reading_pages import Case, cases

from archive.records import Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.page import load

sys.path.insert(0, str(Path(__file__).parents[1]))  # the damage is the tests' own

from tests.crawler.mutants import Kind, in_a_name, mutants, try_one


@dataclass
class Tally:
    """What came of the damaged pages of one group and one kind of damage."""

    tried: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    doubted: int = 0
    lost: int = 0
    unnoticeable: int = 0
    seconds: float = 0.0
    worst: float = 0.0

    def row(self) -> str:
        """As a line of the table."""
        other = ", ".join(
            f"{count} {verdict}" for verdict, count in self.verdicts.most_common() if verdict != "article"
        )
        return (
            f"{self.tried:>8}{self.verdicts[Verdict.ARTICLE]:>9}{self.doubted:>9}{self.lost:>7}{self.unnoticeable:>14}"
            f"{1000 * self.seconds / max(1, self.tried):>7.1f}{1000 * self.worst:>8.0f}   {other}"
        )


def _tally(case: Case, kind: Kind, tally: Tally, options: argparse.Namespace) -> None:
    outlet = registry().for_url(case.capture.url, case.capture.fetched_at)
    body = load(case.capture, outlet.charset).text.encode()
    capture = replace(case.capture, body=body, source=Source.OWN_HTTP)
    whole = examine(capture, outlet)[1]
    if whole is None:
        return
    for one in mutants(body, kind, options.count, options.seed):
        began = time.process_time()
        trial = try_one(capture, one, outlet, whole)
        took = time.process_time() - began
        tally.tried += 1
        tally.verdicts[trial.verdict] += 1
        tally.doubted += bool(trial.doubts)
        lost = bool(trial.lost) and not trial.is_noticed
        tally.lost += lost
        tally.unnoticeable += lost and in_a_name(body, one)
        tally.seconds, tally.worst = tally.seconds + took, max(tally.worst, took)
        if lost and options.lost:
            kind_of = "in a name, " if in_a_name(body, one) else ""
            print(f"{case.name}: {kind_of}{one.how[:100]}: {len(trial.lost)} lost, “{trial.lost[0][:60]}”")


def main() -> None:
    """Damage all pages and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000, help="damages of each kind for each page")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="only pages with this word in their name")
    parser.add_argument("--lost", action="store_true", help="show each damaged page that lost a paragraph unnoticed")
    options = parser.parse_args()
    tallies: dict[tuple[str, Kind], Tally] = {}
    for case in cases():
        if case.gold is not None and options.only in case.name:
            for kind in Kind:
                _tally(case, kind, tallies.setdefault((case.group, kind), Tally()), options)
    heads = f"{'tried':>8}{'article':>9}{'doubted':>9}{'lost':>7}{'unnoticeable':>14}{'ms':>7}{'worst':>8}"
    print(f"{'pages':32}{'damage':6}{heads}   other")
    for (group, kind), tally in tallies.items():
        print(f"{group:32}{kind:6}{tally.row()}")


if __name__ == "__main__":
    main()
