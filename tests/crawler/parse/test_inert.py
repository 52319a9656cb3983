"""A stored page made inert: its text stays, and nothing of it runs, loads, sends or leads out of the archive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.parse.inert import inert

_TYPE, _AT = "text/html; charset=utf-8", "https://paper.test/news/1"
_ARMED = """<html><head><meta http-equiv=refresh content="0;url=https://out.test/"><base href="https://out.test/">
<link rel=preconnect href="https://out.test"><script>1</script></head><body onload="x()" background="https://out.test/b">
<p style="color: red" onclick="x()">Words that stay.</p><a href="../2?a=1&b=2" ping="https://out.test/" target=x>Two</a>
<a href="javascript:x()">No</a><a href="mailto:a@b.test">Nor</a><a href="http://[bad">Nor this</a>
<img src="https://out.test/a" srcset="https://out.test/b 2x" alt="A picture">
<svg><a xlink:href="/3"><text>3</text></a></svg>
<form action="https://out.test/"><input formaction="https://out.test/"></form><video poster="https://out.test/p"></video>
<noscript><img src="https://out.test/n"></noscript><iframe srcdoc="<script>1</script>"></iframe></body></html>"""


def test_text_stays_and_links_lead_into_the_archive() -> None:
    page = inert(_ARMED.encode(), _TYPE, "", _AT)
    assert "Words that stay." in page
    assert 'style="color: red"' in page
    assert 'alt="A picture"' in page
    assert 'href="/at?url=https%3A%2F%2Fpaper.test%2F2%3Fa%3D1%26b%3D2"' in page
    assert "out.test" not in page
    assert "javascript" not in page


def test_a_page_is_shown_by_its_own_charset_whatever_its_encoding() -> None:
    said = "<p>Привет, мир. Сегодня открыли новый мост через реку, сообщило министерство транспорта.</p>"
    page = inert(said.encode("windows-1251"), "text/html; charset=windows-1251", "", _AT)
    assert "Сегодня открыли новый мост" in page
    assert page.startswith('<!doctype html>\n<meta charset="utf-8">')


_TAGS = "<a_href=x> </a> <svg> <math> <style> </style> <script> </script> <template> <p_onx=1> <iframe_src=x> <title>"
_MORE = "<object_data=x> <img_src=x> <!-- --> <![CDATA[ ]]> <base_href=x> <link_href=x> <meta_http-equiv=x>"
_MARKUP = st.lists(st.sampled_from([one.replace("_", " ") for one in f"{_TAGS} {_MORE}".split()]) | st.text(max_size=5))


@given(_MARKUP)
def test_whatever_a_page_is_nothing_of_it_loads(parts: list[str]) -> None:
    page = LexborHTMLParser(inert("".join(parts).encode("utf-8", "replace"), _TYPE, "", _AT))
    assert not page.css("script, iframe, object, link, base, meta[http-equiv]")
    for node in page.css("*"):
        named = set(node.attributes)
        assert not named & {"src", "srcset", "data", "action", "ping", "poster"}
        assert not any(name.startswith("on") for name in named)
