"""A domain that a person gives an outlet, or takes back: its looks are read again as whose they are now, and go to the
articles they show. What was stored is as if that had been known from the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from archive import db, urls
from archive.errors import BadRow, Damaged, NotFound, UsageError
from archive.home import Home
from archive.query.added import domain_taken_back
from archive.records import Domain, RunKind
from archive.store import domains
from archive.store.domains import Look
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry, ad_hoc, registry
from crawler.pipeline.executor import Read
from crawler.pipeline.outlets import taught
from crawler.pipeline.run import OpenRun, opened
from crawler.pipeline.steps import Identity, Work, recordable
from crawler.pipeline.stored import Bytes, why_not
from crawler.pipeline.workers import reading_elsewhere

__all__ = ["Changed", "change_domain"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of a domain came to: looks that went to another article, articles they came from, and looks that
    stayed where they are, since their bytes are missing or can be read no more."""

    moved: int
    articles: int
    kept: int


def change_domain(
    home: Home,
    name: str,
    domain: Domain,
    now: Callable[[], datetime],
    told: Callable[[str], None],
    *,
    added: bool,
) -> Changed:
    """Let a domain be an outlet's, or be so no more. Raises NotFound for an outlet or domain that is not known,
    UsageError for a domain that is another's."""
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine, create=True)
        known = taught(registry(home.outlets), engine)
        outlet = _outlet(known, name)
        with db.reading(engine) as connection:
            taken_back = domain_taken_back(connection, outlet.name, domain.host)
        # Where that was said before, and not all looks were moved, it goes on.
        if added or not taken_back:
            _check(known, outlet, domain, now(), added=added)
        of = outlet.with_domains((*outlet.added, domain)) if added else outlet
        stands = next((one for one in outlet.added if one.host == domain.host), None)
        said_before = stands if added else taken_back
        domain = said_before or stands or domain
        if not said_before:
            domains.change(engine, of.facts, domain, now(), added=added)
        before = ad_hoc(domain.host).name
        if not added:
            domains.part(engine, before, outlet.name)
    finally:
        engine.dispose()
    return _Moving(home, told).run(before if added else outlet.name, domain, now)


def _outlet(known: Registry, name: str) -> Outlet:
    """The outlet of that name, or one that nobody described, named by its domain."""
    if name in known.outlets or "." not in name:
        return known.get(name)
    made = ad_hoc(name)
    if made.name != name:
        raise NotFound(f"no outlet is called {name!r}: one that nobody described is called {made.name}")
    return known.taught(made)


def _check(known: Registry, outlet: Outlet, domain: Domain, at: datetime, *, added: bool) -> None:
    """Raises UsageError where a domain cannot be added, or taken back."""
    if any(one.host == domain.host for one in outlet.added):
        return
    if not added:
        has = ", ".join(one.host for one in outlet.added) or "none"
        raise UsageError(f"{domain.host} was not added to {outlet.name}; added were: {has}")
    if any(urls.within(domain.host, one.host) for one in outlet.domains):
        raise UsageError(f"{domain.host} is a domain of {outlet.name} already")
    other = known.for_url(f"https://{domain.host}/", at)
    if not other.general or other.name in known.outlets or other.name in known.added:
        raise UsageError(f"{domain.host} is a domain of {other.name}")


class _Moving:
    """Looks that are read again as whose they are now."""

    def __init__(self, home: Home, told: Callable[[str], None]) -> None:
        self._home, self._told = home, told
        self._counts: Counter[str] = Counter()

    def run(self, outlet: str, domain: Domain, now: Callable[[], datetime]) -> Changed:
        """Read the looks at a domain that articles of an outlet have, and let them go where they belong."""
        known = registry(self._home.outlets)
        with (
            opened(self._home, RunKind.REREAD, now, settings=repr(domain), outlets=known) as begun,
            reading_elsewhere(self._home.outlets) as read,
        ):
            with db.reading(begun.store.engine) as connection:
                looks = list(domains.looks(connection, outlet, domain.host))
            identity = Identity(begun.lookups, self._home.warc, begun.outlets, read, self._told)
            left = {look.article for look in looks if self._move(begun, read, identity, look)}
            begun.end((), self._counts)
        return Changed(self._counts["reread"], len(left), self._counts["kept"])

    def _move(self, begun: OpenRun, read: Read, identity: Identity, look: Look) -> bool:
        """Whether a look went where it belongs; else it stays."""
        try:
            capture = Bytes(self._home.warc, begun.lookups).capture(look.place, look.uid)
        except Damaged as problem:
            return self._keep(str(problem))
        capture = replace(capture, url=look.url, final_url=look.final_url, fetched_at=look.fetched_at)
        outlet = begun.outlets.for_url(capture.landed, look.fetched_at)
        found = read(capture, outlet, "")
        if found.reading is None:
            return self._keep(f"{capture.landed}: {why_not(found.judgement)}")
        work = Work(capture, outlet, look.place, (), found.judgement, found.reading, found.content)
        try:
            begun.store.move(begun.run, look.uid, recordable(identity(work)), look.version)
        except (BadRow, ValueError, OverflowError) as problem:
            return self._keep(f"{capture.landed}: {problem}")
        self._counts["reread"] += 1
        return True

    def _keep(self, why: str) -> bool:
        self._counts["kept"] += 1
        self._told(f"a look stays where it is: {why}")
        return False
