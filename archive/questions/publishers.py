"""Who names a publisher: by a title or a domain of one of its outlets, as a word of its own, or by a link."""

from __future__ import annotations

from collections.abc import Iterable

import regex
from sqlalchemy import select

from archive.copies.units import DENSE
from archive.models import LinkRow
from archive.questions.links import domains_of, linked_hosts, publisher_of
from archive.questions.question import Asked

__all__ = ["Publisher", "naming"]

_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{DENSE}]]"
"""What a word goes on with: nothing, where there are no spaces between words."""
_CLITIC = r"(?:[وف]?(?:بال|كال|لل|ال)|[وفبلك])?"
_DECLINED = 5
"""Letters of a Cyrillic title that may have another ending: a shorter one would begin many words."""
_CYRILLIC_VOWEL = regex.compile(r"[аеёийоуыьэюя]$", regex.IGNORECASE)


def naming(hosts: Iterable[str], titles: Iterable[str]) -> regex.Pattern[str]:
    """What a text that names one of these has in it, whatever its case. A title is not named by a longer word, nor a
    host by another that ends or begins like it; Arabic may have an article or a preposition before it, Cyrillic another
    ending."""
    either = sorted({*map(_host, filter(None, hosts)), *map(_title, filter(None, titles))})
    return regex.compile("|".join(either) or "(?!)", regex.V1 | regex.IGNORECASE)


def _host(host: str) -> str:
    return rf"(?<![[\w-]--[{DENSE}]]){regex.escape(host)}(?![[\w-]--[{DENSE}]]|\.{_WORD})"


def _title(title: str) -> str:
    before = "" if regex.match(f"[{DENSE}]", title) else rf"(?<!{_WORD})"
    if regex.match(r"\p{Arabic}", title):
        before += _CLITIC
    if regex.search(rf"[{DENSE}]$", title):
        return before + regex.escape(title)
    if regex.search(rf"\p{{Cyrillic}}{{{_DECLINED},}}$", title):
        return rf"{before}{regex.escape(_CYRILLIC_VOWEL.sub('', title))}\p{{Cyrillic}}{{0,3}}(?!{_WORD})"
    return rf"{before}{regex.escape(title)}(?!{_WORD})"


class Publisher:
    """A publisher, by a family or one of its outlets, and who names it."""

    def __init__(self, asked: Asked, of: str) -> None:
        outlets = publisher_of(asked, of)
        hosts = list(domains_of(asked, outlets))
        self._asked, self._named = asked, naming(hosts, (row.title for row in outlets))
        self._hosts = linked_hosts(asked, hosts)

    def is_named(self, lines: Iterable[str]) -> bool:
        """Whether one of these lines names it."""
        return any(self._named.search(line) for line in lines)

    def linked_by(self, article: int | None = None) -> set[int]:
        """The articles (their integers) that link to it: of all, or of this one."""
        found = select(LinkRow.article_id).where(LinkRow.host.in_(self._hosts)).distinct()
        if article is not None:
            found = found.where(LinkRow.article_id == article)
        return set(self._asked.connection.execute(found).scalars())
