"""A short text is told from the comments and the form for them that stand in one element with it."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.records import Capture
from crawler.extract.examine import examine
from crawler.outlets.registry import ad_hoc

AT = datetime(2026, 3, 1, tzinfo=UTC)


SHORT = """<!doctype html><html lang="en"><head><title>Number two: Leo</title></head><body>
<div><h1>Hillside Radio</h1></div>
<div><h2>Number two: Leo</h2>
<p>Leo is the second of the two who were born on the hill last week, and he has not stopped shouting since then.</p>
<p>He weighs three kilograms and a half, and his sister, who is four years old, calls him the small loud one.</p>
<h2>No response so far</h2><h2>Say your words</h2>
<form><p><input name="author"> Name</p><p><textarea name="comment"></textarea></p></form></div>
<div><h2>Recent comments</h2><ul>
<li>Anna wrote that she could hear the fair from her kitchen, and that it should have stopped at ten.</li>
<li>Bert answered that nobody had ever heard anything in the valley, and that he would come on Sunday.</li>
<li>Carla asked who had taken the ladder from the orchard, and said that it was not a joke any more.</li>
</ul></div></body></html>"""


def test_a_short_text_with_the_form_for_its_comments_is_no_box_that_asks() -> None:
    _, reading = examine(Capture("https://hill.example/leo", AT, SHORT.encode()), ad_hoc("hill.example"))
    assert reading is not None
    assert [block.text[:3] for block in reading.body] == ["Leo", "He "]
