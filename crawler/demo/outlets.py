"""The demo editions as outlets, read as the real ones of RT are. They are no shipped outlets: they exist in
`demo_registry`, and in an archive whose folder of outlet files got one from `install`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from crawler.demo.editions import EDITIONS, Edition
from crawler.outlets.base import Browser, Domain, Outlet
from crawler.outlets.find import Feed, Find, Listing, Sitemap
from crawler.outlets.registry import Registry
from crawler.outlets.revisions import file_digest, syntax
from crawler.outlets.rt import rt_ar, rt_en, rt_es, rt_fr

__all__ = ["FAMILY", "demo_outlets", "demo_registry", "install"]

FAMILY = "demo"

_BROWSER = Browser(accept=".consent-overlay__accept", wait_for=".article__text p")
_MODELS = {"demo-fr": rt_fr, "demo-en": rt_en, "demo-es": rt_es, "demo-ar": rt_ar}
_PAGES = 10

_FILE = '''"""The outlets of the demo, at the port its site was started at."""

from crawler.demo.outlets import demo_outlets

RULES = "{rules}"
{names} = demo_outlets({port})
'''


def _finds(edition: Edition, port: int) -> tuple[Find, ...]:
    """Where the articles are: as with RT, and the listing of everything. A mirror has a feed of its own."""
    site = f"http://{edition.host}:{port}"
    own = (
        Feed(f"{site}{edition.feed}"),
        Sitemap(f"{site}/newssitemap.xml"),
        # Not only for the past: the demo has no other crawl.
        Sitemap(f"{site}/sitemap.xml", parts=r"/sitemap_\d{4}", period=r"/sitemap_(?P<year>\d{4})"),
        Listing(f"{site}{edition.latest}", links=".card__header a", next=".listing__button a", pages=_PAGES),
    )
    return (*own, Feed(f"http://{edition.mirror}:{port}{edition.feed}")) if edition.mirror else own


def _outlet(model: Outlet, edition: Edition, port: int) -> Outlet:
    mirrors = (Domain(edition.mirror, mirror=True),) if edition.mirror else ()
    return replace(
        model,
        name=edition.name,
        family=FAMILY,
        title=edition.words["house"],
        domains=(Domain(edition.host), *mirrors),
        country="",
        controlled_by="",
        find=_finds(edition, port),
        browser=_BROWSER,
    )


def demo_outlets(port: int) -> tuple[Outlet, ...]:
    """The outlets of a site at that port, in the order of their names."""
    return tuple(_outlet(_MODELS[name], EDITIONS[name], port) for name in sorted(_MODELS))


def _file(port: int) -> str:
    names = ", ".join(name.replace("-", "_") for name in sorted(_MODELS))
    return _FILE.format(rules=file_digest(Path(__file__)), names=names, port=port)


def demo_registry(port: int) -> Registry:
    """The demo outlets and no others; their readings carry the revision they have where `install` put them."""
    source = hashlib.sha256(syntax(_file(port)).encode()).hexdigest()[:12]
    return Registry({outlet.name: replace(outlet, source=source) for outlet in demo_outlets(port)})


def install(folder: Path, port: int) -> Path:
    """Put the demo outlets into an archive's folder of outlet files: every command on that archive knows them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo.py"
    path.write_text(_file(port), encoding="utf-8")
    return path
