"""One address in any spelling is one address; what may be another page stays another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import urls
from archive.errors import BadInput

EQUAL = [
    ("https://rt.com/news/1-a", "http://rt.com/news/1-a"),
    ("https://rt.com/news/1-a", "https://www.rt.com/news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a/"),
    ("https://rt.com/news/1-a", "HTTPS://RT.com/news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com:443/news/1-a"),
    ("http://rt.com/news/1-a", "http://rt.com:80/news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com./news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a#comments"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a?"),
    ("https://rt.com/news/1-a", "  https://rt.com/news/1-a\n"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a?utm_source=x&utm_medium=y"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a?fbclid=IwAR0"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a?gclid=1&yclid=2&ysclid=3"),
    ("https://a.ru/?id=1", "https://a.ru/?id=1&_openstat=x"),
    ("https://a.ru/?id=1", "https://a.ru/?utm_term=x&id=1"),
    ("https://a.ru/?a=1&b=2", "https://a.ru/?b=2&a=1"),
    ("https://a.ru/статья", "https://a.ru/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"),
    ("https://a.ru/%d1%81", "https://a.ru/%D1%81"),
    ("https://a.ru/%7Euser/%61", "https://a.ru/~user/a"),
    ("https://a.ru/?q=два слова", "https://a.ru/?q=%D0%B4%D0%B2%D0%B0+%D1%81%D0%BB%D0%BE%D0%B2%D0%B0"),
    ("https://президент.рф/a", "https://xn--d1abbgf6aiiy.xn--p1ai/a"),
    ("https://a.ru", "https://a.ru/"),
    ("https://a.ru/a b", "https://a.ru/a%20b"),
    *(("https://a.ru/a", f"https://a.ru/a#{place}") for place in ("p3", "/", "!", ":~:text=b", "a/b", "comment-41")),
    ("https://a.ru/#!/news/41", "https://a.ru/#!/news/41/"),
    ("https://a.ru/n/41.jsp", "https://a.ru/n/41.jsp;jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F9"),
    ("https://a.ru/n/41.jsp", "https://a.ru/n/41.jsp;JSESSIONID=FFEE.node2?utm_source=x"),
    ("https://a.ru/n/41.do?a=1", "https://a.ru/n/41.do;jsessionid=FFEE!-12!34?a=1"),
    ("https://a.ru/n/41", "https://a.ru/n/41?PHPSESSID=9f8e7d6c5b4a39281706f5e4d3c2b1a0"),
    ("https://a.ru/n/41", "https://a.ru/n/41?CFID=123&CFTOKEN=456"),
    ("https://a.ru/n/41", "https://a.ru/n/41?ASPSESSIONIDQQABCD=KJHGFD"),
    ("https://a.ru/n/41", "https://a.ru/n/41?sid=9f8e7d6c5b4a39281706f5e4d3c2b1a0"),
    # Several content systems print dots, colons without a port, zeros: browsers ask for the same page.
    ("https://a.ru/b", "https://a.ru/a/../b"),
    ("https://a.ru/b/", "https://a.ru/../a/./../b/c/.."),
    ("https://a.ru/a/b", "https://a.ru/a/%2e/c/%2E./b"),
    ("https://a.ru/", "https://a.ru/.."),
    ("https://a.ru/b", "https://a.ru:/b"),
    ("https://a.ru/b", "https://a.ru:0443/b"),
    ("https://a.ru/a/b", "https://a.ru/a\n/\tb"),
    ("https://a.ru/n/41.aspx", "https://a.ru/(S(lit3py55t21z5v55vlm25s55))/n/41.aspx"),
    # What may stand in a path as it is, is printed escaped or not by one program and the next.
    *((f"https://a.ru/l{sign}etat", f"https://a.ru/l%{ord(sign):02x}etat") for sign in "!$&'()*+,=:@"),
    ("https://a.ru/a%2fb%3b", "https://a.ru/a%2Fb%3B"),
    ("https://a.ru/up-90%", "https://a.ru/up-90%25"),
    ("https://a.ru/?q=90%", "https://a.ru/?q=90%25"),
    ("https://a.ru/?q=l'etat", "https://a.ru/?q=l%27etat"),
    ("https://a.ru/caf\u00e9", "https://a.ru/cafe\u0301"),
    ("https://a.ru/?q=caf\u00e9", "https://a.ru/?q=cafe%CC%81"),
    *(("https://a.ru/ab", f"https://a.ru/a{sign}b") for sign in "\u00ad\u200b\u2060\ufeff\u200e"),
    ("https://a.ru/?id=1&section=3", "https://a.ru/?id=1&amp;section=3"),
    ("https://a.ru/a", "https://a.ru/a?utm_source=x&amp;utm_medium=y"),
    *(
        ("https://a.ru/?id=1", f"https://a.ru/?id=1&{mark}=x")
        for mark in "mtm_group pk_kwd matomo_x ns_mchannel _ga _gl at_format ocid li_fat_id igsh WT.mc_id".split()
    ),
    *(
        ("https://a.ru/a", f"https://a.ru/a?{mark}")
        for mark in "from=rss source=telegram ref=twitter src=rss_en via=newsletter feature=share".split()
    ),
]

DIFFERENT = [
    ("https://rt.com/news/1-a", "https://rt.com/news/2-a"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-A"),
    ("https://rt.com/news/1-a", "https://francais.rt.com/news/1-a"),
    ("https://rt.com/news/1-a", "https://swentr.site/news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com/fr/news/1-a"),
    ("https://rt.com/news/1-a", "https://rt.com/news/1-a.html"),
    ("https://rt.com/news/1-a", "https://rt.com:8443/news/1-a"),
    ("https://a.ru/?id=1", "https://a.ru/?id=2"),
    ("https://a.ru/?p=1", "https://a.ru/?p=11"),
    ("https://a.ru/?id=a", "https://a.ru/?id=A"),
    ("https://a.ru/?id=1", "https://a.ru/?ID=1"),
    ("https://a.ru/a?page=2", "https://a.ru/a"),
    ("https://a.ru/a?ref=1", "https://a.ru/a"),
    ("https://a.ru/?id=1&id=2", "https://a.ru/?id=2"),
    ("https://a.ru/?id=", "https://a.ru/"),
    ("https://a.ru/a%2Fb", "https://a.ru/a/b"),
    ("https://a.ru/a%3Fb", "https://a.ru/a?b"),
    ("https://a.ru/a//b", "https://a.ru/a/b"),
    ("https://a.ru/?q=%E0%E1", "https://a.ru/?q=%E0%E2"),
    ("https://a.ru/?q=a%26b=c", "https://a.ru/?q=a&b=c"),
    ("https://a.ru/%25D1", "https://a.ru/%D1"),
    ("https://a.co.uk/a", "https://b.co.uk/a"),
    ("https://www.a.ru/a", "https://www2.a.ru/a"),
    ("https://a.ru/app#/news/41", "https://a.ru/app#/news/42"),
    ("https://a.ru/#!/news/41", "https://a.ru/#!/news/42"),
    ("https://a.ru/#!/news/41", "https://a.ru/"),
    ("https://a.ru/#!news41", "https://a.ru/#!news42"),
    ("https://a.ru/article.php?sid=41", "https://a.ru/article.php?sid=42"),
    ("https://a.ru/?s=41", "https://a.ru/?s=42"),
    ("https://a.ru/a/...", "https://a.ru/a/"),
    ("https://a.ru/.well-known", "https://a.ru/well-known"),
    ("https://[::1]:080/b", "https://[::1]/b"),
    ("https://a.ru/a;b=1", "https://a.ru/a;b=2"),
    ("https://a.ru/a%3Bb=1", "https://a.ru/a;b=1"),
    ("https://a.ru/a%23b", "https://a.ru/a#b"),
    ("https://a.ru/a%2525", "https://a.ru/a%25"),
    ("https://a.ru/%E0", "https://a.ru/%E1"),
    ("https://a.ru/\u0645\u06cc\u200c\u0631\u0648\u062f", "https://a.ru/\u0645\u06cc\u0631\u0648\u062f"),
    ("https://a.ru/?from=41", "https://a.ru/?from=42"),
    ("https://a.ru/?source=tass", "https://a.ru/?source=ria"),
    ("https://a.ru/?fbid=1", "https://a.ru/?fbid=2"),
    ("https://a.ru/?gid=1", "https://a.ru/?gid=2"),
]

REFUSED = [
    "",
    "rt.com/news",
    "ftp://rt.com/a",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://",
    "https:///a",
    "https://user@rt.com/",
    "https://user:word@rt.com/",
    "http://inside\\@outside/",
    "https://[::1/a",
    "https://a.ru:99999/a",
    "https://a.ru:http/a",
    "https:/a.ru/a",
    "https://a.ru/" + "x" * urls.LONGEST,
    "https://a.ru/\ud83d",
]


def same(one: str, other: str) -> bool:
    return urls.canonical(urls.normal(one)) == urls.canonical(urls.normal(other))


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_one_address_in_two_spellings(one: str, other: str) -> None:
    assert same(one, other)
    assert urls.canonical_key(urls.normal(one)) == urls.canonical_key(urls.normal(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_addresses_that_look_alike(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_address_is_refused_in_words(url: str) -> None:
    with pytest.raises(BadInput, match=r"address|URL"):
        urls.normal(url)


@given(st.text() | st.builds("{}://{}/{}".format, st.sampled_from(["http", "https"]), st.text(max_size=20), st.text()))
def test_any_text_is_one_normal_address_or_refused(url: str) -> None:
    try:
        found = urls.normal(url)
    except BadInput:
        return
    assert found.isascii()
    assert urls.normal(found) == found
    assert urls.canonical(found)
    assert urls.host(found) == urls.host(found).lower()


@pytest.mark.parametrize(
    ("url", "is_home"),
    [
        ("https://rt.com", True),
        ("https://rt.com/", True),
        ("https://a.ru/index.php", True),
        ("https://a.ru/fr/", True),
        ("https://rt.com/news/", False),
        ("https://a.ru/?p=1", False),
        ("https://[a.ru/", False),
    ],
)
def test_a_home_page_is_told_by_its_address(url: str, is_home: bool) -> None:
    assert urls.is_home(url) is is_home


@pytest.mark.parametrize(
    ("host", "registered"),
    [("www.bbc.co.uk", "bbc.co.uk"), ("francais.rt.com", "rt.com"), ("localhost", "localhost"), ("1.2.3.4", "1.2.3.4")],
)
def test_the_domain_somebody_registered(host: str, registered: str) -> None:
    assert urls.registrable(host) == registered


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://web.archive.org/web/20260224120000/https://a.ru/b?c=1", ("https://a.ru/b?c=1", "20260224120000")),
        ("https://web.archive.org/web/20260224120000id_/http:/a.ru/b", ("http://a.ru/b", "20260224120000")),
        ("https://arquivo.pt/wayback/2016/http://a.ru/", ("http://a.ru/", "2016")),
        ("http://localhost:8080/mine/20170806mp_/https://a.ru/b", ("https://a.ru/b", "20170806")),
        ("/web/20260224120000/https://a.ru/b", ("https://a.ru/b", "20260224120000")),
        ("https://a.ru/2016/11/24/b", ("", "")),
        ("https://a.ru/20161124/b?to=https://c.ru/", ("", "")),
        ("https://a.ru/share/https://c.ru/", ("", "")),
    ],
)
def test_what_a_replay_of_a_web_archive_shows(url: str, shown: tuple[str, str]) -> None:
    assert urls.original(url) == shown
