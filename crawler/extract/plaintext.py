"""A bare text, as a naive tool saved a page -> raw reading. Pure.

The form: the headline; an image as the words the page showed around it (its alternative text glued to the credit, then
the caption); paragraphs, parted by empty lines, furniture among them. Every line lands in exactly one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive import text as same
from archive.records import BlockType, Circumstances, Image
from crawler.extract import furniture
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.base import Outlet
from crawler.parse.language import alone, language_of
from crawler.parse.page import Page

__all__ = ["read"]

NAME = "text"
_CREDIT = re.compile(r"©|Source\s?:")
_GLUED = re.compile(r"(?<=[^\s(])©(?=\s)")
_LONGEST_CREDITED = 400


def _paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph; where no line is empty, each line is a paragraph."""
    lines = [same.fold_space(each) for each in same.clean(text).split("\n")]
    filled = [each for each in lines if each]
    if "" not in lines[: len(lines) - 1]:
        return [[each] for each in filled]
    groups: list[list[str]] = [[]]
    for each in lines:
        if each:
            groups[-1].append(each)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _glued(line: str, headline: str) -> tuple[str, str] | None:
    """(alternative text, credit) where a line is an image's alternative text with its credit behind it.

    The alternative text is nearly always the headline again; another one is believed where the sign is glued to it.
    """
    rest = line.removeprefix(headline)
    if _CREDIT.match(rest.lstrip()):
        return line[: len(line) - len(rest)], rest.strip()
    found = _GLUED.search(line) if len(line) <= _LONGEST_CREDITED else None
    return (line[: found.start()], line[found.start() :]) if found else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """An image's words, and the lines of its paragraph that are not its words."""

    image: Image
    others: tuple[str, ...]


def _image(lines: Sequence[str], headline: str, languages: tuple[str, ...], family: str) -> _Shown | None:
    glued = _glued(lines[0], headline)
    if glued is None:
        return None
    alternative, credit = glued
    others = list(lines[1:])
    caption = next((each for each in others if furniture.match(each, languages, family) is None), "")
    if caption:
        others.remove(caption)
    return _Shown(Image(caption, credit, alternative), tuple(others))


def _blocks(groups: Sequence[Sequence[str]]) -> Iterator[RawBlock]:
    for group in groups:
        yield RawBlock(BlockType.P, "\n".join(group))


def _leading(groups: Sequence[Sequence[str]], languages: tuple[str, ...], family: str) -> int:
    """How many lines of furniture stand above the headline, where savers put menus and prompts."""
    lines = [each for group in groups for each in group]
    places = (at for at, each in enumerate(lines) if furniture.match(each, languages, family) is None)
    return next(places, 0)


def _split(groups: list[list[str]], above: int) -> tuple[list[list[str]], str, list[list[str]]]:
    """(paragraphs above the headline, headline, paragraphs below)."""
    over: list[list[str]] = []
    rest = [list(group) for group in groups]
    for _ in range(above):
        over.append([rest[0].pop(0)])
        rest = [group for group in rest if group]
    headline = rest[0].pop(0)
    return over, headline, [group for group in rest if group]


def read(page: Page, outlet: Outlet) -> RawReading:
    """The raw reading of a given text; without any headline and block where the text is empty."""
    groups = _paragraphs(page.text)
    if not groups:
        return RawReading(NAME, "")
    language = language_of(outlet.languages, page.text)
    languages = outlet.languages or tuple(filter(None, [alone(language)]))
    above, headline, rest = _split(groups, _leading(groups, languages, outlet.family))
    shown = _image(rest[0], headline, languages, outlet.family) if rest else None
    if shown:
        rest = [*([each] for each in shown.others), *rest[1:]]
    return RawReading(
        reader=NAME,
        headline=same.clip(headline, same.LONGEST_LINE),
        blocks=tuple(_blocks([*above, *rest])),
        images=(shown.image,) if shown else (),
        circumstances=Circumstances(language=language),
        own_id=outlet.own_id(page.url),
        languages=languages,
        lead_first=outlet.text_has_lead,
    )
