"""Commands that keep an archive: its ledgers, its soundness, the furniture rules at work, its tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from archive import clock, db, output, text, verify
from archive.commands.shared import Json, home_of, reading
from archive.errors import Damaged, UsageError
from archive.home import Home
from archive.query import boilerplate as furniture_rules
from archive.query import ledgers, quarantine
from archive.store.derived import NUMBERED, anew

__all__ = ["furniture", "held", "status", "upgrade", "verify_"]


def status(context: typer.Context, as_json: Json = False) -> None:
    """Show the ledgers: discoveries, captures and articles of each outlet, and whether they add up.

    JSON keys: outlet, ledger, total, states, adds_up.

    Example: palimpsest status
    """
    with reading(context) as connection:
        found = ledgers.status(connection)
    if as_json:
        for ledger in found:
            output.json_line(asdict(ledger) | {"adds_up": ledger.adds_up})
        return
    headings = ("outlet", "ledger", "total", "states", "")
    output.rows(
        headings,
        (
            (one.outlet, one.ledger, one.total, _states(one.states), "adds up" if one.adds_up else "DOES NOT ADD UP")
            for one in found
        ),
    )


def _states(states: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items(), key=lambda pair: -pair[1]))


def verify_(context: typer.Context, as_json: Json = False) -> None:
    """Check everything: bytes against digests, rows against bytes, what is derived against its evidence, the seals.

    Ends with 10 where there is damage. What is derived (timelines, the columns and tables that spare questions the
    texts, the search index) is derived again and compared; of the index in SQLite, the number of words in each field.
    Orphans and torn tails are listed too: a killed run leaves them, they are no damage, and `palimpsest ingest` can
    take them in.

    JSON keys: kind, where, what, damage.

    Example: palimpsest verify
    """
    home = home_of(context)
    damaged = 0
    with reading(context) as connection, output.progress("checking") as told:
        for finding_ in verify.check(connection, home.warc, told):
            damaged += finding_.damage
            if as_json:
                output.json_line(asdict(finding_))
            else:
                output.said(
                    f"{'DAMAGE' if finding_.damage else 'note'}  {finding_.kind}  {finding_.where}: {finding_.what}"
                )
    if damaged:
        raise Damaged(f"{damaged} damaged; restore what is named above from a copy")
    output.note("clean: every digest, row, timeline and seal holds")


def held(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """List the looks that are held: they read like the article, but history says wait. The newest first.

    Why: shrunken (under 30 % of the text that stands: until a look half an hour later agrees), foreign-body (two other
    articles of the outlet showed the body before: until a look a day later agrees), given-text (no page shows it).

    JSON keys: article, url, outlet, version, headline, capture, seen_at, why, others.

    Example: palimpsest held --outlet rt-fr
    """
    with reading(context) as connection:
        found = list(quarantine.held(connection, outlet))
    if as_json:
        for one in found:
            output.json_line(asdict(one))
        return
    headings = ("version", "seen", "why", "others", "headline")
    output.rows(headings, ((one.version, one.seen_at, one.why, " ".join(one.others), one.headline) for one in found))


def furniture(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only what was taken from this outlet.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    suspicious: Annotated[bool, typer.Option("--suspicious", help="Only rules that deserve a second look.")] = False,
    samples: Annotated[int, typer.Option(help="Texts shown of each rule.")] = 3,
    as_json: Json = False,
) -> None:
    """List the furniture rules at work: how much each took out of pages, from when to when, and samples of it.

    A rule is suspicious that took a sentence only one article had, or that took nothing for weeks while pages came.

    JSON keys: rule, kind, outlets, pages, articles, texts, first_seen, last_seen, samples, suspicions.

    Example: palimpsest furniture --outlet rt-fr --suspicious
    """
    with reading(context, outlet) as connection:
        found = furniture_rules.rules(connection, outlet, rule, max(0, samples))
    for one in found:
        if suspicious and not one.suspicions:
            continue
        if as_json:
            output.json_line(asdict(one))
        else:
            _rule(one)


def _rule(one: furniture_rules.RuleAtWork) -> None:
    span = f"{output.when(one.first_seen)} to {output.when(one.last_seen)}"
    output.said(f"{one.rule} ({one.kind}): {one.pages} pages of {', '.join(one.outlets)}, {span}")
    for words in one.suspicions:
        output.said(f"  ! {words}")
    for sample in one.samples:
        output.said(f"    {output.plain(text.clip(sample, 110))}")


def upgrade(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    words: Annotated[bool, typer.Option("--words", help="Make the search index anew, whatever it is by.")] = False,
) -> None:
    """Bring the archive's tables to this program's version; says what it will do, and copies an SQLite file first.

    Where words are found by other rules than before, makes the search index anew from the stored texts; with --words
    in any case: what to do where `verify` says that a version is not found by the words of its text.

    Example: palimpsest upgrade --yes
    """
    home = home_of(context)
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        _migrated(engine, home, yes=yes)
        for one in NUMBERED:
            if (words and one.name == "words") or not anew.is_current(engine, one):
                output.note(f"{one.about} is made anew; if it is interrupted, the next `upgrade` goes on")
                with output.progress(f"making {one.name}") as told:
                    made = anew.make_anew(engine, one, told)
                output.note(f"done: {made} versions")
    finally:
        engine.dispose()


def _migrated(engine: db.Engine, home: Home, *, yes: bool) -> None:
    found = db.upgradable(engine)
    if found == db.head():
        output.note(f"the archive is up to date (schema {found})")
        return
    output.note(f"the archive has schema {found or 'none'}, the program {db.head()}: it will be migrated")
    if found and not yes and not typer.confirm("Go on?", err=True):
        raise UsageError("nothing was changed; give --yes to go on without asking")
    copy = db.backup(home.database_url, clock.now()) if found else None
    db.migrate(engine)
    output.note(f"done; the archive as it was is in {copy}" if copy else "done")
