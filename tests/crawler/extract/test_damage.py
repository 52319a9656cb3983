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
    ],
)
def test_sloppiness_is_no_damage(new: bytes) -> None:
    assert _doubts(b"<p>", new) == []
