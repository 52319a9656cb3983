"""Where an element stands: the same words on every page of a layout, whatever a builder calls things today."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.parse.places import place_of, stable


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("article-body", "article-body"),
        ("articleBody", "articleBody"),
        ("styles_body__3xK2p", "styles_body__*"),
        ("sc-bdVaJa", "sc-*"),
        ("css-1a2b3c", "css-*"),
        ("post-12345", "post-0"),
        ("col-md-8", "col-md-0"),
        ("HTMLContent", "HTMLContent"),
        ("tag-elections", ""),
        ("has-post-thumbnail", ""),
    ],
)
def test_what_of_a_name_is_the_same_on_every_page(name: str, kept: str) -> None:
    assert stable(name) == kept


def _place(markup: str) -> str:
    found = LexborHTMLParser(markup).css_first(".x, #x, [data-x]")
    assert found is not None
    return place_of(found, {})


@pytest.mark.parametrize(
    "markup",
    [
        '<article><div class="story"><p class="rd" id="x">a</p></div></article>',
        '<div><article><div><div class="story has-image"><p class="rd wide" data-x>a</p></div></div></article></div>',
        '<article><div class="tag-sport story"><section><p class="rd x">a</p></section></div></article>',
    ],
)
def test_wrappers_and_states_do_not_move_a_place(markup: str) -> None:
    assert _place(markup) == "article>div.story>p.rd"


def test_an_id_names_what_has_no_class() -> None:
    assert _place('<ul id="list-7"><li data-x>a</li></ul>') == "ul#list-0>li"
