"""The commands that read and keep the archive. None of them loads Scrapy, Twisted or Playwright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from archive import citing, db, doctor, output, search, text, verify
from archive.citing import Style
from archive.errors import Damaged, UsageError
from archive.home import Home, find
from archive.kinds import Kind
from archive.questions import articles, finding, ledgers, quoting
from archive.questions import campaigns as replaced
from archive.questions import edits as passages
from archive.questions import furniture as furniture_rules
from archive.questions import vanished as vanishing
from archive.questions.headlines import headline_tests
from archive.records import LifeState
from archive.sheet import as_html, as_markdown

__all__ = ["Clock", "add_to", "home_of"]


class Form(StrEnum):
    """What a comparison is written as."""

    TEXT = "text"
    HTML = "html"
    MD = "md"


_JSON = typer.Option("--json", help="One JSON object a line instead of a table.")
Json = Annotated[bool, _JSON]
_ARTICLE = typer.Argument(help="An article's id (rt-fr:41739) or any of its addresses.")


def Clock() -> datetime:  # noqa: N802
    """The one place commands take the time from."""
    return datetime.now(UTC)


def home_of(context: typer.Context) -> Home:
    """The archive the global options, the environment and the settings file mean."""
    options: dict[str, Any] = context.find_root().obj or {}
    return find(options.get("home"), options.get("database_url"))


@contextmanager
def _reading(context: typer.Context) -> Iterator[db.Connection]:
    engine = db.open_reader(home_of(context).database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def moment(words: str | None, option: str) -> datetime | None:
    """An option's time. Raises UsageError naming the option."""
    if words is None:
        return None
    try:
        return text.parse_time(words)
    except ValueError:
        raise UsageError(
            f"{option} {words!r} is not an ISO 8601 time such as 2026-11-23 or 2026-11-23T18:00Z"
        ) from None


def history(context: typer.Context, article: Annotated[str, _ARTICLE], as_json: Json = False) -> None:
    """List an article's versions: when each was first and last seen, how often, and on what evidence.

    JSON keys: url, article, version, number, headline, first_seen, last_seen, sightings, evidence.

    Example: palimpsest history https://francais.rt.com/international/41739-a --json
    """
    with _reading(context) as connection:
        lines = articles.history(connection, articles.find(connection, article))
    if as_json:
        for line in lines:
            output.json_line(asdict(line))
        return
    headings = ("number", "version", "first seen", "last seen", "looks", "evidence", "headline")
    output.rows(
        headings,
        (
            (one.number, one.version, one.first_seen, one.last_seen, _looks(one), one.evidence, one.headline)
            for one in lines
        ),
    )


def _looks(line: articles.VersionLine) -> str:
    return "+".join(str(span.times) for span in line.sightings)


def edits(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    changed_since: Annotated[
        str | None, typer.Option(help="Seen at this time or later (ISO 8601, default UTC).")
    ] = None,
    changed_until: Annotated[str | None, typer.Option(help="Seen before this time.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only edits that are of this kind, too.")] = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only where the page states a date of change that did not move.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Also passages that only added entries to a page that grows.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the edits: which fields changed, after which look and by which look, of what kind, and who was told.

    Kinds: cosmetic (typography alone), correction (as small as a slip of the pen), numbers, names, negation (also what
    is possible, due or asked), quotation (what is quoted, who speaks), substantive (the rest, and whatever the rules
    cannot tell). An edit has every kind one of its sentences has; each says which words decided. Sentences are added,
    deleted, rewritten or moved.

    An edit is announced (a notice speaks of it), dated (the stated date of change moved), silent (it did not) or
    undatable (none is stated). New entries of live blogs and running tolls are no edits; changed old entries are.

    JSON keys: url, article, outlet, from, to, not_before, not_after, seen_at, changed, headline, published, hours_min,
    hours_max, claimed_at, declared, kinds, added, deleted, live, sentences.

    Example: palimpsest edits --outlet rt-fr --changed-since 2026-11-01 --kind numbers --silent
    """
    since, until = moment(changed_since, "--changed-since"), moment(changed_until, "--changed-until")
    with _reading(context) as connection:
        found = (
            one
            for one in passages.edits(connection, outlet, since, until)
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
    with _reading(context) as connection:
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
    with _reading(context) as connection:
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


def diff(
    context: typer.Context,
    article: Annotated[str, _ARTICLE],
    old: Annotated[int | None, typer.Argument(metavar="N", help="Number of the older version.")] = None,
    new: Annotated[int | None, typer.Argument(metavar="M", help="Number of the newer version.")] = None,
    form: Annotated[Form, typer.Option("--format", help="For a terminal, or a page to hand on.")] = Form.TEXT,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions (the last two): paragraphs aligned, words marked, in any script.

    `--format html` writes one page that needs nothing else, with numbered paragraphs, the interval in which it was
    changed, ids and digests; `md` the same as Markdown.

    JSON keys: article, from, to, field, change, before, after, pieces.

    Example: palimpsest diff rt-fr:41739 1 2 --format html > edit.html
    """
    if form is not Form.TEXT:
        with _reading(context) as connection:
            page = quoting.sheet(connection, articles.find(connection, article), old, new)
        output.written(as_html(page) if form is Form.HTML else as_markdown(page))
        return
    with _reading(context) as connection:
        found = passages.between(connection, articles.find(connection, article), old, new)
    if as_json:
        for one in found.paragraphs:
            pieces = [{"mark": piece.mark, "text": piece.text} for piece in one.pieces]
            named = {"article": found.article, "from": found.old, "to": found.new}
            places = {"field": one.field, "change": one.change, "before": one.before, "after": one.after}
            output.json_line(named | places | {"pieces": pieces})
        return
    output.said(f"{found.old}  ->  {found.new}\nchanged: {', '.join(found.changed) or 'nothing'}")
    output.paragraphs(found.paragraphs)


def cite(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="A version (id@12 hex), or an article: its newest version.")],
    style: Annotated[Style, typer.Option(help="How it is written.")] = Style.TEXT,
    as_json: Json = False,
) -> None:
    """Cite a version: who, what, where, when it was seen, and the digest of its bytes.

    JSON keys: version, headline, authors, outlet, published, url, language, first_seen, last_seen, capture,
    payload_digest.

    Example: palimpsest cite rt-fr:41739@0f3a9c2b7d1e --style bibtex
    """
    with _reading(context) as connection:
        found = quoting.citation(connection, articles.find(connection, version))
    if as_json:
        output.json_line(asdict(found))
    else:
        output.written(citing.cite(found, style))


def quote(
    context: typer.Context,
    sentence: Annotated[str, typer.Argument(help="A sentence or a part of one, as it was published.")],
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """Find the versions in which a sentence stands word for word, and from when to when, the earliest first.

    Case, signs and accents must agree; white space is folded.

    JSON keys: article, url, outlet, version, number, field, paragraph, headline, first_seen, last_seen.

    Example: palimpsest quote "Repairs cost 12 million"
    """
    with _reading(context) as connection:
        found = list(quoting.quoted(connection, sentence, outlet))
    for one in found:
        if as_json:
            output.json_line(asdict(one))
        else:
            output.said(f"{one.version}  {output.when(one.first_seen)} to {output.when(one.last_seen)}  {one.field}")
            output.said(f"    {output.plain(text.clip(one.paragraph or one.headline, 300))}")
    if not found:
        output.note("no version the archive holds has this, word for word; `palimpsest search` is less strict")


def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="An article (id or address), or a version (id@12 hex).")],
    as_json: Json = False,
) -> None:
    """Show a version: what it says, what was removed from its page, by which rules it was read, where its bytes are.

    JSON keys: article, url, version, number, life, headline, description, body, authors, date_published,
    date_published_raw, images, read_also, in_language, circumstances, furniture, revision, capture, source, fetched_at,
    warc_file, warc_offset, warc_length, payload_digest, hops.

    Example: palimpsest show rt-fr:41739@0f3a9c2b7d1e
    """
    with _reading(context) as connection:
        found = articles.show(connection, articles.find(connection, article))
    if as_json:
        output.json_line(articles.as_object(found))
        return
    _show(found)


def _show(found: articles.Shown) -> None:
    row = articles.as_object(found)
    output.said(f"{row['headline']}\n")
    for label, value in (
        ("version", f"{found.version} (number {found.number or 'none: held'})"),
        ("address", found.url),
        ("life", found.life),
        ("published", row["date_published"] or row["date_published_raw"] or "not stated"),
        ("by", ", ".join(row["authors"]) or "no by-line"),
    ):
        output.said(f"{label:10}{value}")
    output.said(f"\n{row['description']}\n" if row["description"] else "")
    for block in row["body"]:
        output.said(f"{block['text']}\n" if block["type"] == "p" else f"[{block['type']}] {block['text']}\n")
    for image in row["images"]:
        output.said(f"[image] {image['caption']} {image['credit']}")
    for title in row["read_also"]:
        output.said(f"[read also] {title}")
    for piece in row["furniture"]:
        output.said(f"[removed by {piece['rule']}] {text.clip(piece['text'], 100)}")
    output.said(
        f"\nread by {found.revision} from capture {found.capture} ({found.source}, {output.when(found.fetched_at)})\n"
        f"bytes: warc/{found.warc_file} at {found.warc_offset}, {found.warc_length} bytes, "
        f"payload sha256 {found.payload_digest}"
    )
    for hop in found.hops:
        output.said(f"on the way: warc/{hop.warc_file} at {hop.warc_offset}, {hop.warc_length} bytes, {hop.url}")


def search_(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help='Words, all of which must be there; "a phrase" in double quotes.')],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many articles.")] = 20,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """Find articles by the words of any of their versions, the newest first, one row each.

    Case and accents do not matter; words are not stemmed.

    JSON keys: article, url, outlet, version, number, headline, first_seen, last_seen, passage, found.

    Example: palimpsest search '"Sergueï Kislyak"' sanctions
    """
    query = search.parse(" ".join(words))
    with _reading(context) as connection:
        found = list(finding.find(connection, query, limit, outlet))
    if as_json:
        for hit in found:
            output.json_line(asdict(hit))
    elif found:
        for hit in found:
            output.said(f"{hit.article}  {output.when(hit.first_seen)}  {hit.headline}\n    {hit.passage}")
    else:
        output.note(f"no version holds {query.shown()}")


def status(context: typer.Context, as_json: Json = False) -> None:
    """Show the ledgers: discoveries, captures and articles of each outlet, and whether they add up.

    JSON keys: outlet, ledger, total, states, adds_up.

    Example: palimpsest status
    """
    with _reading(context) as connection:
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
    with _reading(context) as connection:
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


def verify_(context: typer.Context, as_json: Json = False) -> None:
    """Check everything: bytes against digests, rows against bytes, the stored timeline against the fold, the seals.

    Ends with 10 where there is damage. Orphans and torn tails are listed too: a killed run leaves them, they are no
    damage, and `palimpsest ingest` can take them in.

    JSON keys: kind, where, what, damage.

    Example: palimpsest verify
    """
    home = home_of(context)
    damaged = 0
    with _reading(context) as connection, output.progress("checking") as told:
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
    with _reading(context) as connection:
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
) -> None:
    """Bring the archive's tables to this program's version; says what it will do, and copies an SQLite file first.

    Example: palimpsest upgrade --yes
    """
    home = home_of(context)
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        with db.explained(), engine.connect() as connection:
            found = db.revision(connection)
        if found == db.head():
            output.note(f"the archive is up to date (schema {found})")
            return
        output.note(f"the archive has schema {found or 'none'}, the program {db.head()}: it will be migrated")
        if found and not yes and not typer.confirm("Go on?", err=True):
            raise UsageError("nothing was changed; give --yes to go on without asking")
        copy = db.backup(home.database_url, Clock()) if found else None
        db.migrate(engine)
        output.note(f"done; the archive as it was is in {copy}" if copy else "done")
    finally:
        engine.dispose()


def doctor_(context: typer.Context, as_json: Json = False) -> None:
    """Say what is here, what is missing, and what to type. Ends with 1 where something needed is missing.

    JSON keys: what, found, fine, advice, needed.

    Example: palimpsest doctor
    """
    found = doctor.examine(home_of(context))
    for line in found:
        if as_json:
            output.json_line(asdict(line))
        else:
            advice = f"  ->  {line.advice}" if line.advice else ""
            output.said(f"{'ok' if line.fine else '--'}  {line.what:18} {line.found}{advice}")
    if not all(line.fine for line in found if line.needed):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    named: dict[str, Callable[..., None]] = {
        "history": history,
        "edits": edits,
        "campaigns": campaigns,
        "headlines": headlines,
        "diff": diff,
        "cite": cite,
        "quote": quote,
        "show": show,
        "search": search_,
        "status": status,
        "gone": gone,
        "furniture": furniture,
        "verify": verify_,
        "upgrade": upgrade,
        "doctor": doctor_,
    }
    for name, command in named.items():
        app.command(name)(command)
