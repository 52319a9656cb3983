"""The article that an endless page appends below the one asked for is another one, however short that is."""

from __future__ import annotations

import pytest

from tests.crawler.extract.test_general import FIRST, HEADLINE, SECOND, texts

_SAID = "The council of the {} quarter met on Tuesday evening and spoke for two hours about the price of water."
_MORE = "".join(f"<p>{_SAID.format(name)}</p>" for name in ("upper", "lower", "eastern", "western", "old", "new"))
_TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
_LINKED = '<a href="/n/2">Water will cost more from spring</a>'
_PLAIN = "Water will cost more from spring"

PAGES = {
    "an article behind the text": f"{HEADLINE}<div>{_TEXT}</div><article><h2>{_LINKED}</h2>{_MORE}</article>",
    "a box behind the text": f"<div>{HEADLINE}<div>{_TEXT}</div></div><div><h2>{_LINKED}</h2>{_MORE}</div>",
    "an article within the text": f"{HEADLINE}<div>{_TEXT}<article><h3>{_LINKED}</h3>{_MORE}</article></div>",
    "beside wrapped paragraphs": f"{HEADLINE}<div><div class=w><p>{FIRST}</p></div>"
    f"<div class=w><p>{SECOND}</p></div></div><section><h2>{_LINKED}</h2>{_MORE}</section>",
    "with a date of its own": f"<div>{HEADLINE}<div>{_TEXT}</div></div>"
    f"<div><h1>{_PLAIN}</h1><div>4 October 2026</div><div>{_MORE}</div></div>",
    "made as the first one is": f'<div><h1 class="t">Ferry to the island runs again</h1><div>{_TEXT}</div></div>'
    f'<div><h1 class="t">{_PLAIN}</h1><div>{_MORE}</div></div>',
    "in one element with it": f"{HEADLINE}{_TEXT}<h1>{_PLAIN}</h1><div>4 October 2026, 12:10</div>{_MORE}",
    "a text called after its films": f'{HEADLINE}<div class="embed-responsive">{_TEXT}</div>'
    f"<article><h2>{_LINKED}</h2>{_MORE * 2}</article>",
    "three of them": f"{HEADLINE}<div>{_TEXT}</div>"
    + "".join(f"<div><h2>{_LINKED} ({n})</h2><time>2026-10-0{n}</time>{_MORE}</div>" for n in (2, 3, 4)),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_next_article_is_not_the_text(name: str) -> None:
    assert texts(PAGES[name]) == [FIRST, SECOND]


_PARTS = {
    "headings of the first rank": "".join(
        f"<div><h1>The boat of hour {n}</h1><div><p>{_SAID.format(n)}</p></div></div>" for n in range(1, 8)
    ),
    "headings that are all called alike": "".join(
        f'<div><h1 class="t">The boat of hour {n}</h1><div><p>{_SAID.format(n)}</p></div></div>' for n in range(1, 8)
    ),
}


@pytest.mark.parametrize("name", _PARTS)
def test_the_parts_of_a_text_are_text(name: str) -> None:
    found = texts(f'<h1 class="t">Ferry to the island runs again</h1><div><p>{FIRST}</p>{_PARTS[name]}</div>')
    assert [_SAID.format(n) for n in range(1, 8)] == [text for text in found if text.startswith("The council")]
