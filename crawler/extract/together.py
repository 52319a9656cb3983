"""Furniture told by words that stand together: an invitation, who invites, and the name of a channel. Pure.

Sentences of this kind are written anew on every site, but nobody asks readers to follow them without a word for to
follow, one for themselves or the beginning of the text to say it in, and one for where. A rule lists such words; what a
text quotes is what others say, and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Together", "compiled"]

_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"|「[^「」]*」|『[^『』]*』")
_BEGINS = r"\A[\W_]*"
_CLAUSE = r"(?:\A|[,.!?:;…|—–\-،؛؟۔।，。！？：；、)\n])[\W_]*"
_ENDS = r"[\s\"'»”』」)]*(?:[,.!?:;…|،؛؟۔।，。！？：；\n]|[\W_]*\Z)"
# Chinese and Japanese write no spaces between words, nor around those of others.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Case says nothing here, and to fold it in such a class takes milliseconds to compile, for each word anew.
_NOT_WITHIN = r"(?<!(?-i:[^\W\u3040-\u30ff\u3400-\u9fff]))"
_NOT_BEFORE = r"(?!(?-i:[^\W\u3040-\u30ff\u3400-\u9fff]))"


@dataclass(frozen=True, slots=True)
class Together:
    """A rule: each of its patterns must find something in a text of at most `longest` characters, of which at most
    `tail` stand behind the last that is found: what follows an invitation for long is a report of it."""

    rule: str
    kind: str
    longest: int
    tail: int
    patterns: tuple[re.Pattern[str], ...]

    def takes(self, text: str) -> bool:
        """Whether a text has a word of each list, outside of what it quotes."""
        if len(text) > self.longest or not all(pattern.search(text) for pattern in self.patterns):
            return False
        bare = _QUOTED.sub(" ", text)
        ends = [max((found.end() for found in pattern.finditer(bare)), default=-1) for pattern in self.patterns]
        return min(ends) >= 0 and len(bare) - max(ends) <= self.tail


def _word(word: str) -> str:
    """A word as a pattern: with `^^` the text must begin with it, with `^` a clause of it; with `$` a clause must end;
    `*` stands for any ending."""
    body = word.strip("^$").strip()
    pattern = r"\s+".join(map(re.escape, body.rstrip("*").split())).replace("'", "['’]")
    spaced = not _UNSPACED.search(body)
    before = _BEGINS if word.startswith("^^") else _CLAUSE if word.startswith("^") else _NOT_WITHIN if spaced else ""
    after = r"\w*" if body.endswith("*") else _NOT_BEFORE if spaced else ""
    return before + pattern + after + (_ENDS if word.endswith("$") else "")


def _pattern(words: Sequence[str], named: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    found = [each for word in words for each in (named[word[1:]] if word.startswith("@") else (word,))]
    return re.compile("|".join(map(_word, found)), re.IGNORECASE)


def compiled(rule: Mapping[str, Any], language: str, named: Mapping[str, Sequence[str]]) -> Together:
    """A rule of a phrase file that has `together`; `named` are the lists its words may name with an `@`."""
    lists: Sequence[Sequence[str]] = rule["together"]
    patterns = tuple(_pattern(words, named) for words in lists)
    longest = int(rule["longest"])
    return Together(f"{language}/{rule['name']}", rule["kind"], longest, int(rule.get("tail", longest)), patterns)
