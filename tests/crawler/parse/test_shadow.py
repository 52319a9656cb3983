"""Shadow roots in the markup are part of the page; other templates are not."""

from __future__ import annotations

import pytest

from archive.records import Capture
from crawler.parse.blocks import paragraphs
from crawler.parse.page import load
from tests.crawler.extract.test_general import AT

INNER = "<style>p{margin:0}</style><p>The boat runs again.</p>"


def _texts(body: str) -> list[str]:
    page = load(Capture("https://a.example/1", AT, f"<!doctype html><body>{body}</body>".encode()))
    assert page.tree.body is not None
    return paragraphs(page.tree.body)


@pytest.mark.parametrize(
    "root",
    ['shadowrootmode="open"', "shadowrootmode=closed", 'shadowroot="open"', "data-a=\"x>y\" SHADOWROOTMODE='open'"],
)
def test_what_a_shadow_root_holds_is_shown(root: str) -> None:
    assert _texts(f"<p>First.</p><my-text><template {root}>{INNER}</template></my-text><p>Last.</p>") == [
        "First.",
        "The boat runs again.",
        "Last.",
    ]


def test_one_in_the_other_is_shown_and_a_plain_template_is_not() -> None:
    plain = "<template><p>Nobody sees this.</p></template>"
    inner = f'<my-line><template shadowrootmode="open"><p>Inside.</p>{plain}</template></my-line>'
    body = f'<my-text><template shadowrootmode="open">{inner}<p>Outside.</p></template></my-text>{plain}<p>Last.</p>'
    assert _texts(body) == ["Inside.", "Outside.", "Last."]


def test_a_script_that_speaks_of_one_is_left_alone() -> None:
    script = "<script>x = '<template shadowrootmode=\"open\"><p>no</p></template>'</script>"
    assert _texts(f"{script}<p>First.</p>") == ["First."]


def test_what_stands_beside_one_is_shown_where_it_has_a_place() -> None:
    root = '<p>First.</p><slot name="note">No note.</slot><div><slot><p>Nothing.</p></slot></div><p>Last.</p>'
    inner = '<x-line><template shadowrootmode="open">(<slot></slot>)</template>Within.</x-line>'
    body = f'<x-text><template shadowrootmode="open">{root}</template>{inner}<p slot="note">A note.</p></x-text>'
    assert _texts(body) == ["First.", "A note.", "(Within.)", "Last."]


def test_a_place_that_nothing_is_for_shows_what_is_in_it() -> None:
    body = (
        '<x-text><template shadowrootmode="open"><slot name="a"><p>None.</p></slot></template><p>Beside.</p></x-text>'
    )
    assert _texts(body) == ["None.", "Beside."]
