"""The general reader tells text by what it is made of and where it stands, not by what its elements are called."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from archive.records import BlockType, Reading
from tests.crawler.extract.test_general import page, read

TITLES = ("Mill on the Arve grinds again", "Мельница на Арве снова мелет", "阿尔沃河上的磨坊重新开磨")
TEXTS = (
    (
        "The mill on the Arve grinds flour again after thirty years, the owners of the valley said on Friday.",
        "Two brothers from the upper village repaired the wheel with oak from the old bridge, plank by plank.",
        "“It turns slower than it did, and that is how we like it,” said the elder of them at the opening.",
        "The first forty sacks go to the school kitchen, which has baked its own bread since last autumn.",
        "A second wheel is to follow in spring, if the river carries enough water by then.",
    ),
    (
        "Мельница на Арве снова мелет муку после тридцати лет простоя, сообщили в пятницу владельцы долины.",
        "Двое братьев из верхней деревни починили колесо дубом со старого моста, доска за доской.",
        "«Оно крутится медленнее, чем раньше, и нам это по душе», — сказал старший из них на открытии.",
        "Первые сорок мешков отдадут школьной кухне, которая с прошлой осени печёт собственный хлеб.",
        "Второе колесо поставят весной, если в реке к тому времени хватит воды.",
    ),
    (
        "停转三十年之后，阿尔沃河上的磨坊又磨出了面粉，山谷的业主们星期五在村口向记者宣布了这一消息。",
        "上村的兄弟俩用老桥上拆下的橡木，一块一块地修好了水轮，前后花了将近两年的时间和全部积蓄。",
        "年长的那位在开磨仪式上说，水轮转得比从前慢了一些，不过他们就喜欢这样，急不得也快不了。",
        "头四十袋面粉将送往学校食堂，那里从去年秋天起自己烤面包，孩子们每天早晨都能闻到香味。",
        "如果到那时河水足够，第二架水轮明年春天就会装上，木料已经在院子里晾了整整一个冬天。",
    ),
)
LANGUAGES = pytest.mark.parametrize("language", range(3), ids=["en", "ru", "zh"])


def _read(body: str, language: int = 0, head: str = "") -> Reading:
    title = f"<title>{TITLES[language]}</title>{head}"
    source = f"<!DOCTYPE html><html><head>{title}</head><body>{body}</body></html>"
    judgement, reading = read(source, "https://valley.example/2026/10/mill-4711.html")
    assert reading is not None, judgement
    return reading


def _paragraphs(language: int, mark: str = "") -> list[str]:
    return [f"<p{mark}>{text}</p>" for text in TEXTS[language]]


def _body(reading: Reading) -> list[str]:
    return [block.text for block in reading.body if block.type is not BlockType.EMBED]


def _story(inner: str, language: int = 0, around: str = '<article class="story">{}</article>') -> str:
    foot = "<footer><p>About us</p></footer>"
    return around.format(f"<h1>{TITLES[language]}</h1>{inner}") + foot


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["paywall", "article-paywall piano", "teaser", "sidebar", "lightbox", "subscriber-only", "social-text"]
)
@LANGUAGES
def test_a_name_hides_no_part_of_the_text(name: str, language: int) -> None:
    first, *rest = _paragraphs(language)
    whole = f'{first}<div class="{name}">{"".join(rest)}</div>'
    assert _body(_read(_story(whole, language), language)) == list(TEXTS[language])


@pytest.mark.parametrize("mark", [' aria-hidden="true"', ' class="paywall"', ' class="paywall" aria-hidden="true"'])
def test_paragraphs_for_subscribers_are_text(mark: str) -> None:
    lines = [*_paragraphs(0)[:2], *_paragraphs(0, mark)[2:]]
    assert _body(_read(_story("".join(lines)))) == list(TEXTS[0])


@pytest.mark.parametrize("tag", ["aside", 'aside class="fact"', 'div role="complementary"'])
def test_an_aside_of_sentences_is_text(tag: str) -> None:
    lines = _paragraphs(0)
    lines[2] = f"<{tag}>{lines[2]}</{tag.split(maxsplit=1)[0]}>"
    assert _body(_read(_story("".join(lines)))) == list(TEXTS[0])


def test_what_stands_in_an_opened_zone_is_judged_by_itself() -> None:
    card = '<div class="related"><a href="/n/7">Baker leaves the town</a><p>He takes his oven to the coast.</p></div>'
    lines = _paragraphs(0)
    inner = "".join([*lines[:2], card, *lines[2:]])
    reading = _read(_story(f'<div class="paywall-content">{inner}</div>'))
    assert _body(reading) == list(TEXTS[0])


@pytest.mark.parametrize(
    "around", ["<form action='/page'>{}</form>", "<ul><li>{}</li></ul>", "<table><tr><td>{}</table>"]
)
def test_what_is_around_the_whole_page_says_nothing(around: str) -> None:
    menu = '<ul><li><a href="/a">News of the valley</a></li><li><a href="/b">Weather of the valley</a></li></ul>'
    whole = around.format(menu + _story("".join(_paragraphs(0)), around="<div>{}</div>"))
    reading = _read(whole)
    assert [(block.type, block.text) for block in reading.body] == [(BlockType.P, text) for text in TEXTS[0]]


# --- how texts are built ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["ol", "ul"])
@pytest.mark.parametrize("inner", ["{}", "<p>{}</p>"])
def test_an_article_may_be_a_list(tag: str, inner: str) -> None:
    items = "".join(f"<li>{inner.format(text)}</li>" for text in TEXTS[0])
    assert _body(_read(_story(f"<{tag}>{items}</{tag}>"))) == list(TEXTS[0])


def test_an_article_may_be_a_list_of_terms() -> None:
    terms = ("When?", "By whom?", "And how?", "For whom?", "What next?")
    pairs = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in zip(terms, TEXTS[0], strict=True))
    assert _body(_read(_story(f"<dl>{pairs}</dl>"))) == [
        text for pair in zip(terms, TEXTS[0], strict=True) for text in pair
    ]


def test_a_table_and_a_list_belong_to_the_text_they_stand_in() -> None:
    table = "<table><tr><td>Rye</td><td>12 sacks</td></tr><tr><td>Wheat</td><td>28 sacks</td></tr></table>"
    listed = "<ul><li>no dogs</li><li>no smoke</li></ul>"
    lines = _paragraphs(0)
    body = _body(_read(_story("".join([*lines[:3], table, *lines[3:], listed]))))
    assert body == [*TEXTS[0][:3], "Rye 12 sacks", "Wheat 28 sacks", *TEXTS[0][3:], "no dogs", "no smoke"]


def test_the_headline_is_not_text_again() -> None:
    reading = _read(_story(f"<h2>{TITLES[0]}</h2>{''.join(_paragraphs(0))}"))
    assert (reading.description, _body(reading)) == ("", list(TEXTS[0]))


# --- what is none -----------------------------------------------------------------------------------------------------

BOXES = {
    "sign-up": '<div class="k1"><h3>News by letter</h3><p>Every Friday, what moved the valley that week.</p>'
    '<form action="/in"><input type="email"><button>Go</button></form></div>',
    "sign-up without a form": '<section class="k2"><p>Vous recevrez chaque matin la lettre du pays.</p>'
    '<div><input type="text" name="mail"></div></section>',
    "survey": '<div class="k3"><b>Мнение</b><p>Нужен ли долине второй мост через реку?</p><textarea></textarea></div>',
    "card": '<div class="k4"><a href="/n/12">Baker leaves the upper village</a>'
    "<p>The oven goes with him to the coast, where his daughter keeps an inn.</p></div>",
    "card in a link": '<div class="k5"><a href="/n/12"><img src="/b.jpg"><h4>Baker leaves</h4>'
    "<p>The oven goes with him to the coast.</p></a></div>",
    "figure that leads away": '<figure class="k6"><img src="/b.jpg"><div><a href="/n/12">Baker leaves the village</a>'
    " <span>More</span></div></figure>",
    "readers": '<p class="k7">1,204 people read this today.</p>',
    "views": '<div class="k8">Просмотров: 48 311</div>',
    "count": '<div class="k9"><i></i><span>48,311</span></div>',
    "labelled links": '<ul class="k10"><li><b>Bread:</b> <a href="/n/12">Baker leaves the upper village</a></li>'
    '<li><b>Water:</b> <a href="/n/13">River lower than it was in May</a></li></ul>',
    "links with a heading": '<h5>More:</h5><ul><li><a href="/n/12">Baker leaves the village</a></li>'
    '<li><a href="/n/13">River lower than it was</a></li></ul>',
    "pages": '<p class="k11"><a href="?2">[2]</a> <a href="?3">[3]</a></p>',
    "advertising": '<div class="k12"><a href="https://ads.example/1" rel="sponsored"><img src="/ad.gif"></a></div>',
}


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("mark", ["", ' class="t"'], ids=["plain", "class"])
@LANGUAGES
def test_a_box_among_the_paragraphs_is_no_text(box: str, mark: str, language: int) -> None:
    lines = _paragraphs(language, mark)
    reading = _read(_story("".join([*lines[:2], box, *lines[2:4], box, lines[4]]), language), language)
    assert _body(reading) == list(TEXTS[language])
    assert not reading.images


def test_an_article_of_cards_keeps_them() -> None:
    cards = "".join(
        f'<div class="item"><h3><a href="/s/{at}">Number {at} of the five mills</a></h3>{2 * f"<p>{text}</p>"}</div>'
        for at, text in enumerate(TEXTS[0])
    )
    assert set(TEXTS[0]) <= set(_body(_read(_story(cards))))


@LANGUAGES
def test_the_next_article_below_is_another(language: int) -> None:
    other = "".join(f"<p>{text}</p>" for text in TEXTS[(language + 1) % 3])
    below = f'<article class="story"><h2><a href="/n/9">{TITLES[(language + 1) % 3]}</a></h2>{other}</article>'
    assert _body(_read(_story("".join(_paragraphs(language)), language) + below, language)) == list(TEXTS[language])


# --- built anew -------------------------------------------------------------------------------------------------------


def _hashed(source: str) -> str:
    return re.sub(r'class="([^"]*)"', lambda found: f'class="css-{hash(found[1]) % 10**6:06}"', source)


def _wrapped(source: str) -> str:
    return re.sub(r"(<p\b.*?</p>)", r'<div class="w">\1</div>', source)


def _half(source: str) -> str:
    lines = re.findall(r"<p\b.*?</p>", source)
    return source.replace("".join(lines[-2:]), f'<div class="rest">{"".join(lines[-2:])}</div>')


BUILDS: dict[str, Callable[[str], str]] = {
    "names anew": _hashed,
    "div for p": lambda source: re.sub(r"(</?)p\b", r"\1div", source),
    "a wrapper each": _wrapped,
    "a wrapper around the rest": _half,
    "by-line below": lambda source: re.sub(r'(<div class="by">.*?</div>)(.*)(</article>)', r"\2\1\3", source),
}


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)
@pytest.mark.parametrize("mark", ["", ' class="t"'], ids=["plain", "class"])
@LANGUAGES
def test_a_page_built_anew_says_the_same(build: Callable[[str], str], mark: str, language: int) -> None:
    by = '<div class="by"><span>Nora Quill</span></div>'
    source = _story(f'{by}<div class="copy">{"".join(_paragraphs(language, mark))}</div>', language)
    before, after = _read(source, language), _read(build(source), language)
    assert (_body(before), before.description) == (list(TEXTS[language]), "")
    assert (_body(after), after.description) == (_body(before), before.description)


# --- leads, notes, words of pictures ----------------------------------------------------------------------------------

LEAD = "What took two brothers thirty months, an old bridge and the patience of a whole valley."


@pytest.mark.parametrize(
    "box",
    [
        '<p class="teaser">{}</p>',
        "<h2>{}</h2>",
        '<div class="k1"><p>{}</p></div>',
        '<div id="sumario"><blockquote>{}</blockquote></div>',
        '<div class="pic"><img src="/m.jpg" alt=""><h2>{}</h2></div>',
        '<ul class="footer"><li><h2>{}</h2></li></ul>',
    ],
)
def test_the_lead_stands_between_headline_and_text(box: str) -> None:
    head = f'<meta name="description" content="{LEAD}">'
    reading = _read(_story(f'{box.format(LEAD)}<div class="copy">{"".join(_paragraphs(0))}</div>'), head=head)
    assert (reading.description, _body(reading)) == (LEAD, list(TEXTS[0]))


@pytest.mark.parametrize(
    "note",
    [
        '<p class="correction">{}</p>',
        '<div class="k1"><p>{}</p></div>',
        '<div class="editors-note"><p>{}</p></div>',
        '<footer class="k2"><p>{}</p></footer>',
        '<aside class="k3"><p>{}</p></aside>',
    ],
)
@pytest.mark.parametrize("behind", [True, False])
def test_a_note_of_the_editors_is_part_of_the_text(note: str, behind: bool) -> None:
    said = "Correction: an earlier version of this article gave the number of sacks as fourteen."
    inner = [note.format(said), "".join(_paragraphs(0))]
    source = _story("".join(reversed(inner) if behind else inner)).replace("<!DOCTYPE html><html>", "")
    judgement, reading = read(page(source))
    assert reading is not None, judgement
    assert said in _body(reading)


@pytest.mark.parametrize(
    "box",
    [
        '<div class="wsw__embed"><figure><img src="/m.jpg"><figcaption>{}</figcaption></figure></div>',
        '<div class="box"><img src="/m.jpg"></div><h5 class="img-footer">{}</h5>',
        '<p align="center"><img src="/m.jpg"></p><p align="center">Foto: {}</p>',
    ],
)
def test_words_of_a_picture_are_no_text(box: str) -> None:
    lines = _paragraphs(0)
    reading = _read(_story("".join([*lines[:2], box.format("The wheel before it was mended"), *lines[2:]])))
    assert _body(reading) == list(TEXTS[0])
    assert len(reading.images) == 1
