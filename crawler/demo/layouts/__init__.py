"""Article pages in the markup families RT's editions use. Pure: story, step and host in, HTML out.

Where a reader has a trap in reality (the lead inside or outside of the body, captions among the paragraphs, embedded
messages with paragraphs of their own, links to the mirror), it has it here.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from crawler.demo.editions import EDITIONS, Edition
from crawler.demo.html import tag, text
from crawler.demo.layouts import arabic, english, french, view
from crawler.demo.layouts.common import document
from crawler.demo.stories import Story

__all__ = ["injected", "page", "rendered", "wall"]

_Parts = Callable[[Story, int, str], tuple[str, str]]

_LAYOUTS: dict[str, _Parts] = {
    "article-fr": french.parts,
    "article-en": english.parts,
    "view": view.parts,
    "arabic": arabic.parts,
}

_COVERING = "position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999;background:#fff"
_SCRIPT = """
document.querySelector('.consent-overlay__accept').addEventListener('click', function () {
  fetch('%s').then(function (answer) { return answer.json(); }).then(function (found) {
    document.getElementById('content').innerHTML = found.html;
    document.querySelector('.consent-overlay').remove();
  });
});
"""


def _parts(one: Story, step: int, host: str) -> tuple[str, str]:
    return _LAYOUTS[EDITIONS[one.edition].layout](one, step, host)


def page(one: Story, step: int, host: str) -> str:
    """A page as it is served: the whole of it, or for the scripted article the shell that a script will fill."""
    head, body = _parts(one, step, host)
    return document(one, head, _shell(one) if one.scripted else body)


def _shell(one: Story) -> str:
    """Headline and text stand empty behind an overlay that covers everything until it is clicked."""
    words = EDITIONS[one.edition].words
    asked = [tag("p", text(sentence)) for sentence in words["consent_wall"]]
    overlay = tag(
        "div.consent-overlay",
        *asked,
        tag("button.consent-overlay__accept", text(words["accept"]), type="button"),
        style=_COVERING,
    )
    empty = tag("div.article", tag("h1.article__heading"), tag("div.article__text.text"))
    script = tag("script", _SCRIPT % f"/api/article/{one.id}")
    return f"{overlay}\n{tag('div', empty, id='content')}\n{script}"


def injected(one: Story, step: int, host: str) -> str:
    """What the script fetches: JSON, the markup under `html`."""
    return json.dumps({"html": _parts(one, step, host)[1]}, ensure_ascii=False)


def rendered(one: Story, step: int, host: str) -> str:
    """The page of the scripted article as a browser has it once the overlay was clicked away."""
    head, body = _parts(one, step, host)
    return document(one, head, tag("div", body, id="content"))


def wall(edition: Edition) -> str:
    """A page that stands in place of any article and asks for consent, answered with 200."""
    words = edition.words
    asked = [tag("p", text(sentence)) for sentence in words["consent_wall"]]
    buttons = [tag("a", text(words[name]), href="#") for name in ("accept", "reject")]
    head = tag("head", tag("meta", charset="UTF-8"), tag("title", text(words["house"])))
    body = tag("body", tag("div.banner", *asked, *(tag("p", button) for button in buttons)))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=edition.language)}\n"
