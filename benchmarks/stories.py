"""How well one story is told in several languages: precision and recall by the labelled pairs of made-up news.

    python -m benchmarks.stories [--model] [--wrong]

Weights were chosen by `stories_texts/one.toml`; what counts is what `other.toml` gives. Each story is told as it is
written, with half of it left out, and with a paragraph of another story below it. With --model, headline and lead are
read by the model of the extra `stories`, too: some tenths of a second each."""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from archive.stories import vectors
from archive.stories.evidence import LEAST, WINDOW, Side, compare, score
from archive.stories.facts import read

__all__ = ["Pair", "Told", "pairs", "tellings"]

_TEXTS = Path(__file__).parent / "stories_texts"
_LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")
_BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


class Told(NamedTuple):
    """A story in a language, by its name, its kin and how it is told."""

    story: str
    kin: str
    language: str
    text: tuple[str, str, str]
    side: Side


class Pair(NamedTuple):
    """Two tellings in two languages, and whether they are of one story."""

    one: Told
    other: Told
    same: bool
    score: float


def tellings(part: str, *, model: bool = False) -> Iterator[Told]:
    """Every story of a part in every language, in turn whole, halved, with a paragraph more; read by a model, too."""
    stories = tomllib.loads((_TEXTS / f"{part}.toml").read_text("utf-8"))
    names = list(stories)
    for n, (name, story) in enumerate(stories.items()):
        for m, language in enumerate(_LANGUAGES):
            parts = [*story[language].split(" | "), "", ""][:3]
            if (n + m) % 3 == 1:
                parts[2] = ""
            elif (n + m) % 3 == 2:
                parts[2] += "\n\n" + stories[names[(n + 5) % len(names)]][language].split(" | ")[1]
            at = _BEGIN + timedelta(hours=story["at"] + 3 * m)
            vector = vectors.model() + vectors.vector(parts[0], parts[1], language) if model else b""
            side = Side(read(*parts, language), at, vector=vector)
            yield Told(name, story["kin"], language, (parts[0], parts[1], parts[2]), side)


def pairs(part: str, *, model: bool = False) -> list[Pair]:
    """All pairs of two languages within the window."""
    return [
        Pair(one, other, one.story == other.story, score(compare(one.side, other.side)))
        for one, other in combinations(tellings(part, model=model), 2)
        if one.language != other.language and abs(one.side.at - other.side.at) <= WINDOW
    ]


def _report(name: str, found: list[Pair]) -> None:
    linked = [pair for pair in found if pair.score >= LEAST]
    right, same = sum(pair.same for pair in linked), sum(pair.same for pair in found)
    precision, recall = right / max(1, len(linked)), right / max(1, same)
    print(f"{name:20} {len(found):5} pairs, {same:3} of one story: precision {precision:.3f}, recall {recall:.3f}")


def _wrong(found: list[Pair]) -> None:
    for pair in found:
        if pair.same != (pair.score >= LEAST):
            names = " - ".join(f"{one.story} {one.language}" for one in (pair.one, pair.other))
            print(f"    {pair.score:.3f} {names}")


def main() -> None:
    """Print it, by part and by language."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--wrong", action="store_true", help="name the pairs that are wrongly linked, or not")
    asked.add_argument("--model", action="store_true", help="let the model of the extra `stories` read them, too")
    wanted = asked.parse_args()
    for part in ("one", "other"):
        begun = time.perf_counter()
        found = pairs(part, model=wanted.model)
        _report(part, found)
        _report("  of one kin alone", [one for one in found if one.one.kin == one.other.kin])
        for language in _LANGUAGES:
            _report(f"  {language}", [one for one in found if language in {one.one.language, one.other.language}])
        print(f"  {1000 * (time.perf_counter() - begun) / len(found):.2f} ms a pair, with reading the texts")
        if wanted.wrong:
            _wrong(found)


if __name__ == "__main__":
    main()
