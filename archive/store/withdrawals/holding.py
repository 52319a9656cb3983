"""Whether words stand somewhere: in a text, a document or a page, however it writes them. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import unquote

from archive.text import fold_space

__all__ = ["Words", "plain"]

_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_NO_WORD = re.compile(r"[\W_]+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def plain(words: str) -> str:
    """Words as they are compared: small letters, one space between them and around, whatever stood there. As pages,
    addresses and scripts escape them, they are the same."""
    told = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote(words)))
    bare = _NO_WORD.sub(" ", normalize("NFC", told).casefold())
    return f" {fold_space(bare)} "


class Words:
    """Some words or sentences that are looked for. In scripts without spaces they may stand within others."""

    def __init__(self, wanted: Iterable[str]) -> None:
        made = {plain(one) for one in wanted}
        self._wanted = {one.strip() if _DENSE.search(one) else one for one in made if one.strip()}

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def stand_in(self, said: str) -> bool:
        """Whether any of them stands in a text."""
        told = plain(said)
        return any(one in told for one in self._wanted)

    def stand_on(self, page: str) -> bool:
        """Whether any of them stands on a page, be it broken by tags or kept apart by them."""
        return self.stand_in(_TAG.sub(" ", page)) or self.stand_in(_TAG.sub("", page)) or self.stand_in(page)
