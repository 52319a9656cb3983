"""Commands that keep an archive: its soundness, its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from archive import clock, db, output, verify
from archive.commands.shared import Json, home_of, reading
from archive.errors import Damaged, UsageError
from archive.home import Home
from archive.query import stamped, tellings
from archive.query.stamped import Stamped
from archive.store import runs, spellings
from archive.store.derived import NUMBERED, anew, stories_read
from archive.store.refold import Timelines
from archive.wording import counted

__all__ = ["upgrade", "verify_"]


def verify_(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", metavar="HEAD", help="A head that was printed before.")
    ] = None,
    roots: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Certificates you trust (PEM): stamps are checked, too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check everything: bytes against digests, rows against bytes, what is derived against its evidence, the seals.

    Ends with 10 where there is damage. What is derived (timelines, the columns and tables that spare questions the
    texts, the search index word for word) is derived again and compared. Orphans and torn tails are listed too, and
    what no seal covers yet: a killed run leaves them, they are no damage, and `palimpsest ingest` can take them in.
    Where the evidence is in a folder that this machine does not see as its `warc/`, that is said, and it ends with 1.

    Prints the head of the chain of seals, as every run does. Kept elsewhere, it tells later whether anything it named
    was changed or taken off: `--since HEAD` says so of it. With `--roots` it says up to which moment, by stamps of
    authorities you trust, the archive as a whole is proven unchanged, and what an insider could still have done. What
    was withheld or expunged by a person's word is named, and is no damage. See docs/seals.md.

    JSON keys: kind, where, what, damage.

    Example: palimpsest verify
    Example: palimpsest verify --since "$(cat head.txt)"
    Example: palimpsest verify --roots freetsa.pem
    """
    home = home_of(context)
    damaged, unseen = 0, False
    trusted = stamped.trusted(roots) if roots else None
    with reading(context) as connection, output.progress("checking") as told:
        chain = verify.chain(connection)
        for finding_ in verify.check(connection, home.warc, told, since):
            damaged += finding_.damage
            unseen |= finding_.kind == "folder"
            if as_json:
                output.json_line(asdict(finding_))
            else:
                output.said(
                    f"{'DAMAGE' if finding_.damage else 'note'}  {finding_.kind}  {finding_.where}: {finding_.what}"
                )
        stamps = [] if damaged else stamped.all_of(connection, trusted)
    if damaged:
        raise Damaged(f"{damaged} damaged; restore what is named above from a copy")
    if unseen:
        output.note("what is in the database holds; the evidence itself was not looked at, since it is not here")
        raise typer.Exit(1)
    for words in (*_said(chain, since), *_proven(chain, stamps), *((f"head {chain.head}",) if chain.head else ())):
        output.note(words)
    if roots and not all(one.checked for one in stamps):
        raise typer.Exit(1)


def _said(chain: verify.Chain, since: str | None) -> Iterator[str]:
    """What a sound archive's chain of seals comes to, in words."""
    open_runs = f", but for {counted(chain.unsealed, 'run')} without a seal" if chain.unsealed else ""
    yield f"clean: every digest, row, timeline and seal holds{open_runs}"
    if chain.older:
        yield f"{counted(chain.older, 'seal')} of an older program cover less; {chain.covering} covers the rest"
    if since:
        yield f"what {since} named is unchanged, and the chain goes on from it"


def _proven(chain: verify.Chain, stamps: list[Stamped]) -> Iterator[str]:
    """Up to which moment the archive is proven unchanged, and what somebody within could still have done."""
    yield from (f"the stamp of seal {one.head} by {one.authority} {one.problem}" for one in stamps if one.problem)
    checked = [one for one in stamps if one.checked]
    if last := max(checked, key=lambda one: _place(one.head), default=None):
        place = _place(last.head)
        by = sorted({one.authority for one in checked if one.head == last.head})
        at = min(one.stated_at for one in checked if one.head == last.head)
        later = counted(chain.head.place - place if chain.head else 0, "seal")
        yield f"proven: what seals 1 to {place} cover is as it is since {output.when(at)}, says {' and '.join(by)}"
        yield f"not proven: how it was before that moment, and the {later} after it; whoever may write here could have"
        yield "written something else before it, and can make anew, or leave out, whatever came after it"
        return
    why = f"{counted(len(stamps), 'stamp')} not checked (--roots names whom you trust)" if stamps else ""
    yield f"not proven since when: {why or 'no seal is stamped (PALIMPSEST_STAMPS)'}; whoever may write here could have"
    yield "made all of it anew, unless a head that is kept elsewhere still stands in the chain (--since)"


def _place(head: str) -> int:
    return int(head.partition(":")[0])


def upgrade(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    words: Annotated[bool, typer.Option("--words", help="Make the search index anew, whatever it is by.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="Find near copies anew, whatever is known of them.")] = False,
    stories: Annotated[bool, typer.Option("--stories", help="Find stories in other languages, and keep them.")] = False,
    model: Annotated[bool, typer.Option("--model", help="Let a model read headlines: more stories are found.")] = False,
) -> None:
    """Bring the archive's tables to this program's version; says what it will do, and copies an SQLite file first.

    Where words are found by other rules than before, makes the search index anew from the stored texts; with --words
    in any case: what to do where `verify` says that a version is not found by the words of its text. With --copies it
    finds near copies anew: what to do where `verify` says that copies are not what the texts give; with --stories it
    finds which articles tell one story in several languages, and from then on that is kept as articles come. With
    --model the model of the extra `stories` reads headline and lead of what it has not read yet.

    Example: palimpsest upgrade --yes
    """
    home = home_of(context)
    home.make()
    engine = db.open_writer(home.database_url)
    asked = [name for name, meant in (("words", words), ("copies", copies), ("stories", stories)) if meant]
    try:
        _migrated(engine, home, yes=yes)
        with output.progress("comparing addresses") as told:
            respelled = spellings.renew(engine, told)
        if respelled:
            output.note(f"{counted(respelled, 'address')} compared by today's rules")
        for one in (*NUMBERED, Timelines()):
            if one.name in asked or not anew.is_current(engine, one):
                output.note(f"{one.about} is made anew; if it is interrupted, the next `upgrade` goes on")
                with output.progress(f"making {one.name}") as told:
                    made = anew.make_anew(engine, one, told)
                output.note(f"done: {counted(made, 'version')}")
        if model:
            with db.reading(engine) as connection:
                tellings.ready(connection)
            with output.progress("reading by the model") as told:
                read = stories_read.read(engine, told)
            output.note(f"the model read {counted(read, 'article')}")
        if head := runs.cover(engine, clock.now(), home.warc, f"palimpsest {version('palimpsest')}"):
            output.note(f"what older seals leave out is under one of today's: head {head}")
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
