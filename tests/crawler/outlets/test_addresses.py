"""Outlets found by the address of a page, those that share a host or have hosts of others below their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.outlets.registry import registry

AT = datetime(2026, 10, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://rg.ru/2025/07/07/reg-szfo/slug.html", "rg"),
        ("https://www.belta.by/society/view/slug-741203-2026/", "belta-ru"),
        ("https://eng.belta.by/society/view/slug-183114-2026/", "belta-en"),
        ("https://tvzvezda.ru/news/20261050010-AbCdE.html", "tvzvezda"),
        ("https://newseu.cgtn.com/news/2026-10-07/Slug-1R4py2V4RKo/index.html", "cgtn"),
        ("https://russian.cgtn.com/news/x", "cgtn.com"),
        ("https://www.globaltimes.cn/content/1103001.shtml", "globaltimes"),
        ("https://www.chinadaily.com.cn/a/202607/21/WS64a1b2c3d4e5f60718293a4b.html", "chinadaily-en"),
        ("https://cn.chinadaily.com.cn/a/202305/17/WS6464a1b2a310537989374c5d.html", "chinadaily-zh"),
        ("https://www.mehrnews.com/news/6601201/x", "mehr-fa"),
        ("https://en.mehrnews.com/news/240311/x", "mehr-en"),
        ("https://ar.mehrnews.com/news/1/x", "mehrnews.com"),
        ("https://www.khabaronline.ir/news/1354001/x", "khabaronline-fa"),
        ("https://www.tasnimnews.ir/fa/news/1405/07/12/3401234/x", "tasnim-fa"),
        ("https://www.tasnimnews.com/en/news/2026/10/04/3401235/x", "tasnim-en"),
        ("https://www.presstv.co.uk/Detail/2026/10/03/777123/x", "presstv-en"),
        ("https://french.presstv.ir/Detail/2026/10/03/777200/x", "presstv-fr"),
        ("https://parstoday.ir/en/news/iran-i246012-x", "parstoday-en"),
        ("https://parstoday.ir/de/news/iran-i1-x", "parstoday.ir"),
        ("https://www.trtworld.com/article/3e946db45c45", "trt-world"),
        ("https://www.trthaber.com/haber/gundem/slug-724162.html", "trt-haber"),
        ("https://sana.sy/en/local/2271401/", "sana-en"),
        ("https://archive.sana.sy/en/?p=301411", "sana-en"),
        ("https://sana.sy/local/2271402/", "sana-ar"),
        ("http://www.kcna.kp/en/article/detail/0123456789abcdef0123456789abcdef", "kcna-en"),
        ("http://www.kcna.kp/kp/article/detail/0123456789abcdef0123456789abcdef", "kcna-ko"),
        ("https://www.telesurtv.net/news/slug-20181119-0040.html", "telesur-es"),
        ("https://www.telesurenglish.net/slug-of-it-here/", "telesur-en"),
        ("https://www.prensa-latina.cu/2026/05/02/slug/", "prensa-latina-es"),
        ("https://www.plenglish.com/news/2026/05/02/slug/", "prensa-latina-en"),
        ("https://www.almayadeen.net/news/politics/slug-of-it", "almayadeen-ar"),
        ("https://english.almayadeen.net/news/politics/slug-of-it", "almayadeen-en"),
        ("https://www.ruptly.tv/en/videos/20220112-020-Japan", "ruptly"),
    ],
)
def test_by_address(url: str, name: str) -> None:
    assert registry().for_url(url, AT).name == name


def test_an_id_is_the_same_however_the_letters_of_an_address_are_spelt() -> None:
    outlet = registry().get("almayadeen-ar")
    spelt = "https://www.almayadeen.net/news/society/العبارة-تعود"
    encoded = (
        "https://www.almayadeen.net/news/society/%d8%a7%d9%84%d8%b9%d8%a8%d8%a7%d8%b1%d8%a9-%D8%AA%D8%B9%D9%88%D8%AF"
    )
    assert outlet.own_id(spelt) == outlet.own_id(encoded) != ""
