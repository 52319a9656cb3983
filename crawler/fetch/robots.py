"""What a robots.txt allows, by RFC 9309. Pure: an answer in, a policy out.

Section 2.3.1: a 4xx answer means that nothing is forbidden (but 429 asks us to wait); a 5xx answer, no answer, or
something that is no robots file (an HTML page, whatever its status says) means that we do not know, and what we do not
know we do not fetch. Where a file is not written as the RFC wants it, what it plainly means is obeyed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from crawler.parse.decode import decode

__all__ = ["AGENT", "LARGEST", "Policy", "read"]

AGENT = "Palimpsest"
"""The product token robots files address us by."""

LARGEST = 512_000
"""Bytes of a robots file that are read; the RFC wants at least 500 KiB."""

_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_PAGE = re.compile(r"\s*<")
_TAG = re.compile(r"<[^<>]{0,500}>")
_COMMENT = re.compile(r"#.*")
_JOINED = re.compile(r"(?<=\S)[ \t]+(?=(?:user-?agent|disallow|allow|crawl-delay|sitemap)\s*:)", re.IGNORECASE)
_WHOM = re.compile(r"\W*user[ _-]?agent\s*:?\s*(.*)", re.IGNORECASE)
_WHAT = re.compile(r"\W*((?:dis)?allow)\s*:\s*(?:https?://[^/\s]*)?(.*)", re.IGNORECASE)
_ADDRESSED = {
    AGENT: re.compile(rf"{AGENT}(?![\w-])", re.IGNORECASE),
    "*": re.compile(r"\A\W*\*(?!\w)"),
}
_HIGH = re.compile(rb"[\x80-\xff]")
_TOO_MANY = 429
_PARTIAL = 206


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed on a host. `rules` is None where nothing is forbidden."""

    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether we may fetch an address."""
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float | None:
        """Seconds the host wants between two requests; None where it does not say."""
        found = None if self.rules is None else self.rules.crawl_delay(AGENT)
        return None if found is None else float(found)


def _text(body: bytes) -> str:
    """The text of a robots file. Of bytes that are no text we know, each stands for itself, as in the addresses that a
    rule of them means."""
    decoded = decode(body)
    if decoded.charset.startswith("utf") and not decoded.replaced:
        return decoded.text
    return _HIGH.sub(lambda found: b"%%%02X" % found[0][0], body).decode("ascii")


def _line(line: str) -> str:
    """A line as everybody understands it: whom it addresses is a product token (RFC 9309, 2.2.1), what it forbids
    begins at the root of the host."""
    if whom := _WHOM.match(line):
        found = next((name for name, said in _ADDRESSED.items() if said.match(whom[1])), "another")
        return f"User-agent: {found}"
    if what := _WHAT.match(line):
        path = what[2].strip()
        return f"{what[1]}: {path if not path or path[0] in '/*' else f'/{path}'}"
    return line


def _rules(text: str) -> list[str] | None:
    """The lines of a robots file; None where the text is none, but a page without a rule in it."""
    shown = _UNSEEN.sub("", text).replace("\xa0", " ")
    page = bool(_PAGE.match(shown))
    lines = (_TAG.sub("\n", shown) if page else shown).splitlines()
    found = [_line(part) for line in lines for part in _JOINED.sub("\n", _COMMENT.sub("", line)).split("\n")]
    return None if page and not any(line.startswith("User-agent:") for line in found) else found


def read(status: int, body: bytes) -> Policy | None:
    """The policy an answer to `/robots.txt` states; None where it states none we can rely on."""
    if 400 <= status < 500 and status != _TOO_MANY:
        return Policy()
    if not 200 <= status < 300 or status == _PARTIAL:
        return None
    text = _text(body[: LARGEST & ~3])
    # Editors on one system save in UTF-16; what is left with zero bytes is no text that we have understood.
    rules = None if "\0" in text or text.startswith("{\\rtf") else _rules(text)
    return None if rules is None else Policy(Protego.parse("\n".join(rules)))
