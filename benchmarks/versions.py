"""How far versions and life states can be believed, in one run and one table.

    python benchmarks/versions.py [--lives 500] [--looks 50] [--seed 0] [--wrong] [--costs 1000] [--json]

- looks: the pair lists of `tests/pairs`, so many turns of circumstances and so many planted edits of each page of ours
  and each real one, and each page built anew in every way (`benchmarks/planted.py`): false versions, looks that are
  held, refused, that show the same words, missed edits, wrongly named fields, edits hidden by a layout; and what is
  annotated that no reader sees as what it is called, in which no edit is planted.

- costs: `same` and `changed` a second on both databases, and what the 1,000th look at an article costs beside the 10th
  (`benchmarks/looks.py`).

- lives: made-up sequences of looks with known truth (`benchmarks/lives.py`), so many of each class: precision and
  recall of each life state by our fold, beside the rule of EDGI's web monitoring on the same sequences. That rule knows
  two states only, so `vanished` compares both in the one thing they both say: whether the article is still there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import planted
from lives import CLASSES, Life, lives
from looks import costs

from archive.records import LifeState, Verdict
from archive.timeline import Look, fold


@dataclass(frozen=True, slots=True)
class Score:
    """How one rule did on one life state: precision and recall of 0 to 1, over so many lives of that state."""

    rule: str
    state: str
    lives: int
    precision: float
    recall: float


def by_fold(looks: Sequence[Look]) -> LifeState:
    """The life state as the archive derives it."""
    return fold(looks).life.state


_WINDOW = timedelta(days=14)
_FAILED = frozenset({Verdict.GONE, Verdict.ERROR_PAGE, Verdict.GEO_BLOCKED, Verdict.CAPTCHA, Verdict.HOME})
"""What it counts as an error: a status of 400 and more, and a redirect to the home page."""


def by_window(looks: Sequence[Look]) -> LifeState:
    """EDGI's rule: an error where errors held for more than a quarter of the last 14 days, each look holding until the
    next (edgi-govdata-archiving/web-monitoring-db, app/models/page.rb: 14 days, success threshold 0.75)."""
    end = looks[-1].at + timedelta(hours=1)
    start = end - _WINDOW
    failed = whole = timedelta()
    for look, after in zip(looks, [*(one.at for one in looks[1:]), end], strict=True):
        held = max(timedelta(), after - max(look.at, start))
        whole += held
        failed += held if look.verdict in _FAILED else timedelta()
    return LifeState.GONE if failed > 0.25 * whole else LifeState.LIVE


RULES: dict[str, Callable[[Sequence[Look]], LifeState]] = {"palimpsest": by_fold, "EDGI 14 days": by_window}


_VANISHED = frozenset({LifeState.GONE, LifeState.REDIRECTED, LifeState.EMPTIED})


def _score(rule: str, state: str, said: Sequence[tuple[bool, bool]]) -> Score:
    """`said` holds for each life whether the state was true and whether the rule said so."""
    true, named = sum(truth for truth, _ in said), sum(answer for _, answer in said)
    both = sum(truth and answer for truth, answer in said)
    return Score(rule, state, true, both / named if named else 0.0, both / true)


def scores(made: Sequence[Life]) -> Iterator[Score]:
    """Precision and recall of each rule for each state."""
    for rule, decide in RULES.items():
        said = [(one.truth, decide(one.looks)) for one in made]
        for state in LifeState:
            yield _score(rule, state.value, [(truth is state, answer is state) for truth, answer in said])
        yield _score(rule, "vanished", [(truth in _VANISHED, answer in _VANISHED) for truth, answer in said])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=500, help="sequences of each class")
    parser.add_argument("--looks", type=int, default=50, help="of each kind, of each page")
    parser.add_argument("--wrong", action="store_true", help="also every look that came out wrong")
    parser.add_argument("--costs", type=int, default=1000, help="looks at one article; 0: leave the costs out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one object a row")
    words = parser.parse_args()
    _show_lives(list(lives(words.lives, words.seed)), words)
    _show_looks(words)
    _show_costs(words)


def _show_costs(words: argparse.Namespace) -> None:
    for one in costs(words.costs) if words.costs else ():
        row = f"{one.database:12} {one.what:20} {one.value:9.0f}"
        print(json.dumps(asdict(one)) if words.json else row, flush=True)


def _show_lives(made: Sequence[Life], words: argparse.Namespace) -> None:
    if not words.json:
        print(f"{len(made)} lives of {len(CLASSES)} kinds, seed {words.seed}\n")
        print(f"{'rule':14} {'state':14} {'lives':>6} {'precision':>10} {'recall':>8}")
    for score in scores(made):
        if words.json:
            print(json.dumps(asdict(score)))
        else:
            print(f"{score.rule:14} {score.state:14} {score.lives:6} {score.precision:10.4f} {score.recall:8.4f}")


def _show_looks(words: argparse.Namespace) -> None:
    wrong: list[planted.Wrong] = []
    if not words.json:
        print(f"\n{'looks':31} {'same':>6} {'false':>6} {'held':>5} {'refused':>8} ", end="")
        print(f"{'words':>5} {'edits':>6} {'missed':>7} {'misnamed':>9} {'hidden':>7} {'unseen':>7}")
    for one in planted.scores(words.looks, words.seed, wrong):
        row = f"{one.set:31} {one.same:6} {one.false:6} {one.held:5} {one.refused:8} {one.words:5} "
        row += f"{one.edits:6} {one.missed:7} {one.misnamed:9} {one.hidden:7} {one.unseen:7}"
        print(json.dumps(asdict(one)) if words.json else row, flush=True)
    for each in wrong if words.wrong else ():
        print(json.dumps(asdict(each), ensure_ascii=False))


if __name__ == "__main__":
    main()
