"""Questions of whoever keeps an archive: do its ledgers add up, what is not believed, what do the rules take?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive import clock
from archive.query import boilerplate, ledgers, quarantine
from archive.query.boilerplate import RuleAtWork
from archive.query.ledgers import Ledger
from archive.query.quarantine import Held
from archive.questions.options import OUTLETS, SEEN
from archive.questions.question import Asked, Unit, question

__all__ = ["furniture", "held", "status"]


@question(30, Unit.CAPTURE, filters=OUTLETS + SEEN, command=True)
def held(asked: Asked) -> Iterator[Held]:
    """Which looks are held, which read like the article, but history says wait? The newest first.

    Its reason is shrunken (under 30 % of the text that stands: until a look half an hour later agrees), foreign-body
    (two other articles of the outlet showed the body before: until a look a day later agrees), in-doubt (its reading
    is doubtful as no look at what stands was: until a clean look shows the same, or another half an hour later),
    given-text (no page shows it), clock-off (the clock it is dated by was wrong: until another look shows the same),
    other-vantage (seen from another place than the text that stands, where the outlet may show another).
    `--seen-since` and `--seen-until` narrow it to the time of the look."""
    return quarantine.held(asked.connection, asked.filters)


@question(32, Unit.CAPTURE, filters=OUTLETS, command=True)
def status(asked: Asked) -> Iterable[Ledger]:
    """What stands in the ledgers of each outlet: discoveries, captures and articles by state, and do they add up?

    `sources` are those of the captures that are feeds, sitemaps, listings and robots.txt. A remark says whose 304 (not
    modified) is not believed, because pages of theirs had changed behind it: they are asked for whole; beside the
    articles, how late their edits are noticed, as the plan in force says."""
    return ledgers.status(asked.connection, asked.filters, asked.as_of or clock.now())


@question(33, Unit.CAPTURE, filters=OUTLETS + SEEN, command=True)
def furniture(
    asked: Asked, rule: str | None = None, suspicious: bool = False, samples: int = 3
) -> Iterator[RuleAtWork]:
    """Which furniture rules are at work: how much did each take out of pages, from when to when, and what?

    rule: only this rule.
    suspicious: only rules that deserve a second look.
    samples: texts shown of each rule.

    A rule is suspicious that took a sentence only one article had, or that took nothing for weeks while pages came.
    `--seen-since` and `--seen-until` narrow it to pages that were fetched then."""
    for one in boilerplate.rules(asked.connection, asked.filters, rule, int(samples)):
        if one.suspicions or not suspicious:
            yield one
