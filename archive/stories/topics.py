"""What a text is about, by the words that news is made of; of languages without a table nothing is told. Pure."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources

import regex

__all__ = ["topics"]

_WORD = regex.compile(r"[\p{L}\p{M}]{2,40}")
_MARKS = regex.compile(r"\p{M}")
_CLITICS = regex.compile(r"(?:[وف]?(?:بال|كال|لل|ال)|[وبلكف])(?=\p{L}{3})")
_INFLECTED = frozenset({"ru", "de", "ar"})
"""Languages whose words are longer by up to four letters; elsewhere by as many as what they begin with leaves room."""


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    found = tomllib.loads(resources.files("archive.stories").joinpath("topics.toml").read_text("utf-8"))
    tables: dict[str, dict[str, str]] = {}
    for topic, words in found.items():
        for language, beginnings in words.items():
            tables.setdefault(language, {}).update((_folded(word), topic) for word in beginnings.split())
    return tables


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", text.casefold()))


def topics(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The topics a text has words of, and the words, in order."""
    table = _tables().get(language, {})
    if language == "zh":
        yield from ((topic, word) for word, topic in table.items() if word in text)
        return
    for word in _WORD.findall(_folded(text)):
        for form in dict.fromkeys((word, _CLITICS.sub("", word, count=1))):
            for end in range(len(form), max(1, len(form) - 5), -1):
                most = 4 if language in _INFLECTED and end > 3 else min(4, end - 2)
                if (topic := table.get(form[:end])) is not None and len(form) - end <= most:
                    yield topic, word
