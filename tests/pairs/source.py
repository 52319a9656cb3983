"""Where words stand in the source of a page, however it writes them, and a character of them replaced."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from html.entities import codepoint2name

from archive import text

__all__ = ["Source", "Spot"]

AROUND = 7
"""Characters on each side of the changed one that say where it stands."""

_APART = r"(?:</?(?:a|abbr|b|em|font|i|mark|small|span|strong|u)\b[^<>]*>|\u00ad|\u200b)*"
_SIGNS = {
    "&": "(?:&amp;|&)",
    '"': '(?:"|&quot;|&#34;)',
    "'": "(?:'|&#39;|&apos;|&#x27;)",
    "<": "(?:&lt;|<)",
    ">": "(?:&gt;|>)",
}
_SPACE = r"(?:\s|&nbsp;|&#160;|&ensp;|&emsp;|<br ?/?>)+"
_NO_TEXT = re.compile(
    r"<!--.*?-->|<(script|style|textarea|title)\b[^<>]*>.*?</\1\s*>|<[a-zA-Z/!][^<>]*>", re.DOTALL | re.IGNORECASE
)
_CONTENT = re.compile(r"\bcontent\s*=\s*([\"'])(.*?)\1", re.DOTALL)


def _written(one: str) -> str:
    """A character as a page may write it."""
    if one.isspace():
        return _SPACE
    named = codepoint2name.get(ord(one))
    return _SIGNS.get(one) or (f"(?:{re.escape(one)}|&{named};)" if named else re.escape(one))


def _pattern(words: str) -> str:
    return _APART.join(map(_written, words))


class Source:
    """A page's source, and what is text in it."""

    def __init__(self, source: str) -> None:
        self.text = source
        self._spans = [(one.start(), one.end(), bool(one[1])) for one in _NO_TEXT.finditer(source)]
        self._starts = [start for start, _, _ in self._spans]

    def _inside(self, at: int) -> tuple[int, int, bool] | None:
        place = bisect_right(self._starts, at) - 1
        return self._spans[place] if place >= 0 and at < self._spans[place][1] else None

    def plain(self, at: int) -> bool:
        """Whether a place is text that is shown."""
        return self._inside(at) is None

    def says(self, at: int, end: int) -> bool:
        """Whether a place says something: text, a string of a script, what a `meta` element holds."""
        inside = self._inside(at)
        if inside is None:
            return True
        start, stop, script = inside
        if script:
            return not re.match(r"[^\"\n]{0,40}\"\s*:", self.text[end : end + 60])
        tag = self.text[start:stop]
        return any(one.start(2) <= at - start < one.end(2) for one in _CONTENT.finditer(tag))

    def changed(self, before: str, one: str, after: str, into: str, *, shown: bool = False) -> str:
        """The source with a character replaced wherever these words stand around it; `shown`: in shown text only."""
        apart = _APART if before else ""
        ends = f"{_APART}({_pattern(after)})" if after else "()"
        found = re.compile(f"({_pattern(before)}{apart})({_pattern(one)}){ends}")

        def put(match: re.Match[str]) -> str:
            fits = self.plain(match.start()) if shown else self.says(match.start(), match.end())
            written = into if self.plain(match.start()) else text.canonical(into) if shown else into
            return f"{match[1]}{written}{match[0][match.end(2) - match.start() :]}" if fits else match[0]

        made = found.sub(put, self.text)
        old, new = (json.dumps(words)[1:-1] for words in (before + one + after, before + into + after))
        # As a script may write it. Plain letters are written as they are, and have been changed.
        return made if old == before + one + after else made.replace(old, new)


@dataclass(frozen=True, slots=True)
class Spot:
    """A character of a text: the whole of it, and its place there."""

    whole: str
    at: int

    @property
    def before(self) -> str:
        return self.whole[max(0, self.at - AROUND) : self.at]

    @property
    def one(self) -> str:
        return self.whole[self.at]

    @property
    def after(self) -> str:
        return self.whole[self.at + 1 : self.at + 1 + AROUND]

    @property
    def window(self) -> str:
        return self.before + self.one + self.after
