"""What must not be seen: the one gate through which secrets reach no message, row, log, export or page.

A secret is the password in an address, whosever that is, and of the database's address whatever may be meant as one,
however it is written.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["bare", "hide", "keep", "masked"]

_MASK = "***"

_USER = re.compile(r"((?:\b[a-z][a-z0-9+.-]{0,30}:[\\/]{1,4}|(?<![:\w\\/])[\\/]{2}))[^\s/?#\\]*@", re.IGNORECASE)
"""A name and a password before the host of an address."""

_NAMED = re.compile(
    r"""\b((?:ssl_?)?passw(?:or)?d|passphrase|pwd|api_?key|access_?token|client_?secret)"""
    r"""(\s{0,5}[=:]\s{0,5})('[^']*'|"[^"]*"|[^\s&;,'")]+)""",
    re.IGNORECASE,
)

_SCHEME = re.compile(r"\s*(?:(?:postgres|sqlite)[\w+]*:?[\\/:]{0,4}|[a-z]\w*(?:\+\w+)?://)", re.IGNORECASE)

_SIGNS = re.compile(r"[@:/?#]")
"""What ends a part of an address, and is written as %40 and so on within one: in a password it cuts that in pieces."""

_SHORTEST = 3
"""Characters of a secret that is looked for wherever it stands: one shorter is part of any word."""

_known: set[str] = set()


def keep(address: str) -> None:
    """Remember what may be the password of a database address, malformed as that may be: no message repeats it."""
    rest = _SCHEME.sub("", address, count=1)
    user, at, _ = rest.rpartition("@")
    secrets = [user.partition(":")[2]] if at else []
    secrets += [found[3].strip("'\"") for found in _NAMED.finditer(address)]
    pieces = [piece for secret in secrets for piece in _SIGNS.split(secret)]
    for secret in [*secrets, *pieces]:
        _known.update(one for one in (secret, unquote(secret)) if len(one) >= _SHORTEST)


def hide(secret: str) -> None:
    """Remember a secret that is no password of an address: no message repeats it."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)


def masked(words: str) -> str:
    """Words without the secrets in them."""
    for secret in sorted(_known, key=len, reverse=True):
        words = words.replace(secret, _MASK)
    if "@" in words:
        words = _USER.sub(rf"\1{_MASK}@", words)
    return _NAMED.sub(rf"\1\2{_MASK}", words)


def bare(address: str, longest: int = 200) -> str:
    """The beginning of an address that is refused, for the words that say so; masked before it is cut."""
    return repr(masked("".join(address.split()))[:longest])
