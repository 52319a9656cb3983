"""Questions about where articles stand: the addresses of one, and what each domain of an outlet served."""

from __future__ import annotations

from collections.abc import Iterable

from archive.query import addresses, articles
from archive.query.addresses import Served, Stood
from archive.questions.options import OUTLETS
from archive.questions.question import Asked, Unit, question

__all__ = ["served", "stood_at"]


@question(51, Unit.ADDRESS, "volna-en:1", filters=())
def stood_at(asked: Asked, article: str) -> Iterable[Stood]:
    """At which addresses did an article stand: when was each first and last looked at, and what did it show?

    article: its id (rt-fr:41739) or any of its addresses.

    Mirrors, AMP, mobile and print pages, former addresses, and what led there: whatever was asked for or answered."""
    return addresses.addresses(asked.connection, articles.find(asked.connection, article))


@question(52, Unit.ADDRESS, filters=OUTLETS)
def served(asked: Asked) -> Iterable[Served]:
    """Which domain served what of an outlet: how many articles, how many that no other showed, from when to when?

    A mirror is one by the outlet's file, or because a person said so (`palimpsest outlets add-domain`)."""
    return addresses.domains(asked.connection, asked.filters)
