"""`palimpsest users`: who may see the archive in a browser, and what they did there."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archive import clock, output
from archive.commands import shared
from archive.desk.roles import Role
from archive.errors import UsageError

if TYPE_CHECKING:
    from archive.desk.database import Desk

__all__ = ["users"]

users = typer.Typer(
    help="""List who may see the archive in a browser (`palimpsest serve`). Without users everybody on this machine may.

    JSON keys: name, role, subject, made_at.

    Example: palimpsest users --json
    """,
    rich_markup_mode=None,
)
_NAME = typer.Argument(help="Their name, by which they log in.")


def _desk(context: typer.Context) -> Desk:
    from archive.desk.database import Desk

    return Desk(shared.home_of(context).desk)


@users.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: shared.Json = False) -> None:
    """Hand on to a command, or list."""
    from archive.desk import users as kept

    if context.invoked_subcommand is not None:
        return
    found = kept.users(_desk(context))
    if as_json:
        for one in found:
            output.json_line(asdict(one))
    elif found:
        output.rows(("name", "role", "subject", "made"), ((o.name, o.role, o.subject, o.made_at) for o in found))
    else:
        output.note("there are no users: `palimpsest users add NAME` makes one")


@users.command()
def add(
    context: typer.Context,
    name: Annotated[str, _NAME],
    role: Annotated[Role, typer.Option(help="What they may: read all, or keep watchlists and judge, too.")] = Role.READ,
    subject: Annotated[
        str, typer.Option(help="Who they are to the provider they log in by, instead of a password.")
    ] = "",
) -> None:
    """Make a user, or give one another password or role: their sessions end.

    The password is asked for, or read as the first line of what is piped in; it never stands on a command line.

    Example: palimpsest users add ann --role annotate
    """
    from archive.desk import users as kept

    password = "" if subject else _password()
    kept.add(_desk(context), name, role, clock.now(), password=password, subject=subject)
    output.note(f"{name} may {role}")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    said: str = typer.prompt("Password", hide_input=True, err=True)
    if typer.prompt("Again", hide_input=True, err=True) != said:
        raise UsageError("the two were not the same: nothing was changed")
    return said


@users.command()
def remove(context: typer.Context, name: Annotated[str, _NAME]) -> None:
    """Take a user away: their sessions end; what they kept and wrote stays.

    Example: palimpsest users remove ann
    """
    from archive.desk import users as kept

    kept.remove(_desk(context), name)
    output.note(f"{name} may see nothing any more")


@users.command()
def sql(
    context: typer.Context,
    role: Annotated[str, typer.Argument(help="The role's name on the server: small letters, digits, _.")],
    seconds: Annotated[int, typer.Option(min=1, max=86_400, help="After so many a statement is stopped.")] = 60,
) -> None:
    """Make a role of PostgreSQL for somebody who asks in SQL: it may read the views v1_*, and nothing else.

    A statement that takes longer than --seconds is stopped, and so is a transaction in which nobody asks for so long.
    Whoever holds the role can lift the limit of a statement in their own session; what they may read they cannot. The
    password is asked for as by `users add`. After an `upgrade` do the same again: its views may be others.

    Example: palimpsest users sql analyst --seconds 120
    """
    from archive import sql_reader

    sql_reader.grant(shared.home_of(context).database_url, role, _password(), seconds)
    output.note(f"{role} may read the views v1_* for {seconds} seconds at a time")


@users.command()
def log(context: typer.Context, as_json: shared.Json = False) -> None:
    """Who logged in, was refused, kept, noted and judged, from where; the last 1,000 lines, the newest first.

    JSON keys: at, by, client, what, about.

    Example: palimpsest users log --json
    """
    found = _desk(context).entries()
    if as_json:
        for one in found:
            output.json_line(asdict(one))
        return
    output.rows(("at", "by", "from", "what", "about"), ((o.at, o.by, o.client, o.what, o.about) for o in found))
