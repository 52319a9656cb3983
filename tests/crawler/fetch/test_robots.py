"""A robots.txt in another encoding forbids what it forbids."""

from __future__ import annotations

import pytest

from crawler.fetch.robots import read

RULES = "User-agent: *\r\nDisallow: /archive\r\n"
PAGE = "https://www.courier.example/"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_what_is_forbidden_in_any_encoding_is_not_fetched(encoding: str) -> None:
    policy = read(200, RULES.encode(encoding))
    assert policy is None or not policy.allows(PAGE + "archive/1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_is_allowed_is_fetched(encoding: str) -> None:
    policy = read(200, RULES.encode(encoding))
    assert policy is not None
    assert policy.allows(PAGE + "news/1")


def test_markup_is_no_robots_file() -> None:
    assert read(200, "<html>".encode("utf-16")) is None
