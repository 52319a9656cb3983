"""A page changed on its way, where that hides or moves text: noticed, and the reading in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.records import DoubtKind
from crawler.authoring import cases
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.support import REPOSITORY

CASE = cases.load(REPOSITORY / "tests" / "outlets" / "rt-en" / "2019-article")
LEAD = b'<div class="article__summary summary'


def _doubts(old: bytes, new: bytes) -> list[str]:
    capture = CASE.capture
    assert capture.body.count(old) >= 1
    body = capture.body.replace(old, new, 1)
    reading = examine(replace(capture, body=body, headers=()), registry().get("rt-en"))[1]
    assert reading is not None
    return [doubt.kind for doubt in reading.doubts]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LEAD, LEAD.replace(b"__s", b"__\xf3")),
        (LEAD, LEAD.replace(b"__s", b"_\x13s")),
        (LEAD, LEAD.replace(b"class", b"cl\xa1ss")),
        (LEAD, LEAD.replace(b"<div", b"<diw")),
        (LEAD, LEAD.replace(b"<div", b"\x1cdiv")),
        (b"</div>", b"</\xe4iv>"),
        (b"</div>", b"<!div>"),
        (b"</div>", b"<?div>"),
        (b"<p>", b"<p <p>"),
        (LEAD, LEAD.replace(b"<div ", b"<div>")),
        (LEAD, LEAD.replace(b"<div ", b"<div-")),
        (LEAD, LEAD.replace(b"class", b"clCss")),
        (LEAD, LEAD.replace(b'="', b"=x")),
        (b"<p>", b"<script>a()</scripx><p><script>b()</script>"),
        (b"<p>", b"<textarea>a</textareb><p><textarea></textarea>"),
        (b"<p>", b"<!-- a ->b<p><!-- c -->"),
    ],
)
def test_a_byte_that_was_changed_in_a_tag_is_noticed(old: bytes, new: bytes) -> None:
    assert _doubts(old, new) == [DoubtKind.SLOPPY_MARKUP]


@pytest.mark.parametrize(
    "new",
    [
        b'<p title="a \x7f of the typesetter">',
        b'<p title="a quote \'of a "quote">',
        b"<p data-\xc3\xa4>",
        b'<p class="\xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82">',
        b'<p class="one"id="two"lang=en>',
        b"<p x-data=\"{ open: false, // if <b>, say\n then: 'x => y' }\">",
        b'<p data-state=\'{"html": "<div class=\\"a\\">"}\'>',
        b'<amp-img\n  src="/a.png"width="9"></amp-img><p>',
        b"<news-teaser-2 kind=box></news-teaser-2><p>",
        b"<!-- old --!><p>",
        b"<!--><p>",
        b"<svg viewBox='0 0 9 9'><path d='M0'/></svg><p>",
        b'<script class=lazy><section id="a"><svg class="icon--close"></svg></section></script><p>',
        b'<script type="text/template"><style>p {}</style><p>{{ text }}</p></script><p>',
        b'<script>var s = {"a": "<style>", "b": x => y - 1 > 0};</script><p>',
        b"<?xml version='1.0'?><p>",
        b"</span <br /><p>",
        b"<i></i\n</p><p><i></i\n</p><p>",
        b'<div itemProp="name" Class="x"></div><p>',
    ],
)
def test_sloppiness_is_no_damage(new: bytes) -> None:
    assert _doubts(b"<p>", new) == []
