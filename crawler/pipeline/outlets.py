"""The outlets as an archive knows them: with what it has learnt of them, and the domains they were given."""

from __future__ import annotations

from dataclasses import replace

from archive import db
from archive.errors import NoArchive
from archive.home import Home
from archive.query.added import domains_added
from archive.store import learnt
from crawler.outlets.learnt import Learnt
from crawler.outlets.registry import Registry, registry

__all__ = ["as_known", "taught"]


def as_known(home: Home) -> Registry:
    """The outlets as the archive knows them; where there is none, as their files have them."""
    outlets = registry(home.outlets)
    try:
        engine = db.open_reader(home.database_url)
    except NoArchive:
        return outlets
    try:
        db.ready(engine)
        return taught(outlets, engine)
    except NoArchive:
        return outlets
    finally:
        engine.dispose()


def taught(outlets: Registry, engine: db.Engine) -> Registry:
    """The outlets with what an archive has learnt of them by now, and the domains they were given."""
    with db.reading(engine) as connection:
        sets, added = learnt.in_force(connection), domains_added(connection)
    known = {name: Learnt.read(one.number, one.rules) for name, one in sets.items() if one.number}
    return replace(outlets, learnt=known, added=added)
