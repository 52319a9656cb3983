"""`palimpsest backup`, `restore` and `pack`: an archive copied elsewhere, brought back, and moved in part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive import __version__, clock, output
from archive.commands.shared import Json, home_of
from archive.errors import Damaged, UsageError
from archive.home import Home
from archive.schedules import span
from archive.wording import counted

if TYPE_CHECKING:
    # Help needs no database.
    from archive.storage import Storage

__all__ = ["backup", "pack", "restore"]

_HEADINGS = ("backup", "began", "complete", "files", "bytes")


def backup(
    context: typer.Context,
    to: Annotated[str, typer.Argument(metavar="TO", help="A folder outside the archive, or s3://BUCKET/FOLDER.")],
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Encrypt it for this public key of age or SSH.")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many complete backups stay there.")] = 7,
) -> None:
    """Copy the archive elsewhere while it is written to: the database first, then the WARC files it speaks of.

    A WARC file that was closed is copied once, and compared with its digest; so is each of the operator's own files as
    it changes. The database is copied whole each time. Killed, the next backup copies what is missing. A list beside it
    (`manifests/`) says whether it is complete; where a file is damaged or missing, the rest is copied, that is said,
    and it ends with 10. Older backups than --keep go once a newer one is complete.

    With --recipient all but the lists is encrypted by age: who writes needs the public key alone. The settings file is
    in it, with what passwords it holds. Credentials for s3:// come from the environment, as for AWS's own tools; such a
    store wants the extra `s3`, encryption the extra `backup`. PostgreSQL wants its own `pg_dump`.

    Example: palimpsest backup /mnt/disk/archive
    Example: palimpsest backup s3://institute/archive --recipient age1…
    """
    from archive.backup import streams, write
    from archive.storage import storage

    order = write.Order(storage(to), streams.recipients_of(recipient or ()), keep)
    with output.progress("copying") as told:
        made = write.backup(home_of(context), order, clock.now, f"palimpsest {__version__}", told)
    for problem in made.problems:
        output.note(problem)
    files = counted(len(made.manifest.files), "file")
    if made.problems:
        raise Damaged(f"{made.manifest.name} in {order.to.where} is NOT complete; {made.copied} of {files} copied now")
    output.note(
        f"{made.manifest.name} in {order.to.where} is complete: the database, {files}, {made.copied} copied now"
    )


def restore(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="FROM", help="Where the backups are.")],
    at: Annotated[str | None, typer.Option(metavar="BACKUP", help="This one, not the newest complete one.")] = None,
    identity: Annotated[Path | None, typer.Option(metavar="FILE", help="The file with the key it is read by.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list the backups that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Bring an archive back from a backup, into an empty place, and verify it.

    The place is that of --home and, for a backup of PostgreSQL, --database-url: a folder without files, a database
    without tables; nothing is ever written over. Each file is compared with its digest. Killed, the same command goes
    on. Then all is checked as by `verify`: it ends with 10 where anything is damaged or missing.

    A settings file that names a database comes back as `palimpsest.toml.from-backup`.

    JSON keys: backup, began_at, ended_at, complete, program, database, files, bytes, head.

    Example: palimpsest --home /srv/again restore /mnt/disk/archive
    Example: palimpsest restore s3://institute/archive --list
    """
    from archive.backup import manifest, streams
    from archive.backup.restore import restore as bring
    from archive.db import head
    from archive.storage import storage

    there = storage(where)
    if listed:
        _list(there, as_json=as_json)
        return
    home, keys = home_of(context), streams.identities_of(identity)
    chosen = manifest.chosen(there, at)
    with output.progress("copying") as told:
        problems = bring(home, there, chosen, keys, told)
    for problem in problems:
        output.note(problem)
    older = chosen.schema != head()
    damaged = 0 if older else _verified(home)
    if problems or damaged:
        raise Damaged(f"{home.folder} holds what could be brought back of {chosen.name}, and is not whole")
    if older:
        output.note(
            f"{home.folder} is {chosen.name} again, of an older program: run `palimpsest upgrade`, then `verify`"
        )
    else:
        output.note(f"{home.folder} is {chosen.name} again, and sound; head {chosen.head or 'none'}")


def pack(
    context: typer.Context,
    to: Annotated[str, typer.Argument(metavar="TO", help="A folder outside the archive, or s3://BUCKET/FOLDER.")],
    older: Annotated[
        str, typer.Option(help="Only files of runs that ended longer ago than that, such as 90d.")
    ] = "90d",
) -> None:
    """Move WARC files that nobody writes to any more out of `warc/`: to a bigger disk, or a store that speaks S3.

    Nothing that names a place in them changes: a note in the place of each says where it is, and whatever reads one
    (`show`, `verify`, `serve`, `reread`, `backup`) reads it there. A file goes only when what the new place gives back
    has its digest; killed at any moment, the same command goes on, and nothing is lost. Where a file is copied back
    into `warc/`, it is read there again. Every machine that works on the archive must reach the new place by the same
    name. What is stored there is a plain WARC file under its own name.

    Example: palimpsest pack /mnt/cold/archive
    Example: palimpsest pack s3://institute/cold --older 30d
    """
    from archive import packing
    from archive.storage import storage

    try:
        age = span(older)
    except ValueError as problem:
        raise UsageError(f"--older {problem}, not {older!r}") from None
    there = storage(to)
    with output.progress("moving") as told:
        made = packing.pack(home_of(context), there, age, clock.now(), told)
    for said in made.problems:
        output.note(said)
    output.note(f"{counted(made.files, 'file')} of {made.size} bytes moved to {there.where}")
    if made.problems:
        raise typer.Exit(1)


def _list(there: Storage, *, as_json: bool) -> None:
    from archive.backup import manifest

    found = manifest.read_all(there)
    for one in found if as_json else ():
        size = one.database.size + sum(file.size for file in one.files)
        told = {"backup": one.name, "began_at": one.began_at, "ended_at": one.ended_at, "complete": one.complete}
        told |= {"program": one.program, "database": one.kind, "files": len(one.files), "bytes": size}
        output.json_line(told | {"head": one.head or None})
    if not found:
        output.note(f"there is no backup in {there.where}")
    elif not as_json:
        sizes = [one.database.size + sum(file.size for file in one.files) for one in found]
        lines = zip(found, sizes, strict=True)
        said = ((one.name, one.began_at, "yes" if one.complete else "NO", len(one.files), size) for one, size in lines)
        output.rows(_HEADINGS, said)


def _verified(home: Home) -> int:
    """How much of an archive is damaged; each is said."""
    from archive import db, verify

    engine, damaged = db.open_reader(home.database_url), 0
    try:
        with db.reading(engine) as connection, output.progress("checking") as told:
            for finding in verify.check(connection, home.warc, told):
                damaged += finding.damage
                output.note(
                    f"{'DAMAGE' if finding.damage else 'note'}  {finding.kind}  {finding.where}: {finding.what}"
                )
    finally:
        engine.dispose()
    return damaged
