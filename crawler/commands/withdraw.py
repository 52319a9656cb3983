"""Commands by which a person has something withheld, or expunged for good."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer

from archive import clock, output
from archive.commands.shared import Json, home_of, reading
from archive.errors import UsageError
from archive.home import Home
from archive.text import clean, fold_space
from archive.wording import counted

if TYPE_CHECKING:
    from archive import db
    from archive.store.withdrawals.plan import Going, Target
    from archive.warc import StoredRecord

__all__ = ["expunge", "withhold"]

_WHAT = typer.Argument(metavar="[ARTICLE|VERSION]", help="An article (id or address), or a version (id@12 hex).")
_BY = typer.Option("--by", help="Who decides.")
_BECAUSE = typer.Option("--because", help="Why, in words: this is shown in the place of what goes.")
_DRY_RUN = typer.Option("--dry-run", help="Only say what would go.")


def withhold(
    context: typer.Context,
    what: Annotated[str | None, _WHAT] = None,
    by: Annotated[str, _BY] = "",
    because: Annotated[str, _BECAUSE] = "",
    back: Annotated[bool, typer.Option("--back", help="Take it back: it is shown again.")] = False,
    dry_run: Annotated[bool, _DRY_RUN] = False,
    as_json: Json = False,
) -> None:
    """Withhold an article or a version: it is held, and no longer shown, found, exported, published or served.

    What would show it says that it is withheld, and why. Nothing of it is lost: `--back` shows it again. An article
    that is withheld is not looked at any more. Without any, lists what is withheld or expunged.

    JSON keys: kind, target, at, person, reason, state.

    Example: palimpsest withhold rt-fr:41739 --by Ann --because "by order of the court, 12 March 2026"
    Example: palimpsest withhold rt-fr:41739 --back --by Ann --because "the order was lifted"
    """
    if what is None:
        _finish(context)
        _list(context, as_json=as_json)
    elif back:
        _back(context, what, by, because)
    else:
        _withdraw(context, "withhold", _meant(context, what), by, because, dry_run=dry_run)


def expunge(
    context: typer.Context,
    what: Annotated[str | None, _WHAT] = None,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="All that holds this name; each of its spellings apart.")
    ] = None,
    by: Annotated[str, _BY] = "",
    because: Annotated[str, _BECAUSE] = "",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Also what else holds the same sentences: copies, feeds, lists.")
    ] = False,
    dry_run: Annotated[bool, _DRY_RUN] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Expunge an article, a version or a name for good, from the database, its index and the WARC files.

    In the place of each record stands a tombstone of the same length, so that all others stay where they are; in the
    place of words the reason. The seals hold, and `verify` names what is gone and why. A name goes with the versions
    and pages that hold it. Interrupted, the next call finishes it. What left the archive before, exports, releases,
    backups and bundles, is out of reach: what lies in the archive's folder is named. Stop whatever reads the archive.

    Example: palimpsest expunge rt-fr:41739 --dry-run
    Example: palimpsest expunge --name "Jane Doe" --name "Доу" --by Ann --because "at her request, GDPR art. 17" --yes
    """
    finished = not dry_run and _finish(context)
    if what is None and not name:
        if not finished:
            raise UsageError("what is to go? Name an article, a version, or --name NAME")
        return
    if what is not None and name:
        raise UsageError("an article or a version, or else names: one after the other")
    target = _named(name) if name else _meant(context, what or "", everywhere=everywhere)
    _withdraw(context, "expunge", target, by, because, dry_run=dry_run, yes=yes)


def _meant(context: typer.Context, what: str, *, everywhere: bool = False) -> Target:
    from archive.query import articles
    from archive.store.withdrawals.plan import Target

    with reading(context) as connection:
        found = articles.find(connection, what)
        if not found.version:
            return Target(found.name, found.id, everywhere=everywhere)
        shown = articles.show(connection, found).version
        return Target(shown, found.id, shown.partition("@")[2], everywhere=everywhere)


def _named(names: list[str]) -> Target:
    from archive.store.withdrawals.holding import plain
    from archive.store.withdrawals.plan import Target

    if short := [one for one in names if len(plain(one).strip()) < 3]:
        raise UsageError(f"--name {short[0]!r} is too short: it would take half the archive along")
    return Target("a name", names=tuple(names), everywhere=True)


def _withdraw(
    context: typer.Context, kind: str, target: Target, by: str, because: str, *, dry_run: bool, yes: bool = True
) -> None:
    from archive import db
    from archive.store.decisions import Word
    from archive.store.withdrawals import carry_out
    from archive.store.withdrawals.plan import plan

    home, because = home_of(context), fold_space(clean(because))
    if not dry_run and not (by.strip() and because.strip()):
        raise UsageError("say who decides and why: --by NAME --because WORDS")
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            going = plan(connection, home.warc if kind == "expunge" else None, target, _said_in)
            _tell(connection, home, kind, target, going)
        if dry_run or not _wanted(kind, target, going, yes=yes):
            output.note("nothing was changed")
            return
        with carry_out.alone(engine):
            carry_out.put_on_record(engine, kind, target.name, Word(by, because, clock.now()), going)
            carry_out.finish(engine, home.warc, clock.now(), _program())
    finally:
        engine.dispose()
    output.note(f"{target.name} is {'withheld' if kind == 'withhold' else 'expunged'}; `palimpsest verify` names it")


def _wanted(kind: str, target: Target, going: Going, *, yes: bool) -> bool:
    if not any(going.rows.values()) and not going.records:
        output.note(f"the archive holds nothing of {target.name}")
        return False
    return yes or typer.confirm(f"{kind} {target.name} for good?", err=True)


def _tell(connection: db.Connection, home: Home, kind: str, target: Target, going: Going) -> None:
    """What goes, what stays, and what is out of reach."""
    from archive.store.withdrawals.plan import told

    for one in told(connection, going):
        output.said(f"goes   {one.name}  {one.where}")
    taken = "" if target.everywhere or kind == "withhold" else "; `expunge --everywhere` takes it along"
    for one in going.elsewhere:
        output.said(f"stays  {one.name}  {one.where}: it holds the same words{taken}")
    if kind == "expunge":
        for path in _beside(home):
            output.said(f"out of reach  {path}: made before, it may hold some of it")
        output.note("what was exported, released, backed up or cited before is out of reach: ask whoever has it")


def _beside(home: Home) -> Iterator[str]:
    """What else lies in the archive's folder, or beside its database."""
    own = {"warc", "outlets", "palimpsest.toml", "README.txt", "alarms.html"}
    file = home.database_file
    names = {f"{file.name}{end}" for end in ("", "-wal", "-shm")} if file else set()
    for folder in sorted({home.folder, *((file.parent,) if file else ())}):
        if folder == home.folder:
            yield from (str(one) for one in sorted(folder.iterdir()) if one.name not in own | names)
        elif file:
            yield from (str(one) for one in sorted(folder.glob(f"{file.name}*")) if one.name not in names)


def _said_in(record: StoredRecord) -> str:
    """What a record says, its codings undone, in whatever charset."""
    from crawler.parse.decode import decode, open_body

    said = {key.lower(): value for key, value in record.headers}
    return decode(open_body(record.body, said.get("content-encoding", "")).body, said.get("content-type", "")).text


def _program() -> str:
    return f"palimpsest {version('palimpsest')}"


def _finish(context: typer.Context) -> bool:
    """Carry out what was begun, and interrupted; whether there was any."""
    from archive import db
    from archive.store.withdrawals import carry_out

    home = home_of(context)
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine)
        if not carry_out.begun(engine):
            return False
        with carry_out.alone(engine):
            done = carry_out.finish(engine, home.warc, clock.now(), _program())
    finally:
        engine.dispose()
    output.note(f"finished: {counted(len(done), 'withdrawal')} that had been interrupted")
    return True


def _back(context: typer.Context, what: str, by: str, because: str) -> None:
    from archive import db
    from archive.store.withdrawals import carry_out

    if not (by.strip() and because.strip()):
        raise UsageError("say who decides and why: --by NAME --because WORDS")
    target = _meant(context, what).name
    engine = db.open_writer(home_of(context).database_url)
    try:
        carry_out.take_back(engine, target)
    finally:
        engine.dispose()
    output.note(f"{target} is shown again")


def _list(context: typer.Context, *, as_json: bool) -> None:
    from dataclasses import asdict

    from archive.query import withdrawn

    with reading(context) as connection:
        found = withdrawn.all_of(connection)
    if as_json:
        for one in found:
            output.json_line(asdict(one))
        return
    headings = ("kind", "target", "at", "person", "reason", "state")
    output.rows(headings, ((one.kind, one.target, one.at, one.person, one.reason, one.state) for one in found))
