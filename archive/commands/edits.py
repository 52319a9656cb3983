"""Commands about what outlets changed: edits, campaigns, headline tests, and what vanished."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from archive import output
from archive.commands.shared import Json, moment, reading
from archive.diff.classify import Kind
from archive.query import campaigns as replaced
from archive.query import deletions as vanishing
from archive.query import passages
from archive.query.headline_tests import headline_tests, without_turns
from archive.records import LifeState

__all__ = ["campaigns", "edits", "gone", "headlines"]


def edits(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    changed_since: Annotated[
        str | None, typer.Option(help="Seen at this time or later (2026-11-23, 2026-11, 7d; UTC).")
    ] = None,
    changed_until: Annotated[str | None, typer.Option(help="Seen before this time.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only edits that are of this kind, too.")] = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only where the page states a date of change that did not move.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Also passages that only added entries to a page that grows.")
    ] = False,
    turns: Annotated[
        bool, typer.Option("--turns", help="Also each turn of a headline test, which `headlines` shows as one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the edits: which fields changed, after which look and by which look, of what kind, and who was told.

    Kinds: cosmetic (typography alone), correction (as small as a slip of the pen), numbers, names, negation (also what
    is possible, due or asked), quotation (what is quoted, who speaks), substantive (the rest, and whatever the rules
    cannot tell). An edit has every kind one of its sentences has; each says which words decided. Sentences are added,
    deleted, rewritten or moved.

    An edit is announced (a notice speaks of it), dated (the stated date of change moved), silent (it did not) or
    undatable (none is stated). New entries of live blogs and running tolls are no edits; changed old entries are. A
    headline that goes and comes back is one headline test, and not an edit at every turn.

    JSON keys: url, article, outlet, from, to, not_before, not_after, seen_at, changed, headline, published, hours_min,
    hours_max, claimed_at, declared, kinds, added, deleted, live, sentences.

    Example: palimpsest edits --outlet rt-fr --changed-since 2026-11-01 --kind numbers --silent
    """
    since, until = moment(changed_since, "--changed-since"), moment(changed_until, "--changed-until")
    with reading(context, outlet) as connection:
        seen = passages.edits(connection, outlet, since, until)
        found = (
            one
            for one in (seen if turns else without_turns(connection, seen))
            if (live or not one.live)
            and (kind is None or kind in one.kinds)
            and (not silent or one.declared is passages.Declared.SILENT)
        )
        if as_json:
            for edit in found:
                output.json_line(_edit(edit))
            return
        headings = ("article", "after", "by", "changed", "kinds", "declared", "headline")
        output.rows(headings, map(_edit_row, found))


def _edit(edit: passages.Edit) -> dict[str, Any]:
    row = asdict(edit)
    named = {"old": "from", "new": "to"}
    return {named.get(key, key): value for key, value in row.items()}


def _edit_row(one: passages.Edit) -> tuple[Any, ...]:
    kinds = " ".join(one.kinds) or "live"
    return one.article, one.not_before, one.not_after, " ".join(one.changed), kinds, one.declared, one.headline


def campaigns(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    changed_since: Annotated[str | None, typer.Option(help="Only edits seen at this time or later.")] = None,
    changed_until: Annotated[str | None, typer.Option(help="Only edits seen before this time.")] = None,
    at_least: Annotated[int, typer.Option(min=2, help="In at least so many articles.")] = 3,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Within so many days.")] = 7,
    as_json: Json = False,
) -> None:
    """List the campaigns: the same words replaced by the same others in several articles within days.

    Whole sentences that came or went count, too; typography, slips of the pen and mere figures do not.

    JSON keys: replaced, by, kinds, articles, outlets, first_seen, last_seen, edits.

    Example: palimpsest campaigns --outlet rt-fr --days 3
    """
    since, until = moment(changed_since, "--changed-since"), moment(changed_until, "--changed-until")
    with reading(context, outlet) as connection:
        found = replaced.campaigns(connection, outlet, since, until, at_least, timedelta(days=days))
    for one in found:
        if as_json:
            output.json_line(asdict(one))
            continue
        span = f"{output.when(one.first_seen)} to {output.when(one.last_seen)}"
        output.said(f"{one.articles} articles of {', '.join(one.outlets)}, {span}: {' '.join(one.kinds)}")
        output.said(f"    {output.plain(f'[-{one.replaced}-] {{+{one.by}+}}')}")
        output.said(f"    {', '.join(dict.fromkeys(step.article for step in one.edits))}")
    if not found:
        output.note(f"no replacement was seen in {at_least} articles within {days} days")


def headlines(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """List the headline tests: articles whose headline went and came back, with each alternative's share of time.

    A share puts each change in the middle between two looks; share_min and share_max are what the looks prove.

    JSON keys: article, url, outlet, first_seen, last_seen, turns, alternatives.

    Example: palimpsest headlines --outlet rt-en
    """
    with reading(context, outlet) as connection:
        found = list(headline_tests(connection, outlet))
    for one in found:
        if as_json:
            output.json_line(asdict(one))
            continue
        span = f"{output.when(one.first_seen)} to {output.when(one.last_seen)}"
        output.said(f"{one.article}  {span}, {one.turns} turns")
        for other in one.alternatives:
            bounds = f"{other.share_min:.0%} to {other.share_max:.0%}"
            output.said(f"    {other.share:.0%} ({bounds}, {other.looks} looks)  {output.plain(other.headline)}")
    if not found:
        output.note("no headline went and came back")


def gone(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """List what vanished: when it was last there and by when it was not, its life span, where its text still stands.

    An outage, a redesign or a wall in which most pages of an outlet failed at once is one line, an `outlet-wide` event,
    and the articles it hit are not listed until a later look says more.

    JSON keys: article, url, outlet, life, since, evidence, version, headline, first_seen, last_seen, leads_to,
    elsewhere, articles.

    Example: palimpsest gone --outlet rt-en
    """
    with reading(context, outlet) as connection:
        wide = vanishing.events(connection, outlet)
        found = list(vanishing.vanished(connection, outlet))
    for event in wide:
        if as_json:
            output.json_line(_wide(event))
        else:
            output.said(
                f"{event.outlet}  outlet-wide  {output.when(event.first)} to {output.when(event.last)}: "
                f"{event.articles} of {event.looked} articles looked at were {event.verdict}; one event, not deletions"
            )
    for one in found:
        if as_json:
            output.json_line(asdict(one) | {"articles": 1})
        else:
            _gone(one)


def _wide(event: vanishing.Event) -> dict[str, Any]:
    """An event of an outlet under the keys of an article that vanished."""
    return {
        "article": None,
        "url": None,
        "outlet": event.outlet,
        "life": "outlet-wide",
        "since": event.first,
        "evidence": event.run,
        "version": None,
        "headline": f"{event.articles} of {event.looked} articles: {event.verdict}",
        "first_seen": event.first,
        "last_seen": event.last,
        "leads_to": None,
        "elsewhere": [],
        "articles": event.articles,
    }


def _gone(one: vanishing.Vanished) -> None:
    output.said(f"{one.article}  {one.life}  {output.plain(one.headline)}")
    lived = one.last_seen - one.first_seen
    span = f"{lived.days} days" if lived.days else f"{lived.seconds // 3600} hours"
    output.said(f"    there from {output.when(one.first_seen)}, last seen {output.when(one.last_seen)} ({span})")
    leads = f", leads to {one.leads_to}" if one.leads_to and one.life is LifeState.REDIRECTED else ""
    where = f"(capture {one.evidence}){leads}; last text {one.version}"
    output.said(f"    not seen from {output.when(one.since)} on {where}")
    if one.elsewhere:
        output.said(f"    its text also stands in {', '.join(one.elsewhere)}")
