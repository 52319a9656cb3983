"""Edits planted in the bytes of a page: what rules must never hide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.records import BlockType, Capture, Reading
from crawler.parse.page import load

__all__ = ["Planted", "plant"]

_RUN = 60
"""Characters of a text by which it is found again in the bytes."""
_SHORTEST = 20
_PARAGRAPHS = 3
"""Paragraphs of a page that are edited: the first, one in the middle, the last."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_DIGIT = re.compile(r"\d")
_OPENED = re.compile(r"<(\w+)(?:\s[^<>]*)?>\s*\Z")


@dataclass(frozen=True, slots=True)
class Planted:
    """A page with one edit: what was done, and a text that shows it (of what was taken away: empty)."""

    what: str
    shows: str
    capture: Capture


def plant(capture: Capture, reading: Reading, charset: str = "") -> Iterator[Planted]:
    """Copies of a page with one edit each in what `reading` says: a word, a number and a sentence in headline, lead and
    paragraphs, and a new paragraph. Texts that the bytes do not hold in one run are left out."""
    html = load(capture, charset).text
    for name, text in _texts(reading):
        for what, shows, edited in _edits(html, name, text):
            if edited != html:
                yield Planted(f"{what} in the {name}", shows, _with(capture, edited))


def unedited(capture: Capture, charset: str = "") -> Capture:
    """The page in the form of its edited copies."""
    return _with(capture, load(capture, charset).text)


def _with(capture: Capture, html: str) -> Capture:
    coded = {"content-encoding", "content-type", "content-length"}
    kept = tuple((name, value) for name, value in capture.headers if name.lower() not in coded)
    return replace(
        capture, body=html.encode(), headers=(*kept, ("Content-Type", "text/html; charset=utf-8")), digest=b""
    )


def _texts(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "headline", reading.headline
    if reading.description:
        yield "lead", reading.description
    body = [block.text for block in reading.body if block.type is BlockType.P and len(block.text) >= _SHORTEST]
    for at in sorted({0, len(body) // 2, len(body) - 1} if body else ())[:_PARAGRAPHS]:
        yield f"paragraph {at + 1}", body[at]


def _edits(html: str, name: str, text: str) -> Iterator[tuple[str, str, str]]:
    """(what, a text that shows it, the edited page) of each edit."""
    run = _run(html, text)
    if not run:
        return
    if word := _WORD.search(run):
        other = run[: word.start()] + word[0][::-1].lower() + word[0] + run[word.end() :]
        yield "a word changed", other, html.replace(run, other)
    if digit := _DIGIT.search(run):
        other = run[: digit.start()] + str((int(digit[0]) + 1) % 10) + run[digit.end() :]
        yield "a number changed", other, html.replace(run, other)
    sentence = " ".join(reversed(text.split()[:12])).strip(".") + "."
    yield "a sentence added", sentence, html.replace(run, f"{run} {sentence}")
    yield "words removed", "", html.replace(run, run[: len(run) // 2])
    at = html.find(run)
    if name.startswith("paragraph") and (opened := _OPENED.search(html, max(0, at - 300), at)):
        new = f"{opened[0]}{sentence}</{opened[1]}>"
        yield "a paragraph added", sentence, html[: opened.start()] + new + html[opened.start() :]


def _run(html: str, text: str) -> str:
    """The beginning of a text as the bytes hold it in one run; empty where they do not."""
    line = text.split("\n", 1)[0][:_RUN]
    return line if len(line) > 3 and line in html else ""
