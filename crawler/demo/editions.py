"""The four editions of the demo family: names, hosts, layouts; and the moments at which they are looked at."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

__all__ = ["EDITIONS", "LOOKS", "Edition", "beside", "edition_of"]

_TEXTS = Path(__file__).parent / "texts"

LOOKS = (
    datetime(2026, 11, 16, 6, 0, tzinfo=UTC),
    datetime(2026, 11, 17, 12, 0, tzinfo=UTC),
    datetime(2026, 11, 18, 18, 30, tzinfo=UTC),
    datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
)
"""When each step is looked at, by the demo's clock: more than 24 hours apart, so that a deletion can be confirmed."""


@dataclass(frozen=True)
class Edition:
    """One edition. `layout` names its markup (see `crawler.demo.layouts`), `first_id` the id of its oldest article.

    `slash`: its article addresses end with one. `zone` is that of the hours it shows. `latest` and `feed` are the paths
    of its listing of everything and of its RSS, `reserved` of the folder its robots.txt closes.
    """

    name: str
    language: str
    host: str
    layout: str
    first_id: int
    zone: str
    feed: str
    latest: str
    reserved: str
    slash: bool = False
    mirror: str = ""

    @cached_property
    def texts(self) -> dict[str, Any]:
        """The hand-written parts its articles and furniture are made of."""
        return tomllib.loads((_TEXTS / f"{self.language}.toml").read_text(encoding="utf-8"))

    @cached_property
    def words(self) -> dict[str, Any]:
        """Its furniture."""
        found: dict[str, Any] = self.texts["furniture"]
        return found


EDITIONS = {
    edition.name: edition
    for edition in (
        Edition(
            name="demo-fr",
            language="fr",
            host="fr.demo.test",
            layout="article-fr",
            first_id=128_400,
            zone="Europe/Paris",
            feed="/rss",
            latest="/en-continu",
            reserved="/reserve",
            mirror="demo-mirror.test",
        ),
        Edition(
            name="demo-en",
            language="en",
            host="en.demo.test",
            layout="article-en",
            first_id=641_200,
            zone="UTC",
            feed="/rss/",
            latest="/latest",
            reserved="/reserved",
            slash=True,
        ),
        Edition(
            name="demo-es",
            language="es",
            host="es.demo.test",
            layout="view",
            first_id=588_300,
            zone="UTC",
            feed="/feeds/all.rss",
            latest="/todas-las-noticias",
            reserved="/reservado",
        ),
        Edition(
            name="demo-ar",
            language="ar",
            host="ar.demo.test",
            layout="arabic",
            first_id=1_702_100,
            zone="Europe/Moscow",
            feed="/rss/",
            latest="/news",
            reserved="/private",
            slash=True,
        ),
    )
}
"""All editions by name."""


def edition_of(host: str) -> tuple[Edition, bool] | None:
    """The edition a Host header names and whether it is its mirror; None where it is nobody's. The port is ignored."""
    name = host.partition(":")[0].lower()
    found = (edition for edition in EDITIONS.values() if name in {edition.host, edition.mirror or edition.host})
    return next(((edition, name != edition.host) for edition in found), None)


def beside(host: str, name: str) -> str:
    """Another host of the family, at the port of this one."""
    _, colon, port = host.partition(":")
    return f"{name}{colon}{port}"
