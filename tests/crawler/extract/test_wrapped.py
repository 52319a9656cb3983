"""Where a text stands in its page: wrappers around a part of it, lists below it."""

from __future__ import annotations

from tests.crawler.extract.test_general import FIRST, HEADLINE, SECOND, THIRD, page, read, texts

_FOURTH = "The old boat is to be painted green and will be a café from the first of June."


def test_a_part_of_the_text_may_stand_in_wrappers_of_any_depth() -> None:
    rest = f'<div class="x1"><div><div class="x2"><p>{THIRD}</p><p>{_FOURTH}</p></div></div></div>'
    assert texts(f"<article>{HEADLINE}<p>{FIRST}</p><p>{SECOND}</p>{rest}</article>") == [FIRST, SECOND, THIRD, _FOURTH]


def test_the_day_of_an_item_below_the_text_is_not_the_articles() -> None:
    said = "<ul><li><b>Mario</b> <i>11 October 2026, 10:00</i><p>But where do the goats sleep at night?</p></li></ul>"
    _, reading = read(page(f"{HEADLINE}<p>{FIRST}</p><p>{SECOND}</p>{said}"))
    assert reading is not None
    assert reading.date_published is None
