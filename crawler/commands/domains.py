"""`palimpsest outlets add-domain` and `outlets remove-domain`: which domains an outlet has beside those of its file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from archive import clock, output, typed, urls
from archive.commands import shared
from archive.errors import UsageError
from archive.records import Domain
from archive.wording import counted

__all__ = ["add_domain", "remove_domain"]

_NAME = typer.Argument(help="An outlet; one that nobody described is called by its domain.")
_DOMAIN = typer.Argument(help="The domain, sub-domains included: vale-post-mirror.example")
_SINCE = typer.Option(help="The outlet's since this day (2026-03-01); without it, always.")


class Kind(StrEnum):
    """What a domain is to its outlet."""

    MIRROR = "mirror"
    OWN = "own"


_KIND = typer.Option(help="mirror: it repeats the main domain, perhaps later; own: it is as good as the main one.")


def add_domain(
    context: typer.Context,
    name: Annotated[str, _NAME],
    domain: Annotated[str, _DOMAIN],
    since: Annotated[str, _SINCE] = "",
    kind: Annotated[Kind, _KIND] = Kind.MIRROR,
    as_json: shared.Json = False,
) -> None:
    """Give an outlet a domain: its articles there join those it has, and no edit comes of it.

    What is stored of the domain is read again as the outlet's. An article joins the one with the outlet's own id, with
    the same address at the main domain, or that says the same word by word. It is kept on record in the archive, holds
    for every later run, and can be taken back. Ends with 1 where a look had to stay as it was.

    JSON keys: outlet, domain, since, kind, added, moved, articles, kept.

    Example: palimpsest outlets add-domain rt-fr rt-miroir.example --since 2026-03-01
    """
    begun = shared.moment(since or None, "--since")
    day = begun.date().isoformat() if begun else ""
    _change(context, name, Domain(_host(domain), day, mirror=kind is Kind.MIRROR), added=True, as_json=as_json)


def remove_domain(
    context: typer.Context,
    name: Annotated[str, _NAME],
    domain: Annotated[str, _DOMAIN],
    as_json: shared.Json = False,
) -> None:
    """Take back a domain that was added: what it showed is an outlet of its own again.

    JSON keys: outlet, domain, since, kind, added, moved, articles, kept.

    Example: palimpsest outlets remove-domain rt-fr rt-miroir.example
    """
    _change(context, name, Domain(_host(domain)), added=False, as_json=as_json)


def _host(domain: str) -> str:
    """The host that somebody typed, or the address of. Raises UsageError."""
    name = urls.host(typed.address(domain, "DOMAIN")).removeprefix("www.")
    if "." not in name:
        raise UsageError(f"{domain!r} is no domain, such as vale-post-mirror.example")
    return name


def _change(context: typer.Context, name: str, domain: Domain, *, added: bool, as_json: bool) -> None:
    from crawler.pipeline.domains import change_domain

    found = change_domain(shared.home_of(context), name, domain, clock.now, output.note, added=added)
    if as_json:
        said = {"outlet": name, "domain": domain.host, "since": domain.since or None}
        kind = Kind.MIRROR if domain.mirror else Kind.OWN
        done = {"added": added, "moved": found.moved, "articles": found.articles, "kept": found.kept}
        output.json_line(said | {"kind": kind if added else None} | done)
    else:
        does = "is a domain of" if added else "is no domain any more of"
        went = f"{counted(found.moved, 'look')} at {counted(found.articles, 'article')} went where they belong"
        output.said(f"{domain.host} {does} {name}: {went}")
    if found.kept:
        raise typer.Exit(1)
