"""No message repeats a secret, however the address is written that it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import masking, urls
from archive.errors import BadInput, DatabaseError
from archive.home import Home
from archive.records import Attempt
from crawler.discover import discover
from crawler.fetch.failures import Unanswered
from crawler.fetch.guard import Refused
from crawler.outlets.find import Sitemap
from crawler.parse.page import absolute
from tests.support import palimpsest

DATABASES = (
    "postgresql://me:hunter2@host:port/x",
    "postgresql://me:hunter2@[::1/x",
    "postgresql//me:hunter2@host/x",
    "postgres:me:hunter2@host",
    "me:hunter2@host/x",
    "postgresql://me:hun@ter2/word@host/x",
    "postgresql://host/x?user=me&password=hunter2",
    "host=h user=me password='hunter2'",
    "mysql://me:hunter2@host/x",
    "postgresql://me:hunt%65r2@127.0.0.1:1/x",
)
"""Malformed, of a database nobody can use, or of one that is not there."""


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a secret here is a word to the tests behind."""
    monkeypatch.setattr(masking, "_known", set())


@pytest.mark.parametrize("address", DATABASES)
def test_a_database_address_is_never_repeated(address: str) -> None:
    for words in (("status",), ("doctor",), ("transfer", address, "sqlite:////nowhere/x.db")):
        told = palimpsest(*words, env={"DATABASE_URL": address, "PALIMPSEST_HOME": "/nowhere"})
        assert told.code
        for secret in ("hunter2", "hunt%65r2", "ter2/word"):
            assert secret not in told.stdout + told.stderr
        assert "fault of the program" not in told.stderr
    Home(Path("/nowhere"), address)
    assert "hunter2" not in str(DatabaseError(f"could not connect with {address}, or with hunter2"))


def test_a_malformed_database_address_ends_with_the_code_of_the_database() -> None:
    assert palimpsest("status", env={"DATABASE_URL": DATABASES[0]}).code == DatabaseError.exit_code


@pytest.mark.parametrize(
    "address",
    [
        "https://me:hunter2@a.example/x",
        "http://hunter2@a.example/",
        "//me:hunter2@a.example/x",
        "https:\\\\me:hunter2@a.example/x",
        f"https://{'x' * 300}:hunter2@a.example/x",
        f"https://me:hunter2{'x' * 300}@a.example/x",
        "https://me:hun\ter2@[x/",
    ],
)
def test_an_address_with_a_password_leaves_it_nowhere(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        urls.normal(address)
    found = discover(Sitemap("https://a.example/s"), "https://a.example/s", address.encode(), "text/plain")
    said = [str(refused.value), found.problem, masking.masked(f"fetching {address} failed"), str(Refused(address))]
    said.append(str(Unanswered(Attempt.CONNECT, address)))
    assert not any("hunter2" in words for words in (*said, absolute("https://a.example/", address)))


def test_what_only_looks_like_a_secret_stays() -> None:
    for words in (
        "rt-fr:41739@0f3a9c2b7d1e",
        "https://a.example/@user?a=b@c",
        "see a.example: x@y.example",
        "10:30 @ x",
    ):
        assert masking.masked(words) == words
