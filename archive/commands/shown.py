"""How the rows of some questions are shown to people, where all their columns side by side would not do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive import output, text
from archive.questions.coverage import Found
from archive.records import LifeState
from archive.wording import counted

if TYPE_CHECKING:
    # A command loads the rows of its own question alone.
    from archive.query.articles import VersionLine
    from archive.query.boilerplate import RuleAtWork
    from archive.query.campaigns import Campaign
    from archive.query.headline_tests import HeadlineTest
    from archive.query.ledgers import Ledger
    from archive.query.passages import Edit
    from archive.query.quarantine import Held
    from archive.query.quotes import Standing
    from archive.questions.copies import Copy
    from archive.questions.deletions import Gone
    from archive.questions.mirrors import Mirror
    from archive.questions.tellings import ToldElsewhere

__all__ = ["NOTHING", "NOTHING_OF", "SHOWN", "Table", "When"]

When = Callable[[datetime | None], str]
"""A time in the zone that was asked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A row a line: what stands above the columns, and the cells of a row; `spare` as `output.rows` has it."""

    headings: Sequence[str]
    cells: Callable[[Any], Sequence[Any]]
    spare: Sequence[str] = ()


NOTHING = {
    Found.NO_HITS: "no hits: what is held of these outlets was looked through, and nothing fits",
    Found.NOT_HELD: "not held: the archive has no article of these outlets",
    Found.NOT_LOOKED: "not looked: nobody looked at these outlets in that time",
}
"""What an answer without rows means."""

NOTHING_OF = {
    "campaigns": "no hits: no replacement was seen in so many articles within so many days",
    "headlines": "no hits: no headline went and came back",
    "copies": "no copies: no body of it that fits has 100 characters, and a shorter one says too little",
    "clusters": "no clusters: no two articles are half the same; `palimpsest copies ARTICLE --why` tells of less",
    "mirrors": "no hits: no domain has that many copies of one outlet alone; `palimpsest clusters` tells of all",
    "stories": "no hits: no article in another language is likely to tell its story within three days",
    "quote": "no hits: no version the archive holds has this, word for word; `palimpsest search` is less strict",
    "history": "no version of it that fits is believed: `palimpsest held` says what is not believed yet, and why",
}
"""What it means of one question that nothing fits."""


def _edit(one: Edit) -> Sequence[Any]:
    kinds = " ".join(one.kinds) or "live"
    changed = " ".join(one.changed)
    return one.article, one.not_before, one.not_after, changed, kinds, one.declared, one.headline, one.new


def _version(one: VersionLine) -> Sequence[Any]:
    looks = "+".join(str(span.times) for span in one.sightings)
    otherwise = [f"{counted(one.otherwise, 'look')} read otherwise, same words"] if one.otherwise else []
    doubts = "; ".join([*filter(None, [" ".join(one.doubts)]), *otherwise])
    return one.number, one.version, one.first_seen, one.last_seen, looks, one.evidence, doubts, one.headline


def _held(one: Held) -> Sequence[Any]:
    return one.version, one.seen_at, one.why, "; ".join((*one.others, *one.doubts)), one.headline


def _ledger(one: Ledger) -> Sequence[Any]:
    states = sorted(one.states.items(), key=lambda pair: -pair[1])
    told = ", ".join(f"{number} {state}" for state, number in states)
    sum_of = "adds up" if one.adds_up else "DOES NOT ADD UP"
    return one.outlet, one.ledger, one.total, told, "; ".join(filter(None, (sum_of, one.remark)))


def _campaign(one: Campaign, when: When) -> None:
    span = f"{when(one.first_seen)} to {when(one.last_seen)}"
    articles = counted(one.articles, "article")
    output.said(f"{articles} of {', '.join(one.outlets)}, {span}: {' '.join(one.kinds)}")
    output.said(f"    {output.plain(f'[-{one.replaced}-] {{+{one.by}+}}')}")
    output.said(f"    {', '.join(dict.fromkeys(step.article for step in one.edits))}")


def _headline_test(one: HeadlineTest, when: When) -> None:
    output.said(f"{one.article}  {when(one.first_seen)} to {when(one.last_seen)}, {counted(one.turns, 'turn')}")
    for other in one.alternatives:
        bounds = f"{other.share_min:.0%} to {other.share_max:.0%}"
        looks = counted(other.looks, "look")
        output.said(f"    {other.share:.0%} ({bounds}, {looks})  {output.plain(other.headline)}")


def _gone(one: Gone, when: When) -> None:
    if one.article is None:
        span = f"{when(one.first_seen)} to {when(one.last_seen)}"
        output.said(f"{one.outlet}  {one.life}  {span}: {one.headline}; one event, not deletions")
        return
    output.said(f"{one.article}  {one.life}  {output.plain(one.headline)}")
    lived = one.last_seen - one.first_seen
    span = counted(lived.days, "day") if lived.days else counted(lived.seconds // 3600, "hour")
    output.said(f"    there from {when(one.first_seen)}, last seen {when(one.last_seen)} ({span})")
    leads = f", leads to {one.leads_to}" if one.leads_to and one.life == LifeState.REDIRECTED else ""
    seen = f"there again from {when(one.back)} on" if one.back else f"not seen from {when(one.since)} on"
    away = f", away since {when(one.since)}" if one.back else ""
    output.said(f"    {seen} (capture {one.evidence}){away}{leads}; last text {one.version}")
    if one.elsewhere:
        output.said(f"    its text also stands in {', '.join(one.elsewhere)}")


def _standing(one: Standing, when: When) -> None:
    output.said(f"{one.version}  {when(one.first_seen)} to {when(one.last_seen)}  {one.field}")
    output.said(f"    {output.plain(text.clip(one.paragraph or one.headline, 300))}")


def _rule(one: RuleAtWork, when: When) -> None:
    span = f"{when(one.first_seen)} to {when(one.last_seen)}"
    output.said(f"{one.rule} ({one.kind}): {counted(one.pages, 'page')} of {', '.join(one.outlets)}, {span}")
    for words in one.suspicions:
        output.said(f"  ! {words}")
    for sample in one.samples:
        output.said(f"    {output.plain(text.clip(sample, 110))}")


def _copy(one: Copy, when: When) -> None:
    share = one.kind if one.kind == "exact" else f"{one.kind}, similarity {one.similarity:.2f}, {one.holds:.0%} of it"
    output.said(f"{one.version}  first seen {when(one.first_seen)}  {share}  {output.plain(one.headline)}")
    if one.boilerplate:
        output.said(f"    boilerplate: {one.boilerplate:.0%}; so many articles have it that no pairs are told of it")
    for words in one.limits or ():
        output.said(f"    {words}")
    if one.why is None:
        return
    told = one.why
    headlines = f"headlines {told.headlines:.0%} alike"
    output.said(f"    beside {told.of}: first is {told.first}; {headlines}; names the other: {told.names}")
    if told.claims != "none":
        output.said(f"    states a date before the other was first seen: {told.claims}")
    for passage in told.passages:
        output.said(f"    {counted(passage.words, 'word')}, in the copy passage {passage.place}")
        output.said(f"      of it    {output.plain(text.clip(passage.text, 300))}")
        output.said(f"      in copy  {output.plain(text.clip(passage.copied, 300))}")


def _told(one: ToldElsewhere, when: When) -> None:
    output.said(f"{one.article}  {one.language}  {when(one.at)}  score {one.score:.2f}  {output.plain(one.headline)}")
    for piece in one.why or ():
        what = output.plain(text.clip(", ".join(piece.what), 300))
        output.said(f"    {piece.weight:+.2f}  {piece.kind}" + (f": {what}" if what else ""))


def _mirror(one: Mirror, when: When) -> None:
    output.said(f"{one.domain} repeats {one.of}: {one.copies} of {counted(one.articles, 'article')} ({one.share:.0%})")
    seen = f"first seen {when(one.first_seen)}, last {when(one.last_seen)}"
    output.said(f"    {seen}; {one.lag_hours:g} hours later in the middle")
    kinds = {"alone with it": one.alone, "under the same path": one.same_path, "naming it": one.naming}
    kinds |= {"with another headline": one.other_headline, "surely later": one.later, "surely earlier": one.earlier}
    output.said(f"    of these {', '.join(f'{count} {kind}' for kind, count in kinds.items())}")
    for each in one.examples:
        output.said(f"    {each.copy}  of {each.original}, {each.hours:g} hours")
    output.said(f"    to join them: {one.joins}" if one.joins else f"    {one.outlet} is an outlet of its own")


SHOWN: dict[str, Table | Callable[[Any, When], None]] = {
    "edits": Table(
        ("article", "after", "by", "changed", "kinds", "declared", "headline", "version"), _edit, ("version",)
    ),
    "history": Table(
        ("number", "version", "first seen", "last seen", "looks", "evidence", "in doubt", "headline"),
        _version,
        ("in doubt", "evidence", "looks"),
    ),
    "held": Table(("version", "seen", "why", "because of", "headline"), _held),
    "status": Table(("outlet", "ledger", "total", "states", ""), _ledger),
    "campaigns": _campaign,
    "headlines": _headline_test,
    "gone": _gone,
    "quote": _standing,
    "copies": _copy,
    "stories": _told,
    "furniture": _rule,
    "mirrors": _mirror,
}
"""By the name of the question."""
