"""A piece over several pages, as a site that nobody has described shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archive.records import Capture

__all__ = ["PIECE", "SITE", "SPELT", "START", "look", "page"]

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://vale-post.example"
PIECE = f"{SITE}/news/41-orchard"
HEAD = "Orchard saved by its neighbours"
SPELT = {
    "a parameter": lambda n: PIECE if n == 1 else f"{PIECE}?page={n}",
    "a folder": lambda n: PIECE if n == 1 else f"{PIECE}/{n}",
    "behind the name": lambda n: f"{PIECE}.html" if n == 1 else f"{PIECE}-p{n}.html",
    "a number of its own": lambda n: f"{SITE}/n/41,{n}.html",
}
"""How sites spell the addresses of pages."""

_SAYS = (
    "The orchard at the end of Mill Lane will not be built over, the council decided on Friday evening.",
    "More than two hundred people had signed a letter asking for the trees to stay where they are.",
    "The owner of the field had offered to plant new ones behind the school, which nobody believed.",
    "In the year of the flood the same council had voted the other way, and the mill was lost to it.",
    "Now a fence is to be built, and whoever wants apples in autumn may take as many as fit in a bag.",
    "The vote was seven to four; the mayor, whose cousin owns the field, had left the room before it.",
)


def page(
    number: int, of: int, at: list[str], *, cost: str = "", head: str = "Orchard saved by its neighbours"
) -> bytes:
    """A page of a piece that goes over so many; `at` are the addresses of all, `cost` is said on the last one."""
    says = _SAYS[2 * (number - 1) : 2 * number]
    more = (f"It is to cost {cost} pounds, the clerk said, and will be paid from what is left of the flood fund.",)
    said = "".join(f"<p>{one}</p>" for one in (*says, *(more if cost and number == of else ())))
    links = (f"<b>{n}</b>" if n == number else f'<a href="{at[n - 1]}">{n}</a>' for n in range(1, of + 1))
    pager = f"<div class='pages'>{' '.join(links)}</div>" if of > 1 else ""
    title = f"{head} - page {number}" if number > 1 else head
    return (
        f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{head}</h1>{said}</article>{pager}"
        f"<footer><p>Vale Post, Mill Lane. All rights reserved by the Vale Post and its printers.</p></footer>"
        "</body></html>"
    ).encode()


def look(hours: float, of: int, spelt: str, **more: str) -> list[Capture]:
    """A look at all pages of the piece, a second apart."""
    at = [SPELT[spelt](n) for n in range(1, of + 1)]
    return [
        Capture(url, START + timedelta(hours=hours, seconds=n), page(n, of, at, **more)) for n, url in enumerate(at, 1)
    ]
