"""Which rule of a layout an element falls under: by its own selectors, told as the tree itself would tell it."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.parse.roles import parts, past_unseen, roles

PAGE = """<body><div id="text" class="body wide"><p class="lead">One</p><p data-kind="a,b">Two</p>
<adv-loader class="w:full">Three</adv-loader><p><img alt="x"><b>Four</b></p></div></body>"""


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        ("p, .lead", ["p", ".lead"]),
        ("p:not([a], [b]), div", ["p:not([a], [b])", "div"]),
        (
            "[data-kind='a,b'], td :is(font, div:has(> p, > b))",
            ["[data-kind='a,b']", "td :is(font, div:has(> p, > b))"],
        ),
        ('[href*="a(,b"]', ['[href*="a(,b"]']),
    ],
)
def test_a_list_of_selectors_is_parted_only_at_its_own_commas(selectors: str, found: list[str]) -> None:
    assert parts(selectors) == found


SELECTORS = (
    *("p:not(.lead, [data-kind])", "div > .lead", "#text", ".body", "p.lead", "[data-kind='a,b']", "adv-loader"),
    *("div.wide", ".body.narrow", ".w\\:full", "p:has(img) b", "*", "p + p", "div#text", ".lead:not(.lead)", "adv"),
)


@pytest.mark.parametrize("selector", SELECTORS)
def test_an_element_has_the_role_whose_selector_finds_it(selector: str) -> None:
    tree = LexborHTMLParser(PAGE)
    told, found = roles([(selector, "it")]), {node.mem_id for node in tree.css(selector)}
    for node in tree.css("*"):
        assert (told.of(node) == "it") == (node.mem_id in found), node.html


def test_the_first_rule_that_finds_an_element_is_its_role() -> None:
    tree = LexborHTMLParser(PAGE)
    told = roles([("p:not([data-kind], .lead)", "plain"), (".lead, [data-kind]", "marked"), ("p, img", "any")])
    assert [told.of(node) for node in tree.css("p, img")] == ["marked", "marked", "plain", "any"]


def test_a_script_between_a_picture_and_its_words_parts_them_not() -> None:
    tree = LexborHTMLParser(
        "<p><img></p><script>x</script><p>A</p><p>B</p><p><img></p><p>C</p><p><img></p><hr><p>D</p>"
    )
    told = roles([(past_unseen("p:has(img) + p:not(:has(img, p + p)), .never"), "words")])
    assert [node.text() for node in tree.css("p") if told.of(node)] == ["A", "C"]
