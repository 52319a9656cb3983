"""Pages cut, changed and declared falsely end in a verdict, soon, and never in an article that lacks a paragraph.

The ordinary suite tries a few damages of each page, `PALIMPSEST_TEST_THOROUGH=1` a thousand of each kind.
`benchmarks/robustness.py` prints the figures.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.records import Capture, Reading, Source, Verdict
from crawler.authoring import cases
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.page import load
from tests.crawler.mutants import Kind, in_a_name, mutant, try_one
from tests.support import REPOSITORY

THOROUGH = os.environ.get("PALIMPSEST_TEST_THOROUGH") == "1"
OWN = REPOSITORY / "tests" / "outlets"
SHARED = REPOSITORY.parent / "shared" / "pages"
AT = datetime(2026, 11, 23, tzinfo=UTC)
SECONDS = 2.0


def _own() -> list[str]:
    found = (folder for outlet in sorted(OWN.iterdir()) for folder in cases.folders(outlet))
    return [str(folder.relative_to(OWN)) for folder in found if cases.load(folder).verdict is Verdict.ARTICLE]


def _manifest() -> dict[str, dict[str, Any]]:
    lines = (SHARED / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines() if SHARED.is_dir() else ()
    return {entry["file"]: entry for entry in map(json.loads, lines) if entry["kind"] == "article"}


def _capture(name: str) -> Capture:
    if not name.endswith(".gz"):
        return cases.load(OWN / name).capture
    entry = _manifest()[name]
    url = entry["url"] or f"https://{entry['outlet'].replace('_', '-')}.example/a/1"
    return Capture(url, AT, gzip.decompress((SHARED / name).read_bytes()), source=Source.OWN_HTTP)


@lru_cache(maxsize=2)
def _page(name: str) -> tuple[Capture, Reading]:
    """A page in UTF-8 and its reading."""
    capture = _capture(name)
    outlet = registry().for_url(capture.url, capture.fetched_at)
    capture = replace(capture, body=load(capture, outlet.charset).text.encode())
    reading = examine(capture, outlet)[1]
    assert reading is not None
    return capture, reading


def _try(name: str, kind: Kind, chance: random.Random) -> None:
    capture, whole = _page(name)
    outlet = registry().for_url(capture.url, capture.fetched_at)
    one = mutant(capture.body, kind, chance)
    began = time.process_time()
    trial = try_one(capture, one, outlet, whole)
    assert isinstance(trial.verdict, Verdict)
    assert time.process_time() - began < SECONDS, one.how
    # The general extractor weighs a whole page; what it takes for the text can change with any byte.
    if not outlet.general:
        assert not trial.lost or trial.is_noticed or in_a_name(capture.body, one), (one.how, trial.lost)


def _try_many(name: str, kind: Kind, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**64))
    def holds(seed: int) -> None:
        _try(name, kind, random.Random(seed))

    holds()


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", _own())
def test_our_own_pages(name: str, kind: Kind) -> None:
    _try_many(name, kind, 1_000 if THOROUGH else 4)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the saved pages are not beside this repository")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", list(_manifest()))
def test_real_pages(name: str, kind: Kind) -> None:
    _try_many(name, kind, 1_000 if THOROUGH else 2)
