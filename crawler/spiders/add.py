"""Addresses handed in by a person: whose they are, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive import db, urls
from archive.errors import BadInput, NotFound
from archive.home import Home
from archive.query import articles
from archive.records import DiscoveryState
from archive.store.frontier import Discoveries
from crawler.fetch import guard
from crawler.outlets.registry import Registry, registry
from crawler.pipeline.outlets import taught
from crawler.pipeline.steps import address_key

__all__ = ["Added", "add_all"]


_UNKNOWN = "no outlet that can be crawled has this host: write a file for it in the archive's folder `outlets`"


@dataclass(frozen=True, slots=True)
class Added:
    """One address: its outlet, its article's id, what became of it and why. The outcome is `known` (the article is
    held), `refused`, or the state its discovery is in: `waiting` for the next crawl where nothing speaks against it."""

    url: str
    outlet: str
    outcome: str
    article: str = ""
    reason: str = ""


def add_all(home: Home, handed: Sequence[str], now: datetime) -> list[Added]:
    """Put addresses among the discoveries of their outlets, in order; what had been given up waits again. Nothing is
    fetched."""
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine, create=True)
        outlets = taught(registry(home.outlets), engine)
        found = [_one(engine, outlets, url, now) for url in handed]
        wanted: dict[str, list[str]] = defaultdict(list)
        for added in found:
            if added.outcome == DiscoveryState.WAITING:
                wanted[added.outlet].append(added.url)
        memory = Discoveries(engine)
        states = {
            url: state
            for name, some in wanted.items()
            for url, state in memory.again(outlets.get(name).facts, some, now).items()
        }
        return [replace(added, outcome=states.get(added.url, added.outcome)) for added in found]
    finally:
        engine.dispose()


def _one(engine: db.Engine, outlets: Registry, url: str, now: datetime) -> Added:
    try:
        outlet = outlets.for_url(urls.normal(url), now)
        if outlet.general and not outlet.find:
            return Added(url, "", "refused", reason=_UNKNOWN)
        normal = guard.check(url, outlet)
    except (BadInput, guard.Refused) as refusal:
        return Added(url, "", "refused", reason=str(refusal))
    article = f"{outlet.name}:{address_key(outlet, normal)}"
    with db.reading(engine) as connection:
        try:
            held = articles.find(connection, normal)
        except NotFound:
            return Added(normal, outlet.name, DiscoveryState.WAITING, article)
    return Added(normal, outlet.name, "known", held.name)
