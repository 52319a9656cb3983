"""Addresses handed in by a person: whose they are, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive import db
from archive.errors import NotFound
from archive.home import Home
from archive.questions import articles
from archive.store.discoveries import Discoveries, Named
from crawler import guard
from crawler.outlets import registry
from crawler.outlets.base import Outlet
from crawler.pipelines import address_key

__all__ = ["Added", "add_all"]


@dataclass(frozen=True, slots=True)
class Added:
    """One address: its outlet, its article's id, and `waiting`, `known` (the article is held) or `refused: why`."""

    url: str
    outlet: str
    outcome: str
    article: str


def add_all(home: Home, urls: Sequence[str], now: datetime) -> list[Added]:
    """Put addresses among the discoveries of their outlets, in order. Nothing is fetched."""
    outlets = registry(home.outlets)
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine, create=True)
        found = [_one(engine, outlets.for_url(url, now), url) for url in urls]
        waiting: dict[str, list[Added]] = defaultdict(list)
        for added in found:
            if added.outcome == "waiting":
                waiting[added.outlet].append(added)
        memory = Discoveries(engine)
        for name, some in waiting.items():
            memory.add(outlets.get(name).facts, [Named(added.url, "") for added in some], now)
        return found
    finally:
        engine.dispose()


def _one(engine: db.Engine, outlet: Outlet, url: str) -> Added:
    if outlet.general:
        return Added(url, outlet.name, "refused", "")
    try:
        normal = guard.check(url, outlet)
    except guard.Refused:
        return Added(url, outlet.name, "refused", "")
    article = f"{outlet.name}:{address_key(outlet, normal)}"
    with db.reading(engine) as connection:
        try:
            held = articles.find(connection, normal)
        except NotFound:
            return Added(normal, outlet.name, "waiting", article)
    return Added(normal, outlet.name, "known", held.name)
