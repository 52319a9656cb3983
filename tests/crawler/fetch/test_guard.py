"""The gate, address by address."""

from __future__ import annotations

import pytest
from twisted.internet.error import DNSLookupError

from archive.records import Domain
from crawler.fetch import guard
from crawler.fetch.resolver import Resolver
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed
from crawler.outlets.registry import registry

OUTLET = Outlet(
    name="site",
    family="site",
    title="Site",
    domains=(Domain("site.example"), Domain("mirror.example", mirror=True)),
    find=(Feed("http://www.site.example:8080/feed?at=:8081"),),
)
INSIDE = """0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fc00::1 fd00::8 fe80::1 fe80::1%eth0
ff02::1 2001:db8::1 2002:7f00:1:: ::ffff:100.64.0.1 64:ff9b::10.0.0.1 64:ff9b::7f00:1 localhost
127.1 0x7f000001""".split()


@pytest.mark.parametrize("number", INSIDE)
def test_an_address_that_is_not_public_is_refused_where_the_connection_is_made(number: str) -> None:
    assert not guard.is_public(number)
    with pytest.raises(DNSLookupError, match="off-limits"):
        Resolver._public(number, "site.example")


@pytest.mark.parametrize("number", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::1.1.1.1"])
def test_a_public_address_passes(number: str) -> None:
    assert guard.is_public(number)


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/news/1",
        "http://www.site.example:8080/a?id=5",
        "https://mirror.example/2020/01/01/a",
        "http://site.example:443/a",
        "https://site.example:80/a",
    ],
)
def test_the_outlets_own_addresses_pass(url: str) -> None:
    assert guard.check(url, OUTLET)


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/a",
        "https://site.example.evil.test/a",
        "https://evilsite.example/a",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "gopher://site.example/a",
        "http://site.example\\@10.0.0.1/",
        "http://user:word@site.example/",
        "http://site.example@10.0.0.1/",
        "http://site.example:22/",
        "http://site.example:8081/",
        "http://site.example:0/",
        "https://site.example:8443/news/1",
        "https://site.example/" + "a/" * 13,
        "https://site.example/a/b/a/b/a/b",
        "https://site.example/a;jsessionid=12",
        "https://site.example/" + "x" * 3000,
        "http://[::1/",
    ],
)
def test_everything_else_is_refused_with_a_word(url: str) -> None:
    with pytest.raises(guard.Refused):
        guard.check(url, OUTLET)


def test_articles_of_the_real_outlets_pass() -> None:
    url = "https://francais.rt.com/international/41739-ex-ambassadeur-russe"
    assert guard.check(url, registry().get("rt-fr")) == url
