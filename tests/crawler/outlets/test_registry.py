"""Outlets: found by name and by address, overridden by an operator's own files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import BadInput, NotFound
from archive.records import Capture, Domain, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry, ad_hoc, registry

AT = datetime(2026, 1, 1, tzinfo=UTC)

IMPORT = "from crawler.outlets.base import *\n"
BAD_READER = "Reader('r', marks='p[', body='p', headline=css('h1'))"
OWN = """
from crawler.outlets.base import Domain, Outlet, Reader, css

vale = Outlet(
    name="vale",
    family="vale",
    title="The Vale Post",
    domains=(Domain("vale-post.example", since="2020-01-01", until="2024-01-01"),),
    languages=("en",),
    article=r"/local/(?P<id>\\d+)",
    readers=(
        Reader("vale-2023", marks=".story", body=".story", headline=css("h1.t"), since="2023-01-01"),
        Reader("vale-2020", marks=".story", body=".story", headline=css("h2.t"), until="2023-01-01"),
    ),
)
rt_en = Outlet(name="rt-en", family="rt", title="Mine", domains=(Domain("rt.com"),), general=True)
"""


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.rt.com/news/473001-slug/", "rt-en"),
        ("http://rt.com/news/473001-slug/", "rt-en"),
        ("https://swentr.site/news/473001-slug/", "rt-en"),
        ("https://francais.rt.com/france/41877-x", "rt-fr"),
        ("https://actualidad.rt.com/actualidad/603743-x", "rt-es"),
        ("https://esrt.space/actualidad/603743-x", "rt-es"),
        ("https://de.rt.com/inland/1-x/", "rt-de"),
        ("https://rt.programmier-opa.de/x/", "rt-de"),
        ("https://arabic.rt.com/world/1-x/", "rt-ar"),
        ("https://russian.rt.com/russia/news/1-x", "rt-ru"),
        ("https://rt.rs/news/1-x/", "rt-rs"),
        ("https://lat.rt.rs/news/1-x/", "rt-rs-latin"),
        ("https://www.aa.com.tr/tr/ekonomi/slug/3529015", "anadolu-tr"),
        ("https://aa.com.tr/en", "anadolu-en"),
        ("http://www.xinhuanet.com/english/2019-11/20/c_138560000.htm", "xinhua-en"),
        ("http://www.news.cn/english/2021-12/01/c_1310344555.htm", "xinhua-en"),
        ("https://english.news.cn/20260609/fedcba9876543210fedcba9876543210/c.html", "xinhua-en"),
        ("http://www.he.xinhuanet.com/news/2012-06/04/content_25340717.htm", "xinhua-zh"),
        ("http://m.xinhuanet.com/2020-02/19/c_1125597899.htm", "xinhua-zh"),
        ("http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html", "people-zh"),
        ("http://paper.people.com.cn/rmrb/pc/content/202412/01/content_30043210.html", "people-zh"),
        ("http://en.people.cn/n3/2024/0424/c90000-20161234.html", "people-en"),
        ("https://m.huanqiu.com/article/4TNv5to6eSF", "huanqiu"),
        ("https://www.chinanews.com.cn/sh/2024/04-24/10205001.shtml", "chinanews-zh"),
        ("https://www.ecns.cn/news/society/2026-10-03/detail-ihfabcde1234567.shtml", "chinanews-en"),
        ("http://russian.people.com.cn/n3/2024/0424/c31516-20161234.html", "people.com.cn"),
        ("https://spanish.news.cn/20260609/fedcba9876543210fedcba9876543210/c.html", "news.cn"),
        ("https://english.cctv.com/2026/09/30/ARTIffffffffffffffffffff260930.shtml", "cctv-en"),
        ("https://news.cctv.com/2026/06/25/ARTIbcdefghijklmnopqrstu260625.shtml", "cctv-zh"),
        ("http://english.people.com.cn/n3/2024/0424/c90000-20161234.html", "people-en"),
        ("https://www.aa.com.tr/ar/تركيا/slug/3529017", "anadolu-ar"),
        ("https://www.aa.com.tr/fr/monde/slug/3529018", "aa.com.tr"),
        ("https://ria.ru/20220611/ekonomika-1794720292.html", "ria"),
        ("https://rsport.ria.ru/20220611/futbol-1794720292.html", "ria"),
        ("https://crimea.ria.ru/20230614/pristan-1129030180.html", "ria-crimea"),
        ("http://en.rian.ru/world/20110410/163458489.html", "rian-en"),
        ("http://de.rian.ru/politics/20110410/163458489.html", "rian.ru"),
        ("https://sputniknews.com/world/201906201075975805-x/", "sputnik-en"),
        ("https://sputnikglobe.com/20230614/x-1110900105.html", "sputnik-en"),
        ("https://mundo.sputniknews.com/x/", "sputnik-es"),
        ("https://noticiaslatam.lat/20260820/x-1174735241.html", "sputnik-es"),
        ("https://sarabic.ae/20240703/x-1086900105.html", "sputnik-ar"),
        ("https://fr.sputniknews.africa/20230614/x-1.html", "sputnik-fr"),
        ("https://en.sputniknews.africa/20230614/x-1.html", "sputnik-africa"),
        ("https://sputnikportal.rs/20230614/x-1.html", "sputnik-rs"),
        ("https://lat.sputnikportal.rs/20230614/x-1.html", "sputnik-rs-lat"),
        ("https://oz.sputniknews.uz/20230614/x-1.html", "sputnik-uz-lat"),
        ("https://uz.sputniknews.ru/20230614/x-1.html", "sputnik-uz"),
        ("https://ru.sputnik.kz/20230614/x-1.html", "sputnik-kz"),
        ("https://www.granma.cu/cuba/2022-03-14/slug", "granma-es"),
        ("https://en.granma.cu/cuba/2026-10-02/slug", "granma-en"),
        ("http://fr.granma.cu/cuba/2026-10-02/slug", "granma.cu"),
        ("http://www.cubadebate.cu/noticias/2022/03/14/slug/", "cubadebate"),
        ("http://en.cubadebate.cu/news/2022/03/14/slug/", "cubadebate.cu"),
        ("http://www.yjc.ir/fa/news/7349926", "yjc-fa"),
        ("https://www.yjc.news/fa/news/7349926/x", "yjc-fa"),
        ("https://www.yjc.ir/en/news/49926/x", "yjc.ir"),
        ("https://kayhan.ir/fa/news/320001/x", "kayhan-fa"),
        ("https://kayhan.ir/en/news/150001/x", "kayhan-en"),
        ("https://tass.ru/moskva/8836033", "tass-ru"),
        ("https://nauka.tass.ru/nauka/9249947", "tass-ru"),
        ("https://tass.com/world/1262001", "tass-en"),
        ("http://en.itar-tass.com/world/720001", "tass-en"),
        ("https://m.kommersant.ru/doc/7715044", "kommersant"),
        ("https://www.irna.ir/news/86148001/x", "irna-fa"),
        ("https://en.irna.ir/news/86148003/x", "irna-en"),
        ("https://fr.irna.ir/news/86148004/x", "irna.ir"),
        ("https://notrt.com/x", "notrt.com"),
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("urn:text:1", "unnamed"),
        ("not an address", "unnamed"),
    ],
)
def test_by_address(url: str, name: str) -> None:
    assert registry().for_url(url, AT).name == name


@pytest.mark.parametrize(
    ("outlet", "url", "own_id"),
    [
        ("rt-en", "https://www.rt.com/uk/322589-council-cuts/", "322589"),
        ("rt-en", "https://www.rt.com/uk/322589-council-cuts/amp/", "322589"),
        ("rt-en", "https://www.rt.com/news/322589/", "322589"),
        ("rt-en", "https://www.rt.com/usa/walmart-strike-417/", "walmart-strike-417"),
        ("rt-en", "https://www.rt.com/", ""),
        ("rt-en", "https://www.rt.com/news/", ""),
        ("rt-en", "https://www.rt.com/op-ed/authors/", ""),
        ("rt-ru", "https://russian.rt.com/russia/article/1093000-mayak", "1093000"),
        ("rt-ru", "https://russian.rt.com/russia/news/1093000-mayak", "1093000"),
        ("anadolu-tr", "https://www.aa.com.tr/tr/ekonomi/slug-of-2025/3529015", "3529015"),
        ("anadolu-tr", "https://www.aa.com.tr/en/economy/slug/3529015", ""),
        ("anadolu-tr", "https://www.aa.com.tr/tr/info/infografik/43210", ""),
        ("anadolu-tr", "https://www.aa.com.tr/tr/p/abonelik-talep-formu/1001", ""),
        ("anadolu-tr", "https://www.aa.com.tr/tr/ekonomi", ""),
        ("xinhua-zh", "http://www.news.cn/politics/2022-12/14/c_1129207254.htm", "c_1129207254"),
        ("xinhua-zh", "http://m.xinhuanet.com/2022-12/14/c_1129207254.htm", "c_1129207254"),
        ("xinhua-zh", "http://www.news.cn/photo/2022-12/14/c_1129207254_2.htm", "c_1129207254_2"),
        ("xinhua-zh", "http://news.xinhuanet.com/newscenter/2005-08/23/content_3390637.htm", "content_3390637"),
        (
            "xinhua-zh",
            "https://www.news.cn/politics/20261003/0123456789abcdef0123456789abcdef/c.html",
            "0123456789abcdef0123456789abcdef",
        ),
        ("xinhua-zh", "http://www.xinhuanet.com/english/2019-11/20/c_138560000.htm", ""),
        ("xinhua-zh", "https://www.news.cn/politics/index.htm", ""),
        ("xinhua-en", "http://news.xinhuanet.com/english2010/china/2011-05/04/c_13857911.htm", "c_13857911"),
        ("xinhua-en", "https://english.news.cn/list/latestnews.htm", ""),
        ("people-zh", "http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html", "n1-40223222"),
        ("people-zh", "http://cpc.people.com.cn/n1/2024/0424/c64094-40223222.html", "n1-40223222"),
        ("people-zh", "http://bj.people.com.cn/n2/2024/0424/c14540-40223222.html", "n2-40223222"),
        ("people-zh", "http://culture.people.com.cn/n1/2019/0615/c1013-31153719-2.html", "n1-31153719-2"),
        ("people-zh", "http://politics.people.com.cn/GB/1026/3634517.html", "3634517"),
        ("people-zh", "http://politics.people.com.cn/GB/1024/index1.html", ""),
        ("people-zh", "http://paper.people.com.cn/rmrb/pc/content/202412/01/content_30043210.html", "content_30043210"),
        (
            "people-zh",
            "http://paper.people.com.cn/rmrb/html/2024-04/24/nw.D110000renmrb_20240424_1-01.htm",
            "D110000renmrb_20240424_1-01",
        ),
        ("people-zh", "http://paper.people.com.cn/rmrb/pc/layout/202412/01/node_01.html", ""),
        ("people-en", "http://en.people.cn/n3/2024/0424/c90000-20161234.html", "20161234"),
        ("people-en", "http://en.people.cn/90882/index.html", ""),
        ("huanqiu", "https://world.huanqiu.com/article/4TNv5to6eSF", "4TNv5to6eSF"),
        ("huanqiu", "https://m.huanqiu.com/article/4TNv5to6eSF", "4TNv5to6eSF"),
        ("huanqiu", "https://3w.huanqiu.com/a/d80b1f/3yWyyCuSR4w?agt=20", "3yWyyCuSR4w"),
        ("huanqiu", "http://world.huanqiu.com/exclusive/2018-08/12685432.html", "12685432"),
        ("huanqiu", "https://world.huanqiu.com/roll", ""),
        (
            "cctv-zh",
            "https://news.cctv.com/2026/06/25/ARTIbcdefghijklmnopqrstu260625.shtml",
            "ARTIbcdefghijklmnopqrstu260625",
        ),
        ("cctv-zh", "https://news.cctv.com/china/", ""),
        ("chinanews-zh", "http://www.chinanews.com/ll/2020/07-04/9229287.shtml", "9229287"),
        ("chinanews-zh", "https://www.chinanews.com.cn/gn/news/2008/08-01/1331234.shtml", "1331234"),
        ("chinanews-zh", "http://www.gd.chinanews.com/2020/2020-07-04/408888.shtml", ""),
        ("chinanews-en", "https://www.ecns.cn/news/society/2026-10-03/detail-ihfabcde1234567.shtml", "ihfabcde1234567"),
        ("chinanews-en", "https://www.ecns.cn/cns-wire/index_2.shtml", ""),
        ("anadolu-ar", "https://www.aa.com.tr/ar/%D8%AA%D8%B1%D9%83%D9%8A%D8%A7/%D8%B3/3529017", "3529017"),
        ("ria", "https://ria.ru/20220611/ekonomika-1794720292.html", "1794720292"),
        ("ria", "https://ria.ru/amp/20220611/ekonomika-1794720292.html", "1794720292"),
        ("ria", "https://ria.ru/20220611/vybory-2024-1794720292.html", "1794720292"),
        ("ria", "https://ria.ru/spravka/20161204/1482734890.html", "1482734890"),
        ("ria", "https://ria.ru/20220611/", ""),
        ("ria", "https://ria.ru/location_rossiyskaya-federatsiya/", ""),
        ("rian-en", "http://en.rian.ru/world/20110410/163458489-print.html", "163458489"),
        ("sputnik-en", "https://sputniknews.com/world/201906201075975805-downing-of-drone-2019/", "1075975805"),
        ("sputnik-en", "https://sputnikglobe.com/20190620/downing-of-drone-1075975805.html", "1075975805"),
        ("sputnik-en", "https://sputniknews.com/amp/world/201906201075975805-downing/", "1075975805"),
        ("sputnik-cn", "https://sputniknews.cn/20260729/1072541907.html", "1072541907"),
        ("sputnik-uz-lat", "https://oz.sputniknews-uz.com/economy/20180630/8718574/Yangi-2019.html", "8718574"),
        (
            "granma-es",
            "https://www.granma.cu/cuba/2022-03-14/slug-14-03-2022-21-03-07",
            "2022-03-14-slug-14-03-2022-21-03-07",
        ),
        ("granma-es", "https://www.granma.cu/cuba", ""),
        ("granma-es", "https://www.granma.cu/archivo", ""),
        ("cubadebate", "http://www.cubadebate.cu/noticias/2022/03/14/el-faro/", "el-faro"),
        ("cubadebate", "http://www.cubadebate.cu/noticias/2022/03/14/el-faro/print/", "el-faro"),
        ("cubadebate", "http://www.cubadebate.cu/opinion/2022/03/14/el-faro/amp/", "el-faro"),
        ("cubadebate", "http://www.cubadebate.cu/categoria/noticias/", ""),
        ("yjc-fa", "http://www.yjc.ir/fa/news/7349926", "7349926"),
        ("yjc-fa", "https://www.yjc.news/fa/news/7349926/پل-روستا", "7349926"),
        ("yjc-fa", "https://www.yjc.ir/fa/amp/news/7349926", "7349926"),
        ("yjc-fa", "https://www.yjc.ir/fa/print/7349926", "7349926"),
        ("yjc-fa", "https://www.yjc.ir/fa/yazd/218", ""),
        ("yjc-fa", "https://www.yjc.ir/fa/tags/3782/1/x", ""),
        ("tass-ru", "https://tass.ru/moskva/8836033", "8836033"),
        ("tass-ru", "https://tass.ru/moskva/8836033/amp", "8836033"),
        ("tass-ru", "https://tass.ru/tag/rossiya", ""),
        ("kommersant", "https://www.kommersant.ru/doc/7715044?from=doc_lk", "7715044"),
        ("kommersant", "https://www.kommersant.ru/news/7715044", "7715044"),
        ("kommersant", "https://www.kommersant.ru/rubric/5", ""),
        ("kommersant", "https://www.kommersant.ru/gallery/7715044", ""),
        ("irna-en", "https://en.irna.ir/news/86148003/Market-clock", "86148003"),
        ("irna-en", "https://en.irna.ir/photo/86148003", "86148003"),
        ("irna-en", "https://en.irna.ir/service/world", ""),
        ("rt-en", "http://[broken", ""),
        ("rt-en", "", ""),
    ],
)
def test_own_id(outlet: str, url: str, own_id: str) -> None:
    assert registry().get(outlet).own_id(url) == own_id


def test_editions_that_share_a_host_are_told_apart_by_their_articles() -> None:
    home, abroad = (
        Outlet(name, "vale", name, (Domain("vale.example", until="2025-01-01"),), article=rf"{path}/(?P<id>\d+)")
        for name, path in (("vale-xx", "/local"), ("vale-en", "/english/local"))
    )
    known = Registry({outlet.name: outlet for outlet in (home, abroad)})
    before = datetime(2024, 1, 1, tzinfo=UTC)
    for path, name in (("local/1", "vale-xx"), ("english/local/1", "vale-en"), ("english/", "vale-xx")):
        assert known.for_url(f"https://www.vale.example/{path}", before).name == name
    assert known.for_url("https://www.vale.example/english/local/1", AT).name == "vale.example"


def test_numbers_of_several_series_are_several_ids() -> None:
    outlet = Outlet("vale", "vale", "Vale", (), article=r"/(?:(?P<of>n\d)/)?a/(?P<id>\d+)")
    assert [outlet.own_id(f"https://vale.example/{path}") for path in ("n1/a/7", "n2/a/7", "a/7")] == [
        "n1-7",
        "n2-7",
        "7",
    ]


def test_an_unknown_name_names_what_is_near() -> None:
    with pytest.raises(NotFound, match="rt-fr"):
        registry().get("rt_fr")


def test_the_registry_and_revisions_are_computed_once() -> None:
    assert registry() is registry()
    assert registry().revisions() == registry().revisions()
    assert any(name.startswith("generic@") for name in registry().revisions())


def test_an_edition_at_a_host_below_anothers_is_no_part_of_it() -> None:
    english, french = registry().get("rt-en"), registry().get("rt-fr")
    assert english.has_host("www.rt.com")
    assert not english.has_host("francais.rt.com")
    assert not registry().get("rt-rs").has_host("lat.rt.rs")
    assert french.has_host("francais.rt.com")


def test_facts() -> None:
    facts = registry().get("rt-fr").facts
    assert (facts.name, facts.family, facts.country, facts.languages) == ("rt-fr", "rt", "RU", ("fr",))
    assert Domain("rtenfrance.tv", mirror=True) in facts.domains


def test_every_shipped_outlet_is_complete() -> None:
    for name in registry().names():
        outlet = registry().get(name)
        assert outlet.domains, name
        assert outlet.readers or outlet.general, name
        assert outlet.languages, name
        assert outlet.source, name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vale.py").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_an_operators_file_adds_and_overrides(folder: Path) -> None:
    found = registry(folder)
    assert found.get("rt-en").title == "Mine"
    assert registry().get("rt-en").title == "RT"
    assert found.for_url("https://www.vale-post.example/local/1", datetime(2021, 1, 1, tzinfo=UTC)).name == "vale"
    assert found.for_url("https://www.vale-post.example/local/1", AT).name == "vale-post.example"


@pytest.mark.parametrize(
    ("page", "year", "headline", "reader"),
    [
        ('<h2 class="t">Old</h2><h1 class="t">New</h1>', 2021, "Old", "vale-2020"),
        ('<h2 class="t">Old</h2><h1 class="t">New</h1>', 2023, "New", "vale-2023"),
    ],
)
def test_a_page_is_read_as_of_its_day(folder: Path, page: str, year: int, headline: str, reader: str) -> None:
    body = f'<html><body>{page}<div class="story"><p>Text.</p></div></body></html>'.encode()
    at = datetime(year, 6, 1, tzinfo=UTC)
    capture = Capture("https://vale-post.example/local/7", at, body, source=Source.GIVEN_PAGE)
    judgement, reading = examine(capture, registry(folder).get("vale"))
    assert judgement.verdict is Verdict.ARTICLE
    assert reading is not None
    assert (reading.headline, reading.own_id) == (headline, "7")
    assert reading.revision.startswith(f"{reader}@")
    assert reading.revision in registry(folder).revisions()


SHARED = """
from crawler.outlets.base import Domain, Outlet

def _edition(name, path):
    return Outlet(name=name, family="vale", title=name, domains=(Domain("vale.example"),), path=path,
                  languages=("en",), article=r"/(?:\\w+/)+(?P<id>\\d+)", general=True)

english, french, kitchen = _edition("vale-en", "/en"), _edition("vale-fr", "/fr"), _edition("vale-food", "/en/food")
"""


@pytest.mark.parametrize(
    ("url", "name", "own_id"),
    [
        ("https://www.vale.example/en/local/7", "vale-en", "7"),
        ("https://www.vale.example/en", "vale-en", ""),
        ("https://www.vale.example/fr/local/7", "vale-fr", "7"),
        ("https://www.vale.example/en/food/7", "vale-food", "7"),
        ("https://www.vale.example/english/7", "vale.example", ""),
        ("https://www.vale.example/", "vale.example", ""),
    ],
)
def test_outlets_that_share_a_host_are_told_apart_by_path(tmp_path: Path, url: str, name: str, own_id: str) -> None:
    (tmp_path / "vale.py").write_text(SHARED, encoding="utf-8")
    outlet = registry(tmp_path).for_url(url, AT)
    assert (outlet.name, outlet.own_id(url)) == (name, own_id)
    assert registry(tmp_path).get("vale-fr").own_id("https://www.vale.example/en/local/7") == ""


DEEP = """from crawler.outlets.base import Cut, Outlet, Reader, When, css, first, meta
when = When(first(
    meta("date"),
    css("b["),
))
web = Reader("web", "p", "p", css("h1"), published=(when,), furniture=(Cut("share", "share", "i", "a >"),))
o = Outlet("o", "o", "O", (), readers=(web,))
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", "broken.py:1"),
        ("import nothing_of_that_name", "broken.py:1"),
        ("\n\n1 / 0\n", "broken.py:3"),
        ("\nraise SystemExit(0)\n", "broken.py:2: SystemExit"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (), readers=({BAD_READER},))", "not a CSS selector"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (), article='(')", "not a pattern"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (), article='/x')", "named id"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (), path='en/')", "beginning of a path"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (), timezone='Europe/Moskva')", "timezone: no time zone is called so"),
        (f"{IMPORT}o = Outlet('o', 'o', 'O', (Domain('o.example', since='2020'),))", "domains[0].since: not a day"),
        (DEEP, "broken.py:4: outlet o: readers[web].published[0].source.choices[1].selector: not a CSS selector: 'b['"),
        (DEEP.replace("b[", "p:not(.a, [b]"), "choices[1].selector: not a CSS selector: 'p:not(.a, [b]'"),
        (DEEP.replace("b[", "b"), "furniture[share].titles: not a CSS selector: 'a >'"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "broken.py").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(words)):
        registry(tmp_path)


def test_a_file_that_defines_no_outlet_says_so(tmp_path: Path) -> None:
    (tmp_path / "ten.py").write_text("OUTLETS = tuple()\n", encoding="utf-8")
    (tmp_path / "_shared.py").write_text("ZONE = 'Europe/Paris'\n", encoding="utf-8")
    found = registry(tmp_path)
    (remark,) = found.remarks
    assert remark.startswith(f"{tmp_path / 'ten.py'} defines no outlet")
    with pytest.raises(NotFound, match=r"no outlet is called 'o0'.*ten\.py defines no outlet"):
        found.get("o0")


def test_ad_hoc_outlets_are_read_by_generic() -> None:
    outlet: Outlet = ad_hoc("www.nobody.example")
    assert (outlet.name, outlet.general, outlet.own_id("https://nobody.example/1")) == ("nobody.example", True, "")
