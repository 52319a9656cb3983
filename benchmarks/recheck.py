"""How many edits and deletions a plan of looks finds with so many requests, beside fixed schedules and an oracle.

    python benchmarks/recheck.py [--held-back] [--worlds NAME ...] [--seeds 1 2] [--days 120] [--articles 600]

Made-up outlets. How often and when articles change is after NewsEdits (A. Spangher and others, NAACL 2022: 1.2 million
articles, 4.6 million versions; most edits within a day, a long tail); how outlets differ in that is ours. `WORLDS` has
those that the planner's constants were chosen on and those that were held back. Every policy has the same number of
requests: fixed schedules are stretched or shrunk to it. `newsdiffs`, `diffengine` and `zeroscraper` go by the schedules
of those programs, `steps` by PALIMPSEST_RECHECK as it was; `oracle` knows each article's own rate at every age and the
law of bursts, but sees no more than its looks show. An edit is caught where a look comes before the next edit. `way`:
how much of the way from the best fixed schedule to the oracle; `worst`: the class of articles (busy, usual, quiet, by
what they really do; late: older than a month) that fares worst beside the best fixed schedule. `said`: how long edits
stay unnoticed on average and of 95 in 100, by the forecasts after the first month, beside what came. Delays, in hours,
are until the next look, whether or not another edit came before it.
"""

from __future__ import annotations

import argparse
import heapq
import math
import sys
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parent.parent))

from recheck_worlds import (
    DAY,
    HELD_BACK,
    HOUR,
    TRIED_ON,
    WORLDS,
    Article,
    Next,
    World,
    articles,
    diffengine,
    fixed,
    newsdiffs,
    oracle,
    zeroscraper,
)

from archive.planning import Gap
from crawler.planner.choose import BANDS, Forecast, Past, Population, chosen, forecast, made_up, past
from crawler.planner.intervals import USUAL, steps
from crawler.planner.prior import PRIOR
from crawler.planner.rates import learnt


class Planner:
    """The planner itself: learns from its own looks each day what the requests of that day allow."""

    def __init__(self, daily: list[float], everything: list[Article]) -> None:
        self.daily, self.everything, self.gaps = daily, everything, list[Gap]()
        self.plan, self.planned = PRIOR, -DAY
        self.times, self.past, self.next = list[float](), list[Past](), dict[int, float]()
        self.stated: list[tuple[float, Forecast]] = []

    def note(self, article: Article, now: float, changed: bool, deleted: bool) -> None:
        """A look was taken; what is known before it stands in the article."""
        last = article.looks[-1]
        since = None if article.edited is None else last - article.edited
        age = last - article.born
        self.times.append(now)
        self.gaps.append(Gap(age, since, article.seen, now - last, changed, deleted, article.section))

    def __call__(self, article: Article, now: float) -> float:
        """When it is looked at next."""
        if now >= self.planned + DAY:
            self._plan(now)
        plan, age = self.plan, now - article.born
        since = None if article.edited is None else now - article.edited
        self.next[id(article)] = now + plan.wait(age, since, plan.liveliness(age, article.seen, article.section))
        return self.next[id(article)]

    def _ongoing(self, article: Article, now: float) -> Gap:
        """The gap that goes on since the last look."""
        last = article.looks[-1]
        since = None if article.edited is None else last - article.edited
        end, age = max(self.next.get(id(article), now), now), last - article.born
        share = (now - last) / (end - last)
        return Gap(age, since, article.seen, end - last, changed=False, section=article.section, share=share)

    def _plan(self, now: float) -> None:
        day = int(now / DAY)
        looks = fmean(self.daily[day : day + 7])
        known = sum(1 for one in self.everything if one.born <= now)
        if len(self.gaps) > 500:
            gaps = self.gaps[-15_000:]
            rates = learnt(PRIOR, gaps)
            ongoing = [
                self._ongoing(one, now) for one in self.everything if one.looks and one.looks[-1] < now < one.gone
            ]
            self.past = past(rates, [*gaps, *ongoing], (now - self.times[-len(gaps)]) / DAY)
        else:
            rates = PRIOR
            arrivals = len(self.everything) / len(self.daily)
            self.past = made_up(rates, Population(arrivals, (0, 0, 0, 0)), Random)
        self.plan = chosen(rates, looks, self.past, known)
        if day > 30:
            self.stated.append((now, forecast(self.plan, self.past)))
        self.planned = now + 6 * DAY * (day > 8)


# --- what comes of it -------------------------------------------------------------------------------------------------


@dataclass
class Result:
    """What a policy came to."""

    requests: int = 0
    caught: int = 0
    edits: int = 0
    delays: list[float] = field(default_factory=list)
    late: int = 0
    late_edits: int = 0
    gone: int = 0
    vanished: int = 0
    daily: list[float] = field(default_factory=list)
    by_class: dict[str, list[float]] = field(default_factory=dict)
    by_age: dict[int, list[float]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of edits that were caught."""
        return self.caught / self.edits


def played(everything: list[Article], policy: Next, days: int) -> Result:
    """Let a policy look at all articles, from their first hour on."""
    end, chance = days * DAY, Random(3)
    result = Result(daily=[0.0] * days)
    for article in everything:
        article.looks, article.seen, article.edited = [], 0, None
    queue = [(one.born + chance.random() * HOUR / 4, n) for n, one in enumerate(everything)]
    heapq.heapify(queue)
    while queue:
        now, n = heapq.heappop(queue)
        if now >= end:
            break
        article = everything[n]
        _look(article, now, policy)
        result.requests += 1
        result.daily[int(now / DAY)] += 1
        if article.gone > now:
            heapq.heappush(queue, (policy(article, now), n))
    for article in everything:
        _count(article, result, end)
    return result


def _look(article: Article, now: float, policy: Next) -> None:
    last = article.looks[-1] if article.looks else article.born
    changed = bool(article.looks) and bisect_right(article.edits, now) > bisect_right(article.edits, last)
    if article.looks and isinstance(policy, Planner):
        policy.note(article, now, changed, article.gone <= now)
    article.looks.append(now)
    if changed:
        article.seen, article.edited = article.seen + 1, now


def _count(article: Article, result: Result, end: float) -> None:
    looks = article.looks
    for at, following in pairwise((*article.edits, math.inf)):
        if not looks or at < looks[0]:
            continue
        result.edits += 1
        late = at - article.born > 30 * DAY
        result.late_edits += late
        n = bisect_right(looks, at)
        caught = n < len(looks) and looks[n] < following and looks[n] < article.gone
        result.caught += caught
        result.late += late and caught
        for kind in (_kind(article), *(["late"] if late else [])):
            result.by_class.setdefault(kind, []).append(caught)
        if n < len(looks):
            result.delays.append(looks[n] - at)
            if at > 30 * DAY:
                result.by_age.setdefault(bisect_right(BANDS, at - article.born), []).append(looks[n] - at)
    if article.gone < end and looks:
        result.vanished += 1
        result.gone += looks[-1] >= article.gone


def _kind(article: Article) -> str:
    return "busy" if article.lively > 2 else "usual" if article.lively > 0.5 else "quiet"


def _fitted(play: Callable[[float], Result], requests: int, low: float, high: float) -> Result:
    """The result at so many requests: fewer the higher the argument."""
    best = play((low * high) ** 0.5)
    for _ in range(9):
        middle = (low * high) ** 0.5
        found = play(middle)
        if abs(found.requests - requests) < abs(best.requests - requests):
            best = found
        if abs(found.requests - requests) < requests / 100:
            break
        low, high = (middle, high) if found.requests > requests else (low, middle)
    return best


FIXED = ("steps", "newsdiffs", "diffengine", "zeroscraper")


def compared(world: World, seed: int, number: int, days: int) -> tuple[dict[str, Result], Planner]:
    """All policies on one outlet, at the requests that the steps of before take."""
    everything = articles(world, seed, number, days)

    def play(policy: Next) -> Result:
        return played(everything, policy, days)

    usual, news = steps(USUAL) or (), newsdiffs()
    planner = Planner(play(fixed(usual, 1.0)).daily, everything)
    found = {"planner": play(planner)}
    wanted = found["planner"].requests
    found["oracle"] = _fitted(lambda x: play(oracle(world, x)), wanted, 0.01, 2)
    found["steps"] = _fitted(lambda x: play(fixed(usual, x)), wanted, 0.2, 5)
    found["newsdiffs"] = _fitted(lambda x: play(fixed(news, x)), wanted, 0.2, 20)
    found["diffengine"] = _fitted(lambda x: play(diffengine(x)), wanted, 0.1, 4)
    found["zeroscraper"] = play(zeroscraper(1.0))
    return found, planner


def _told(name: str, seed: int, found: dict[str, Result], planner: Planner) -> None:
    best = max(FIXED, key=lambda one: found[one].share)
    way = (found["planner"].share - found[best].share) / (found["oracle"].share - found[best].share)
    beside = {
        kind: fmean(these) - fmean(found[best].by_class[kind]) for kind, these in found["planner"].by_class.items()
    }
    worst = min(beside, key=lambda kind: beside[kind])
    print(f"{name}, seed {seed}: way {way:.2f}; best fixed {best}; worst {worst} {beside[worst]:+.3f}")
    for one, result in found.items():
        delays = sorted(result.delays)
        print(
            f"  {one:12}{result.requests:>8}{result.share:>8.3f}{result.caught / result.requests:>9.4f}"
            f"{_at(delays, 0.5):>8.2f}{_at(delays, 0.95):>8.1f}{result.late:>6}/{result.late_edits:<5}"
            f"{result.gone:>4}/{result.vanished}"
        )
    _said(found["planner"], planner)


def _at(delays: list[float], share: float) -> float:
    return delays[int(share * len(delays))] / HOUR if delays else 0.0


def _said(result: Result, planner: Planner) -> None:
    for n, age in enumerate(("first day", "first week", "first quarter")):
        came = sorted(result.by_age.get(n, []))
        said = [one.stated[n].edits for _, one in planner.stated]
        if len(came) > 20:
            mean, most = fmean(one.mean for one in said) / HOUR, fmean(one.most for one in said) / HOUR
            print(
                f"    {age}: said {mean:.2f} and {most:.1f}, came {fmean(came) / HOUR:.2f} and {_at(came, 0.95):.1f} "
                f"({len(came)} edits)"
            )


def main() -> None:
    """Play and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=list(TRIED_ON))
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--articles", type=int, default=600)
    options = parser.parse_args()
    print("  policy      requests  caught  a look  median    95 %    late   gone", flush=True)
    for name in HELD_BACK if options.held_back else options.worlds:
        for seed in options.seeds:
            found, planner = compared(WORLDS[name], seed, options.articles, options.days)
            _told(name, seed, found, planner)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
