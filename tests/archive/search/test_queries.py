"""No query is too odd to be asked: it finds what it means, or is refused with the place where it is not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.search.analyser import Analysed, analysed, in_latin, is_dense, tokens, tongue
from archive.search.index import FIELDS
from archive.search.language import LONGEST_QUERY, Near, Node, Query, Some, Words, parse
from tests.archive.material import THOROUGH, Archive
from tests.archive.search.texts import TEXTS, found, language


def _streams(name: str, columns: tuple[str, ...]) -> Iterator[tuple[Analysed, str]]:
    stemmer = tongue(language(name))
    for column, words in zip(FIELDS, TEXTS[name], strict=True):
        if not columns or column in columns:
            yield analysed(words, stemmer), stemmer


def _at(found: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [n for n in range(len(found)) if list(found[n : n + len(wanted)]) == list(wanted)]


def _stands(words: Words, stream: Analysed, stemmer: str) -> bool:
    own = tokens(words.text, "") if stemmer != "serbian" else [in_latin(one) for one in tokens(words.text)]
    alone = len(own) == 1 and len(own[0]) == 1 and is_dense(own[0])
    if words.prefix or alone:
        return any(token.startswith(own[0]) for token in stream.own) or own[0] in stream.last
    return bool(_at(stream.tokens, tokens(words.text, stemmer))) or (len(own) == 1 and own[0] in stream.own)


def _near(node: Near, stream: Analysed, stemmer: str) -> bool:
    left, right = tokens(node.left.text, stemmer), tokens(node.right.text, stemmer)
    return any(
        (b >= a and b - a - len(left) <= node.between) or (a >= b and a - b - len(right) <= node.between)
        for a in _at(stream.tokens, left)
        for b in _at(stream.tokens, right)
    )


def _means(node: Node, name: str) -> bool:
    match node:
        case Words():
            return any(_stands(node, *each) for each in _streams(name, node.columns))
        case Near():
            return any(_near(node, *each) for each in _streams(name, node.left.columns))
        case Some():
            return any(_means(part, name) for part in node.parts)
    return all(_means(part, name) for part in node.parts) and not any(_means(one, name) for one in node.without)


def wanted(query: Query) -> set[str]:
    """What a query finds by its meaning."""
    return {name for name in TEXTS if _means(query.root, name)}


ODD = """" ' * ( ) ^ : - + ~ & | ! < > { } [ ] \\ / , . ; % _ ? # @ = $ NEAR AND OR NOT headline: body: "" '' "a b" * -a
NEAR(a,b) a* a:* 'a':1 a<->b a&b !a DROP;-- %00 \x00 \ud83d \ufeff \u202e \u0301 🙂 \U0001e900 ꙁ ა Ꭰ ⅷ ﷺ ǆ ŉ
ß""".split()


SAID = [word for fields in TEXTS.values() for field in fields for word in field.split()]
_word = st.one_of(
    st.sampled_from(SAID),
    st.sampled_from(SAID).map(lambda word: f"{word[:5]}*"),
    st.tuples(st.sampled_from(SAID), st.sampled_from(SAID)).map(lambda both: '"' + " ".join(both) + '"'),
    st.sampled_from(ODD),
    st.text(max_size=3),
)
_query = st.recursive(
    _word,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from([" ", " OR ", " AND ", " NOT ", " NEAR ", " NEAR/2 ", ""]), part).map("".join),
        part.map("({})".format),
        st.tuples(st.sampled_from(["headline:", "lead:", "body:", "byline:"]), part).map("".join),
    ),
    max_leaves=6,
)


@settings(max_examples=2_000 if THOROUGH else 400)
@given(_query)
def test_no_query_is_an_error_and_none_finds_more_or_less_than_it_says(archive: Archive, asked: str) -> None:
    try:
        query = parse(asked)
    except UsageError:
        return
    with archive.engine.connect() as connection:
        assert found(connection, query) == wanted(query)


def test_a_query_without_a_word_or_without_an_end_is_refused_in_words() -> None:
    for words in ("", "  ", '""', "!?", "\0"):
        with pytest.raises(UsageError, match="no word"):
            parse(words)
    with pytest.raises(UsageError, match="characters"):
        parse("a" * (LONGEST_QUERY + 1))


REFUSED = {
    'bridge "reopens': "character 8: a quotation mark that is never closed",
    "(bridge": "character 1: a parenthesis that is never closed",
    "bridge)": "character 7: a parenthesis is closed that was never opened",
    "NOT bridge": "character 1: NOT needs something beside it",
    "bridge AND": "character 11: AND needs something after it",
    "OR bridge": "character 1: OR needs a word before it and after it",
    "bridge NEAR/21 repairs": "character 8: NEAR reaches over 20 words",
    "(a b) NEAR bridge": "character 7: NEAR stands between two words",
    "a NEAR b NEAR c": "character 10: NEAR joins two",
    "headline:(lead:bridge)": "character 11: a field within a field",
    "br*": "character 1: at least 3 letters",
    "br*dge": "character 1: a star stands at the end",
    "()": "character 2: there is nothing before this closing parenthesis",
    "(" * 30 + "a" + ")" * 30: "more than 20 parentheses",
    "a " * 61: "more than 60 words",
}


@pytest.mark.parametrize(("asked", "said"), REFUSED.items())
def test_what_cannot_be_understood_is_explained_with_its_place(asked: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        parse(asked)
