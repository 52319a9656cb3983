"""What is asked of readers, on sites nobody described: what of it is left in texts, and what is wrongly taken.

    python benchmarks/furniture.py [--corpora FOLDER] [--part A|B] [--show] [--json]

For each language the blocks of `furniture.toml`, in our own words, are planted one by one into an article of that
language, in six ways of writing markup, before, between and behind its paragraphs.

- left: planted invitations and consent texts still in the text, of all planted; lost: paragraphs of the article that
  went with them; stay: sentences of articles that look alike and were taken, of all of them; refused: pages that were
  called no article for the block.
- gold: on the corpora, by the language of the page, texts that a rule of words took and the gold has (of `trafi`: the
  segments that must be there), and how many pages were read.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora_pages import CORPORA, Page, pages
from reading_pages import AT

from archive.records import Capture, Reading, Source
from archive.text import canonical
from crawler.extract.examine import examine
from crawler.extract.furniture import FOLDER
from crawler.outlets.registry import registry
from crawler.parse.language import alone

HERE = Path(__file__).parent
LANGUAGES = HERE.parent / "tests" / "crawler" / "parse" / "languages.toml"
KINDS = ("follow", "consent", "stay")
RULES = frozenset(path.stem for path in FOLDER.glob("*.toml"))
"""What the names of rules of words begin with."""
URL = "https://www.example.org/news/harbour-opens"

_MARKUPS = (
    "<p>{}</p>",
    "<p><strong>{}</strong></p>",
    '<p><a href="https://t.me/example">{}</a></p>',
    "<div>{}</div>",
    '<div class="b-7f3a"><span>{}</span></div>',
    '<blockquote class="x1"><p><em>{}</em></p></blockquote>',
)


# --- planted --------------------------------------------------------------------------------------------------------


def _article(language: str, paragraphs: list[str]) -> str:
    text = "\n".join(paragraphs)
    title = "2026 — 15:00"
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><div>{text}</div></main></body></html>"""


def _read(markup: str) -> Reading | None:
    capture = Capture(URL, AT, markup.encode(), source=Source.GIVEN_PAGE)
    return examine(capture, registry().for_url(URL, AT))[1]


@dataclass(frozen=True)
class Fate:
    """What became of a block planted into an article: whether the text has it, whether it is on record as removed, how
    many paragraphs of the article the text lacks, and whether there is no text at all."""

    kept: bool
    removed: bool
    lost: int
    refused: bool


def _fate(reading: Reading | None, sentences: list[str], block: str) -> Fate:
    if reading is None:
        return Fate(kept=False, removed=False, lost=0, refused=True)
    texts = {canonical(reading.description), *(canonical(each.text) for each in reading.body)}
    removed = any(canonical(block) in canonical(removal.text) for removal in reading.removed)
    kept = any(canonical(block) in text for text in texts)
    return Fate(kept, removed, sum(canonical(one) not in texts for one in sentences), refused=False)


def _planted(language: str, sentences: list[str], block: str, ways: list[str]) -> Iterator[Fate]:
    """What becomes of a block in each markup, each at another place."""
    paragraphs = [f"<p>{sentence}</p>" for sentence in sentences]
    for way, markup in enumerate(ways):
        at = (1, len(paragraphs) // 2, len(paragraphs))[way % 3]
        page = _article(language, [*paragraphs[:at], markup.format(block), *paragraphs[at:]])
        yield _fate(_read(page), sentences, block)


def _of_language(language: str, kinds: dict[str, list[str]], report: str, *, show: bool) -> Counter[str]:
    sentences = [report, *(f"{year}: {report}" for year in range(2017, 2026))]
    count: Counter[str] = Counter()
    for kind, block in ((of, block) for of in KINDS for block in kinds[of]):
        # A sentence that is a link as a whole is one to another article, whatever it says.
        ways = [markup for markup in _MARKUPS if kind != "stay" or "href" not in markup]
        fates = list(_planted(language, sentences, block, ways))
        wrong = sum(fate.removed if kind == "stay" else fate.kept for fate in fates)
        count[f"{kind} all"] += len(fates)
        count[kind] += wrong
        count["lost"] += sum(fate.lost for fate in fates)
        count["refused"] += sum(fate.refused for fate in fates)
        if show and wrong:
            print(f"{language} {kind} wrong in {wrong} of {len(fates)}: {block}")
    return count


def planted(*, show: bool) -> dict[str, Counter[str]]:
    """The counts of each language."""
    blocks = tomllib.loads((HERE / "furniture.toml").read_text(encoding="utf-8"))
    reports = tomllib.loads(LANGUAGES.read_text(encoding="utf-8"))
    told = {name.partition("-")[0]: report for name, report in reports.items()}
    return {language: _of_language(language, kinds, told[language], show=show) for language, kinds in blocks.items()}


# --- taken ----------------------------------------------------------------------------------------------------------


def _gold(page: Page) -> str:
    gold: dict[str, Any] = page.gold
    texts = [gold.get("text") or "", *(gold.get("with") or ()), *_strings(gold.get("paragraphs"))]
    return canonical("\n".join(texts))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


_SHORTEST = 15
"""Characters from which on a removed text is looked for in the gold: "Share" stands in many a sentence."""


def taken(folder: Path, part: str | None, *, show: bool) -> dict[str, tuple[int, int]]:
    """By language (texts that rules of words took and the gold has, pages)."""
    counts: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for page in pages(folder):
        if part and part != "AB"[page.number % 2]:
            continue
        capture = page.case.capture
        reading = examine(capture, registry().for_url(capture.url, AT))[1]
        if reading is None:
            continue
        language, gold = alone(reading.circumstances.language) or "?", _gold(page)
        seen[language] += 1
        for removal in reading.removed:
            of_words = removal.rule.partition("/")[0] in RULES
            if of_words and len(removal.text) >= _SHORTEST and canonical(removal.text) in gold:
                counts[language] += 1
                if show:
                    print(f"{language} {removal.rule}: {removal.text[:150]!r} of {page.case.name}")
    return {language: (counts[language], seen[language]) for language in seen}


_COLUMNS = ("follow left", "consent left", "stay taken", "lost", "refused", "gold taken", "pages")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="the folder of gold.jsonl")
    parser.add_argument("--part", choices=["A", "B"], help="the sites of even or of odd numbers only")
    parser.add_argument("--show", action="store_true", help="also each text that is left or wrongly taken")
    parser.add_argument("--json", action="store_true", help="one object a language")
    options = parser.parse_args()
    own = planted(show=options.show)
    held = taken(options.corpora, options.part, show=options.show) if (options.corpora / "gold.jsonl").is_file() else {}
    if not options.json:
        print(" " * 6 + "".join(f"{name:>13}" for name in _COLUMNS))
    for language in sorted({*own, *held}):
        count, (wrong, seen) = own.get(language, Counter()), held.get(language, (0, 0))
        names = (*(name for kind in KINDS for name in (kind, f"{kind} all")), "lost", "refused")
        row = {name: count[name] for name in names}
        if options.json:
            print(json.dumps({"language": language, **row, "gold": wrong, "pages": seen}))
            continue
        pairs = (f"{row[kind]} of {row[kind + ' all']}" for kind in KINDS)
        cells = (*pairs, row["lost"], row["refused"], wrong, seen)
        print(f"{language:6}" + "".join(f"{cell:>13}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
