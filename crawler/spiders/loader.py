"""The spiders: one for every outlet, made from its file. `scrapy list` names them, `scrapy crawl rt-fr` runs one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scrapy import Request, Spider

from archive.errors import NotFound
from archive.home import find
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry
from crawler.spiders.outlet import OutletSpider

__all__ = ["OutletLoader"]


def _spider(outlet: Outlet) -> type[Spider]:
    return type(f"{outlet.name}-spider", (OutletSpider,), {"name": outlet.name, "outlet": outlet})


def _can_be_crawled(outlet: Outlet) -> bool:
    # An operator's outlet may be read by the general reader and still say where its articles are.
    return bool(outlet.find) or not outlet.general


class OutletLoader:
    """Scrapy's list of spiders: the outlets shipped, and the operator's own."""

    def __init__(self, folder: Path | None) -> None:
        self._outlets = registry(folder)

    @classmethod
    def from_settings(cls, settings: Any) -> OutletLoader:
        """Made by Scrapy; `PALIMPSEST_HOME` may come with `-s`."""
        home = settings.get("PALIMPSEST_HOME")
        return cls(find(Path(home) if home else None).outlets)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of an outlet. Raises KeyError, as Scrapy wants it."""
        try:
            return _spider(self._outlets.get(spider_name))
        except NotFound as problem:
            raise KeyError(str(problem)) from None

    def list(self) -> list[str]:
        """The names of all outlets that can be crawled."""
        return [name for name in self._outlets.names() if _can_be_crawled(self._outlets.get(name))]

    def find_by_request(self, request: Request) -> Sequence[str]:
        """The outlets whose pages stand at a host."""
        host = request.url.split("/")[2].partition(":")[0]
        return [name for name in self.list() if self._outlets.get(name).has_host(host)]
