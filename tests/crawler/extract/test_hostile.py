"""Bytes made to hurt: bombs, endless nesting, patterns led astray. All within two seconds and 300 MB, in words."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from math import inf
from types import ModuleType
from typing import Any

import pytest

import crawler
import crawler.outlets
from crawler.outlets.registry import registry
from tests.support import REPOSITORY, environment

SECONDS, MEGABYTES = 2.0, 300

# --- pages ------------------------------------------------------------------------------------------------------------

_CHILD = """
import gzip, json, resource, sys, time, zlib
from datetime import UTC, datetime
import brotli
if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd
from archive.records import Capture
from crawler.outlets.registry import registry
from crawler.extract.examine import Fault, examine

AT = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = b'<!DOCTYPE html><html lang="en"><head><title>Bridge</title></head><body><div class="article">'
TEXT = (
    b'<h1 class="article__heading">Bridge to close</h1><div class="article__text"><p>The bridge will close for a year, '
    b'the owner of the port said on Monday, and ferries will run instead.</p></div></div></body></html>'
)
HUGE = 200_000_000


def packed(engine):
    piece = b"<p>" + b" " * 999_997
    return b"".join([*(engine.compress(piece) for _ in range(HUGE // len(piece))), engine.flush()])


class Brotli:
    def __init__(self):
        self.engine = brotli.Compressor(quality=1)
        self.compress, self.flush = self.engine.process, self.engine.finish


def page(middle):
    return HEAD + middle + TEXT


CASES = {
    "bomb in gzip": lambda: (packed(zlib.compressobj(wbits=31)), "gzip"),
    "bomb in deflate": lambda: (packed(zlib.compressobj()), "deflate"),
    "bomb in br": lambda: (packed(Brotli()), "br"),
    "bomb in zstd": lambda: (packed(zstd.ZstdCompressor()), "zstd"),
    "bomb in gzip in gzip": lambda: (gzip.compress(packed(zlib.compressobj(wbits=31))), "gzip, gzip"),
    "bomb in br in gzip": lambda: (gzip.compress(packed(Brotli())), "br, gzip"),
    "many small bombs": lambda: (gzip.compress(b" " * 1_000_000) * 200, "gzip"),
    "100,000 nested elements": lambda: (page(b"<div>" * 100_000), ""),
    "100,000 nested lists": lambda: (page(b"<ul><li>" * 100_000), ""),
    "a text of 11 MB": lambda: (page(b"<p>" + b"word " * 2_200_000 + b"</p>"), ""),
    "a text of 11 MB without spaces": lambda: (page(b"<p>" + b"x" * 11_000_000 + b"</p>"), ""),
    "a headline of 5 MB": lambda: (HEAD + TEXT.replace(b"Bridge to close", "\\u6865".encode() * 1_700_000), ""),
    "1,000,000 attributes": lambda: (page(b"<div " + b"".join(b"a%d=1 " % n for n in range(1_000_000)) + b">"), ""),
    "1,000,000 paragraphs": lambda: (page(b"<p>x" * 1_000_000), ""),
    "a script of 10 MB": lambda: (page(b"<script>" + b"a<b>c'\\"" * 1_500_000 + b"</script>"), ""),
    "nothing but <": lambda: (page(b"<" * 3_000_000), ""),
    "nothing but quotes": lambda: (page(b"<a href=" + b"\\"'" * 1_500_000 + b">"), ""),
    "comments begun and begun": lambda: (page(b"<!-- " * 600_000), ""),
    "tags begun and begun": lambda: (page(b"<a title='" * 300_000), ""),
    "entities": lambda: (page(b"<p>" + b"&amp;&#x10FFFF;" * 300_000 + b"</p>"), ""),
    "letters of no charset": lambda: (page(bytes(range(128, 256)) * 20_000), ""),
    "letters of four bytes": lambda: (page("<p>\\U0001f600 ".encode() * 1_000_000), ""),
}

for name, made in CASES.items():
    body, encoding = made()
    for url in ("https://www.rt.com/news/473001-slug/", "https://www.nobody.example/2026/01/slug"):
        headers = (("Content-Type", "text/html"), *((("Content-Encoding", encoding),) if encoding else ()))
        capture = Capture(url, AT, body, headers=headers)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        found = examine(capture, registry().for_url(url, AT))[0]
        assert not isinstance(found, Fault), (name, found)
        took, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps([name, url, str(found.verdict), found.reason, took, (peak - before) / 1024]), flush=True)
    del body
"""


@pytest.fixture(scope="module")
def examined() -> list[tuple[str, str, str, str, float, float]]:
    """What each hostile page came to: (name, address, verdict, reason, seconds, megabytes by which memory grew)."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=REPOSITORY,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_every_hostile_page_ends_in_a_verdict_in_time_and_memory(examined: list[Any]) -> None:
    assert [one for one in examined if one[4] > SECONDS] == []
    assert [one for one in examined if one[5] > MEGABYTES] == []


def test_a_bomb_is_too_big_whatever_it_is_packed_in(examined: list[Any]) -> None:
    bombs = {(one[0], one[2]) for one in examined if "bomb" in one[0]}
    assert {verdict for _, verdict in bombs} == {"too-big"}
    assert len(bombs) == 7


def test_what_the_parser_cannot_show_is_unreadable(examined: list[Any]) -> None:
    nested = {one[2] for one in examined if "100,000" in one[0] or "attributes" in one[0]}
    assert nested == {"unreadable"}


# --- patterns ---------------------------------------------------------------------------------------------------------

_LONG = 100_000 if os.environ.get("PALIMPSEST_TEST_THOROUGH") == "1" else 20_000
_SEEDS = (
    *"a 1<\"'-&/=.,:|_\n\t«",
    *("ab ", "a, ", "1 ", "12.", "1/", "<a ", '<a b="', "='", "<!--", "-->", "</p", "<p>", " a=1", "\\u00e9", "a-b "),
    *("é", "я", "я ", "港", "م ", "А1", "http://", "/a", "/2026/01", "?a=b&", "12 мая ", "12:00 ", "(a", "aA", "é1"),
    *("by a ", "/ТАСС/. ", "Ã", "Ð", "charset=", "refresh;url=", "window.x={", "var a='", "\ufffd", "\u200b", "\u3000"),
)


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(crawler.__path__, "crawler."):
        if not found.name.endswith(".__main__"):
            yield importlib.import_module(found.name)
    yield from map(importlib.import_module, ("archive.text", "archive.urls"))


def _held(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The compiled patterns in a value, and in what it holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 6 and isinstance(value, dict):
        yield from (found for one in value.values() for found in _held(one, depth + 1))
    elif depth < 6 and isinstance(value, (tuple, list, set, frozenset)):
        yield from (found for one in value for found in _held(one, depth + 1))
    elif depth < 6 and is_dataclass(value):
        yield from (found for field in fields(value) for found in _held(getattr(value, field.name, None), depth + 1))


_USES = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")


def _uses() -> dict[tuple[re.Pattern[Any], str], str]:
    """Each pattern a module of ours holds, with each method it is asked by (all, where that cannot be told): where."""
    found: dict[tuple[re.Pattern[Any], str], str] = {}
    for module in _modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if is_dataclass(value) and module.__name__.startswith("crawler.outlets."):
                continue  # outlets and their parts are asked as outlets are
            told = set(re.findall(rf"\b{name}\.({'|'.join(_USES)})\b", source))
            for pattern in _held(value):
                methods = told if isinstance(value, re.Pattern) and told else {"search"}
                found |= {(pattern, method): f"{module.__name__}.{name}" for method in methods}
    return found


def _seconds(ask: Callable[[Any], object], text: str, limit: float, *, as_bytes: bool) -> float:
    """How long it takes; the least of three where it is over the limit, for whatever else runs here slows it."""
    subject: Any = text.encode() if as_bytes else text
    least = inf
    for _ in range(3):
        began = time.process_time()
        ask(subject)
        least = min(least, time.process_time() - began)
        if least <= limit:
            break
    return least


def _ask(pattern: re.Pattern[Any], method: str) -> Callable[[Any], object]:
    if method == "sub":
        return lambda subject: pattern.sub(lambda found: found[0], subject)
    if method == "finditer":
        return lambda subject: list(pattern.finditer(subject))
    found: Callable[[Any], object] = getattr(pattern, method)
    return found


def _texts(length: int) -> Iterator[str]:
    for seed in _SEEDS:
        yield seed * (length // len(seed)) + "\x00"
        yield "<a " + seed * (length // len(seed))


def _slow(pattern: re.Pattern[Any], method: str, length: int) -> str:
    """What a pattern is slow on; empty where nothing is. Tried on less first: some would never end."""
    ask, as_bytes = _ask(pattern, method), isinstance(pattern.pattern, bytes)
    for size in (length // 25, length):
        limit = _SLOW * size / length + 0.02
        for text in _texts(size):
            if (took := _seconds(ask, text, limit, as_bytes=as_bytes)) > limit:
                return f"{took:.2f} s for {size:,} of {text[:12]!r}"
    return ""


_SLOW = 0.25
"""Seconds for a text of that length. What grows with the square of it takes minutes on the longest."""
_SHORTER = {
    "crawler.extract.damage._REMAINS": 2_000,  # cut before it is searched
    "crawler.parse.roles._CLOSED": 1_000,  # selectors, our own
    # White space is folded before, and lines are short.
    **dict.fromkeys((f"crawler.parse.bylines.{name}" for name in ("_BETWEEN", "_BETWEEN_HAN", "_TRAIL")), 1_000),
    "crawler.extract.general.names._TRAIL": 1_000,
    # Words of a caption are cut before.
    **dict.fromkeys(
        (f"crawler.extract.general.fields.{name}" for name in ("_CREDITED", "_LABELLED", "_LABELLED_END")), 2_000
    ),
}
"""The longest text a pattern can meet, where that is not anything."""


def test_no_pattern_of_ours_can_be_led_astray() -> None:
    """Each over long texts of what patterns stumble over, asked as its module asks it."""
    uses = _uses()
    assert len(uses) > 60
    slow = {
        (where, str(pattern.pattern)[:100], method): _slow(pattern, method, _SHORTER.get(where, _LONG))
        for (pattern, method), where in uses.items()
    }
    assert {use: why for use, why in slow.items() if why} == {}


def test_no_pattern_of_an_outlet_can_be_led_astray() -> None:
    """Article addresses from their beginning, names in a paragraph, what is picked from a line."""
    outlets = registry().outlets.values()
    articles = {(re.compile(outlet.article), "match", 20_000) for outlet in outlets if outlet.article}
    readers = [reader for outlet in outlets for reader in outlet.readers]
    bylines = {(re.compile(reader.byline), "fullmatch", _LONG) for reader in readers if reader.byline}
    picked = {(pattern, "search", 1_000) for reader in readers for pattern in _held(reader)}
    assert len(picked) > 20
    slow = {(ask[0].pattern, ask[1]): _slow(*ask) for ask in articles | bylines | picked}
    assert {use: why for use, why in slow.items() if why} == {}
