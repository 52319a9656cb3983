"""A crawl learns by itself, before it begins, what its outlet's pages are made of."""

from __future__ import annotations

from pathlib import Path

from archive.home import Home
from tests.crawler.crawls import here, rows, run
from tests.crawler.learn.restless import Site
from tests.crawler.learn.test_learning import EDITED
from tests.crawler.loopback import Answer, serve
from tests.crawler.loopback import Site as Served
from tests.support import sound

OUTLET = """
from archive.records import Domain
from crawler.outlets.base import Outlet
from crawler.outlets.find import Sitemap

SITE = Outlet(
    name="site", family="site", title="Site", domains=(Domain("news.site.test"),), languages=("en",), timezone="UTC",
    article=r"/news/(?P<id>\\d+)", find=(Sitemap("{home}/sitemap.xml"),), general=True,
)
"""


class Restless(Served):
    """The restless site, served: every request is another look."""

    def page(self, number: int) -> Answer:
        """An article."""
        look = self.hits[f"/news/{number}-story"]
        site = Site(edits={(7, 4): EDITED}, alike=True)
        return 200, {"Content-Type": "text/html; charset=utf-8"}, site.page(number, look)


def _served(home: Home, site: Served) -> None:
    file = home.folder / "outlets" / "site.py"
    file.write_text(OUTLET.replace("{home}", site.home), encoding="utf-8")


def test_a_crawl_learns_by_itself_and_says_so_and_leaves_alone_what_a_person_decided(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Restless(pages=34), home.folder) as site:
        _served(home, site)
        assert "learnt" not in run(home, "crawl", "site").stdout
        said = [run(home, "recheck", "site", hours=2 * n).stdout for n in range(1, 5)]
        kept, edited = rows(home, "outlets", "rules", "site"), rows(home, "edits")
        run(home, "outlets", "rules", "site", "--none", "--keep")
        assert "learnt" not in run(home, "recheck", "site", hours=10).stdout
    assert "learnt" in said[0]
    assert "rules from" in said[1]
    assert [row["article"] for row in edited] == ["site:7"]
    assert rows(home, "outlets", "rules", "site") == []
    assert {row["teaches"] for row in kept} == {"furniture", "circumstance", "text"}
    sound(home)
