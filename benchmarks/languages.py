"""How often the language of a text is told right, by language and length, beside langdetect alone.

    python benchmarks/languages.py [--declared CODE] [--most 40] [--wrong]

The texts are the articles of our own pages and of the real ones beside the repository, as they are read here, and the
one report that the tests have in many languages. Each is cut where a paragraph begins, to 20, 50, 100 and 300
characters, between words; a text that is shorter by a fifth is of no band. What is right is the language that the
outlet publishes in, without its script. `ours` is told nothing of it (or `--declared`, as by a page in another
language); langdetect has its fixed seed, so that both say the same at every run.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from langdetect import DetectorFactory, LangDetectException, detect
from reading_pages import cases

from archive.records import BlockType
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.language import alone, language_of

_BANDS = (20, 50, 100, 300)
_REPORTS = Path(__file__).parents[1] / "tests" / "crawler" / "parse" / "languages.toml"

Texts = dict[tuple[str, int], list[str]]
"""By language and band."""


def _cut(text: str, length: int) -> str:
    """The beginning of a text up to the last space; where words are not parted, to the sign."""
    if len(text) <= length:
        return text if len(text) >= 0.8 * length else ""
    head = text[: length + 1].rpartition(" ")[0]
    return head if len(head) >= 0.6 * length else text[:length]


def _articles() -> Iterator[tuple[str, list[str]]]:
    """(language, paragraphs) of each article whose outlet publishes in one language, and of the report."""
    for language, text in tomllib.loads(_REPORTS.read_text(encoding="utf-8")).items():
        yield alone(language), [text]
    for case in cases():
        outlet = registry().for_url(case.capture.url, case.capture.fetched_at)
        known = alone(case.language) or next(iter(outlet.languages), "")
        _, reading = examine(case.capture, outlet)
        if reading is not None and known and len(outlet.languages) <= 1:
            yield known, [block.text for block in reading.body if block.type is BlockType.P]


def _texts(most: int) -> Texts:
    """At most so many texts of a language and a band, the same at every run."""
    found: Texts = defaultdict(list)
    for language, paragraphs in _articles():
        for at in range(len(paragraphs)):
            for band in _BANDS:
                if text := _cut(" ".join(paragraphs[at:]), band):
                    found[language, band].append(text)
    chosen = random.Random(1)
    return {
        which: sorted(chosen.sample(sorted(set(texts)), min(most, len(set(texts))))) for which, texts in found.items()
    }


def _langdetect(text: str) -> str:
    try:
        return alone(detect(text))
    except LangDetectException:
        return ""


def _right(texts: list[str], language: str, tell: Callable[[str], str]) -> float:
    return sum(tell(text) == language for text in texts) / len(texts)


def main() -> None:
    """Print one table: a line for each language, a pair of columns for each length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--declared", default="", help="what the page says its language is")
    parser.add_argument("--most", type=int, default=40, help="texts of a language and a length")
    parser.add_argument("--wrong", action="store_true", help="also the texts that ours gets wrong")
    options = parser.parse_args()
    DetectorFactory.seed = 0
    texts = _texts(options.most)

    def ours(text: str) -> str:
        return alone(language_of(options.declared, text))

    print("".join(["language ", *(f"{f'n {band}':>7}{'ours':>7}{'langd.':>7}" for band in _BANDS)]))
    means: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for language in sorted({language for language, _ in texts}):
        cells = [f"{language:9}"]
        for band in _BANDS:
            if some := texts.get((language, band)):
                own, other = _right(some, language, ours), _right(some, language, _langdetect)
                means[band].append((own, other))
                cells.append(f"{len(some):7}{own:7.2f}{other:7.2f}")
            else:
                cells.append(f"{'-':>7}" * 3)
        print("".join(cells), flush=True)
    mean = ((band, [sum(column) / len(column) for column in zip(*means[band], strict=True)]) for band in _BANDS)
    print("mean     " + "".join(f"{len(means[band]):7}{own:7.3f}{other:7.3f}" for band, (own, other) in mean))
    for (language, band), some in sorted(texts.items()) if options.wrong else ():
        for text in some:
            if (said := ours(text)) != language:
                print(f"{language} {band} {said or '-'}: {text}")


if __name__ == "__main__":
    main()
