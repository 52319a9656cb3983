"""Questions about where articles stand: the addresses of one, and what each domain of an outlet served."""

from __future__ import annotations

from collections.abc import Iterable

from archive.query import addresses as stood
from archive.query import articles
from archive.query.addresses import Address, Served
from archive.questions.options import OUTLETS
from archive.questions.question import Asked, Unit, question

__all__ = ["addresses", "domains"]


@question(51, Unit.ADDRESS, "volna-en:1", filters=())
def addresses(asked: Asked, article: str) -> Iterable[Address]:
    """At which addresses did an article stand: when was each first and last looked at, and what did it show?

    article: its id (rt-fr:41739) or any of its addresses.

    Mirrors, AMP, mobile and print pages, former addresses, and what led there: whatever was asked for or answered."""
    return stood.addresses(asked.connection, articles.find(asked.connection, article))


@question(52, Unit.ADDRESS, filters=OUTLETS)
def domains(asked: Asked) -> Iterable[Served]:
    """Which domain served what of an outlet: how many articles, how many that no other showed, from when to when?

    A mirror is one by the outlet's file, or because a person said so (`palimpsest outlets add-domain`)."""
    return stood.domains(asked.connection, asked.filters)
