"""The command that shows the head of the chain of seals, has it stamped, and publishes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive import clock, output
from archive.commands.shared import Json, home_of, reading
from archive.errors import NotFound, UsageError

if TYPE_CHECKING:
    from archive.query.stamped import Stamped

__all__ = ["seal"]


def seal(
    context: typer.Context,
    stamp: Annotated[bool, typer.Option("--stamp", help="Ask every authority of PALIMPSEST_STAMPS now.")] = False,
    publish: Annotated[
        list[str] | None, typer.Option(metavar="WHERE", help="Write the head to FILE, mail:ADDRESS or git:FOLDER.")
    ] = None,
    roots: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Certificates you trust (PEM): stamps are checked.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write each stamp and what it stamps to files, for openssl.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the stamps of the chain of seals: which authority says that which seal was there, and since when.

    The authorities of PALIMPSEST_STAMPS are asked once a day, after a run; --stamp asks now. Their answers are kept as
    received, and the next seal covers them. With --roots each is checked, offline, against certificates that you trust;
    without, nothing is said of who signed. Ends with 1 where an authority does not answer, or a stamp does not hold.

    JSON keys: authority, head, stated_at, checked, problem.

    Example: palimpsest seal --stamp
    Example: palimpsest seal --roots freetsa.pem
    Example: palimpsest seal --publish mail:ann@example.org --publish git:/srv/heads
    """
    failed = _stamp(context) if stamp else False
    failed |= _list(context, roots or [], save, as_json=as_json)
    for where in publish or ():
        _publish(context, where)
    if failed:
        raise typer.Exit(1)


def _stamp(context: typer.Context) -> bool:
    from crawler.stamping import ask

    home = home_of(context)
    if not ask.authorities(home):
        raise UsageError("which authority? PALIMPSEST_STAMPS, or `stamps` in palimpsest.toml, names their addresses")
    said = list(ask.stamp(home, clock.now(), at_once=True))
    for words in said:
        output.note(words)
    return any(words.startswith("not ") for words in said)


def _list(context: typer.Context, files: list[Path], save: Path | None, *, as_json: bool) -> bool:
    from archive.query import stamped

    with reading(context) as connection:
        found = stamped.all_of(connection, stamped.trusted(files) if files else None)
        head = stamped.head(connection)
    if save:
        _save(save, found)
    for one in found:
        values = {"authority": one.authority, "head": one.head, "stated_at": one.stated_at}
        if as_json:
            output.json_line({**values, "checked": one.checked, "problem": one.problem})
        else:
            how = one.problem or ("checked" if one.checked else "not checked: --roots")
            output.said(f"{one.authority}  seal {one.head}  {output.when(one.stated_at)}  {how}")
    if not as_json:
        output.note(f"head {head}" if head else "nothing is sealed yet")
    return any(one.problem for one in found)


def _save(folder: Path, found: list[Stamped]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for n, one in enumerate(found, 1):
        (folder / f"{n:04d}.tsr").write_bytes(one.answer)
        (folder / f"{n:04d}.txt").write_text(one.head, encoding="ascii")


def _publish(context: typer.Context, where: str) -> None:
    from archive.query import stamped
    from crawler.stamping.publish import publish

    with reading(context) as connection:
        head = stamped.head(connection)
    if not head:
        raise NotFound("nothing is sealed yet: a run ends with a seal")
    output.note(publish(home_of(context), head, clock.now(), where))
