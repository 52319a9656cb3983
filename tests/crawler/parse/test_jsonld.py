"""JSON-LD is read in whatever a template wraps it, and what it refers to is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.jsonld import articles_in, types_of

PLAIN = '{"@type": "NewsArticle", "headline": "Мост \\"закрыт\\" // на ремонт,}", "author": {"name": "Анна Пример"}}'
ARTICLE = json.loads(PLAIN)


@pytest.mark.parametrize(
    "script",
    [
        PLAIN,
        f"\n <!-- {PLAIN} -->\n",
        f"<![CDATA[{PLAIN}]]>",
        f"//<![CDATA[\n{PLAIN}\n//]]>",
        f"// <![CDATA[ {PLAIN} // ]]>",
        f"/* <![CDATA[ */{PLAIN}/* ]]> */;",
        f"// written by the template\n{PLAIN}",
        PLAIN.replace("}}", ", },\n }"),
        f"[{PLAIN},]",
        PLAIN.replace('"', "&quot;").replace("\\&quot;", "\\&#34;"),
        f'{{"@type": "WebSite"}}\n{PLAIN}',
        f'{PLAIN},{{"@type": "WebSite"}};',
        f"{PLAIN} and then something else",
        PLAIN.replace("Мост", "\tМост\\'"),
        PLAIN.replace('"NewsArticle"', '["http://schema.org/Article"]'),
        PLAIN.replace('"NewsArticle"', '"https://schema.org/ReportageNewsArticle"'),
        PLAIN.replace('"NewsArticle"', '"schema:NewsArticle"'),
        f'{{"@graph": {{"@type": "WebPage", "mainEntity": {PLAIN}}}}}',
    ],
)
def test_an_article_is_found_however_it_is_wrapped(script: str) -> None:
    (found,) = articles_in([script])
    assert found["author"] == {"name": "Анна Пример"}
    assert found["headline"].replace("\t", "").replace("'", "") == ARTICLE["headline"]


def test_a_broken_script_does_not_hide_the_next() -> None:
    assert [item["headline"] for item in articles_in(['{"@type": "Article", ', PLAIN])] == [ARTICLE["headline"]]


def test_references_are_followed_within_and_between_scripts() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "author": [{"@id": "#a"}, {"@id": "#b"}], "publisher": {"@id": "#none"}},
            {"@type": "Person", "@id": "#a", "name": "Ana Primer"},
        ]
    }
    other = {"@type": "WebPage", "about": {"@type": "Person", "@id": "#b", "name": "Otto Muster"}}
    (found,) = articles_in([json.dumps(graph), json.dumps(other)])
    assert [author["name"] for author in found["author"]] == ["Ana Primer", "Otto Muster"]
    assert found["publisher"] == {"@id": "#none"}


def test_the_article_of_this_address_comes_first() -> None:
    other = {"@type": "Article", "headline": "other", "url": "https://www.site.example/b"}
    own = {"@type": "Article", "headline": "own", "mainEntityOfPage": {"@id": "http://site.example/a/?x=1"}}
    scripts = [json.dumps([other, own])]
    assert [item["headline"] for item in articles_in(scripts, "https://site.example/a")] == ["own", "other"]
    assert [item["headline"] for item in articles_in(scripts)] == ["other", "own"]


def test_a_type_is_known_without_its_vocabulary() -> None:
    assert types_of({"@type": ["https://schema.org/Person", 3, "schema:Thing"]}) == ["Person", "Thing"]
    assert types_of({}) == []


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "author", "name", "url"]), inner)
    ),
)


@given(st.lists(st.one_of(st.text(), _JSON.map(json.dumps), _JSON.map(lambda value: json.dumps(value) + ",//]]>"))))
def test_nothing_makes_it_fail(scripts: list[str]) -> None:
    articles_in(scripts, "https://site.example/a")
