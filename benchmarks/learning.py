"""What an outlet that nobody described teaches: edits seen that are none, and edits not seen, before and after.

    python benchmarks/learning.py [--looks 50] [--json]

Invented sites whose pages count their readers, show the day, a box and cards among the paragraphs
(`tests/crawler/learn/restless.py`), in three makes. Rules are learnt from the first five looks at 30 articles; scored
are the looks after those, at these articles and at ten that nothing was learnt from. Each article is edited once, by a
word.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

# The site is part of the tests, which are no installed package.
sys.path.insert(0, str(Path(__file__).parent.parent))

from archive import text
from crawler.extract.examine import examine
from crawler.learn.looks import look
from crawler.learn.trial import learn
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import Learnt
from crawler.outlets.registry import ad_hoc
from tests.crawler.learn.restless import Site

LEARNT_FROM, FIRST, ARTICLES = 30, 5, 40
MAKES = {
    "elements of their own": Site(articles=ARTICLES),
    "made as paragraphs are": Site(articles=ARTICLES, alike=True),
    "names made anew each look": Site(articles=ARTICLES, hashed=True),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Of one make: looks at which nothing was edited and at how many an edit was seen, edits and how many were not."""

    make: str
    learnt: str
    same: int
    false: int
    edits: int
    missed: int


def edited(site: Site, looks: int) -> Site:
    """The site with one edit of a word in each article, at a look that rules were not learnt from."""
    edits = {}
    for article in range(site.articles):
        was = site.paragraphs(article, 0)[2]
        edits[article, FIRST + 1 + article % (looks - FIRST - 1)] = was.replace("district", "county", 1)
    return replace(site, looks=looks, edits=edits)


def taught(site: Site, outlet: Outlet) -> Outlet:
    """The outlet with what the first looks teach."""
    seen = ([look(site.capture(of, n), outlet) for n in range(FIRST)] for of in range(LEARNT_FROM))
    trial = learn([[one for one in looks if one] for looks in seen], outlet)
    return replace(outlet, learnt=Learnt(1, trial.rules))


def score(make: str, learnt: str, site: Site, outlet: Outlet) -> Score:
    """Read all looks from the fifth on, and count."""
    same = false = edits = missed = 0
    for article in range(site.articles):
        readings = (examine(site.capture(article, n), outlet)[1] for n in range(FIRST, site.looks))
        prints = [text.fingerprint(reading) if reading else b"" for reading in readings]
        for n, (before, after) in enumerate(pairwise(prints), FIRST + 1):
            is_edit = (article, n) in site.edits
            edits, missed = edits + is_edit, missed + (is_edit and before == after)
            same, false = same + (not is_edit), false + (not is_edit and before != after)
    return Score(make, learnt, same, false, edits, missed)


def scores(looks: int) -> Iterator[Score]:
    """Each make, read as nobody taught, and as it taught."""
    for make, plain in MAKES.items():
        site = edited(plain, looks)
        outlet = ad_hoc(site.host)
        yield score(make, "nothing", site, outlet)
        yield score(make, "rules", site, taught(site, outlet))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=50, help="at each article")
    parser.add_argument("--json", action="store_true", help="one object a row")
    words = parser.parse_args()
    if not words.json:
        print(f"{'boxes, counters, cards':27} {'learnt':8} {'same':>6} {'false':>6} {'edits':>6} {'missed':>7}")
    for one in scores(words.looks):
        row = f"{one.make:27} {one.learnt:8} {one.same:6} {one.false:6} {one.edits:6} {one.missed:7}"
        print(json.dumps(asdict(one)) if words.json else row, flush=True)


if __name__ == "__main__":
    main()
