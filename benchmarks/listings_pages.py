"""Pages of many articles, and of one, in the markup of content systems: what `listings.py` reads.

The markup is that of default themes as they write it today; the words are our own. Whole pages are made of a frame
(navigation, sidebar, foot), a head, and one middle for each kind of page, so that a listing and an article of a system
differ in nothing but what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["LISTINGS", "Made", "made"]


@dataclass(frozen=True)
class _Words:
    """What a site says in one language."""

    site: str
    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    menu: tuple[str, ...]
    search: str
    more: str
    day: str


_WORDS = {
    "en": _Words(
        "Valley Gazette",
        (
            "Council of the valley agrees on the new bridge after ten years",
            "Old railway carriage becomes a library for three villages",
            "Snow closes the upper pass until the middle of the week",
            "School paints the harbour wall in white and in green",
            "Winter market moves to the square in front of the mill",
            "Fire brigade looks for volunteers in every village",
        ),
        (
            "The ferry over the lake will sail again from Monday, the council of the valley said on Friday evening.",
            "Carpenters of three villages built a new pier, and the boat was painted white and green by the school.",
            "Tickets cost what they cost two years ago, and bicycles travel for nothing on weekdays before noon.",
            "The first crossing is at seven in the morning, and the band of the fire brigade will play on the pier.",
            "Whoever was born in the year in which the ferry was built is invited to a glass of cider afterwards.",
        ),
        ("News", "Sport", "Culture", "Economy", "Opinion", "Pictures"),
        "Results for “ferry”",
        "Read more",
        "12 December 2025",
    ),
    "ru": _Words(
        "Вестник долины",
        (
            "Совет долины после десяти лет споров согласился на новый мост",
            "Старый вагон стал библиотекой для трёх деревень",
            "Снег закрыл верхний перевал до середины недели",
            "Школьники покрасили стену гавани в белый и зелёный цвета",
            "Зимняя ярмарка переезжает на площадь перед мельницей",
            "Пожарные ищут добровольцев в каждой деревне долины",
        ),
        (
            "Паром через озеро снова пойдёт с понедельника, сообщил в пятницу вечером совет долины.",
            "Плотники трёх деревень построили новый причал, а школа выкрасила судно в белый и зелёный цвета.",
            "Билеты стоят столько же, сколько два года назад, а велосипеды до полудня возят бесплатно.",
            "Первый рейс назначен на семь часов утра, на причале сыграет оркестр пожарной части.",
            "Кто родился в тот год, когда паром построили, приглашён потом на стакан сидра.",
        ),
        ("Новости", "Спорт", "Культура", "Экономика", "Мнения", "Фото"),
        "Результаты поиска: паром",
        "Читать далее",
        "12 декабря 2025",
    ),
    "ar": _Words(
        "جريدة الوادي",
        (
            "مجلس الوادي يوافق على الجسر الجديد بعد عشر سنوات من النقاش",
            "عربة قطار قديمة تتحول إلى مكتبة لثلاث قرى في الجبل",
            "الثلوج تغلق الممر الأعلى حتى منتصف الأسبوع المقبل",
            "تلاميذ المدرسة يطلون جدار الميناء بالأبيض والأخضر",
            "سوق الشتاء ينتقل إلى الساحة أمام الطاحونة القديمة",
            "فرقة الإطفاء تبحث عن متطوعين في كل قرية من الوادي",
        ),
        (
            "تعود العبارة إلى الإبحار في البحيرة ابتداء من يوم الاثنين، كما قال مجلس الوادي مساء الجمعة.",
            "بنى نجارون من ثلاث قرى رصيفا جديدا، وطلى تلاميذ المدرسة القارب باللونين الأبيض والأخضر.",
            "تبقى أسعار التذاكر كما كانت قبل عامين، وتنقل الدراجات مجانا قبل الظهر في أيام العمل.",
            "تنطلق الرحلة الأولى في السابعة صباحا، وتعزف فرقة الإطفاء الموسيقية على الرصيف.",
            "كل من ولد في العام الذي بنيت فيه العبارة مدعو بعد ذلك إلى كأس من عصير التفاح.",
        ),
        ("أخبار", "رياضة", "ثقافة", "اقتصاد", "آراء", "صور"),
        "نتائج البحث عن العبارة",
        "اقرأ المزيد",
        "12 ديسمبر 2025",
    ),
}


@dataclass(frozen=True)
class _System:
    """How a content system writes a page: `item` makes one entry of a list (title, url, picture, teaser, day, more),
    `listed` wraps them under a heading, `story` an article (title, day, author, text), `frame` all of it (kind, head,
    menu, middle, beside)."""

    name: str
    item: str
    listed: str
    story: str
    frame: str


_SYSTEMS = (
    _System(
        "wordpress",
        '<article class="post type-post status-publish hentry"><header class="entry-header"><h2 class="entry-title">'
        '<a href="{url}" rel="bookmark">{title}</a></h2><div class="entry-meta"><span class="posted-on">'
        '<a href="{url}">'
        '<time class="entry-date published">{day}</time></a></span></div></header>{picture}'
        '<div class="entry-summary">'
        '<p>{teaser} <a href="{url}" class="more-link">{more}</a></p></div></article>',
        '<main id="main" class="site-main"><header class="page-header"><h1 class="page-title">{heading}</h1></header>'
        '{items}<nav class="pagination"><a class="page-numbers" href="/page/2/">2</a></nav></main>',
        '<main id="main" class="site-main"><article class="post hentry"><header class="entry-header"><h1 class='
        '"entry-title">{title}</h1><div class="entry-meta"><time class="entry-date published">{day}'
        "</time></div></header>"
        '<div class="entry-content">{text}</div></article></main>',
        '<body class="{kind} wp-embed-responsive"><header id="masthead"><p class="site-title">'
        '<a href="/">{site}</a></p>'
        '<nav class="main-navigation">{menu}</nav></header><div id="content">{middle}<aside id="secondary" class='
        '"widget-area">{beside}</aside></div><footer id="colophon"><p>© {site}</p></footer></body>',
    ),
    _System(
        "drupal",
        '<div class="views-row"><div class="views-field views-field-title"><span class="field-content">'
        '<a href="{url}">'
        '{title}</a></span></div><div class="views-field views-field-created">'
        '<span class="field-content">{day}</span>'
        '</div><div class="views-field views-field-body">{picture}<div class="field-content"><p>{teaser}'
        "</p></div></div>"
        "</div>",
        '<div class="region region-content"><h1 class="page-header">{heading}</h1>'
        '<div class="view view-content">{items}'
        '</div><ul class="pager"><li><a href="?page=1">2</a></li></ul></div>',
        '<div class="region region-content"><h1 class="page-header">{title}</h1>'
        '<article class="node node--type-article">'
        '<div class="field field--name-created">{day}</div><div class="field field--name-body">{text}</div></article>'
        "</div>",
        '<body class="path-{kind}"><div class="region-header"><a href="/">{site}</a>'
        '<ul class="menu">{menu}</ul></div>'
        '<div class="main-container">{middle}<aside class="region-sidebar">{beside}</aside></div>'
        "<footer>{site}</footer>"
        "</body>",
    ),
    _System(
        "bitrix",
        '<p class="news-item" id="bx_1"><span class="news-date-time">{day}</span> <a href="{url}">'
        "<b>{title}</b></a><br>"
        "{picture}{teaser}</p>",
        '<div class="workarea"><h1 id="pagetitle">{heading}</h1><div class="news-list">{items}</div></div>',
        '<div class="workarea"><h1 id="pagetitle">{title}</h1><div class="news-detail">'
        '<span class="news-date-time">{day}'
        "</span>{text}</div></div>",
        '<body><table width="100%"><tr><td colspan="2"><a href="/">{site}</a> {menu}</td></tr><tr>'
        "<td>{middle}</td><td "
        'width="200">{beside}</td></tr></table><div id="footer">{site}</div></body>',
    ),
    _System(
        "arc",
        '<div class="b-results-list__wrapper"><a class="c-link" href="{url}">{picture}</a>'
        '<a class="c-link" href="{url}">'
        '<h2 class="c-heading b-results-list__heading">{title}</h2></a><p class="c-paragraph">{teaser}'
        "</p><span class="
        '"c-date">{day}</span></div>',
        '<section role="main"><h1 class="c-heading">{heading}</h1>{items}<button class="c-button">{more}'
        "</button></section>",
        '<section role="main"><h1 class="c-heading b-headline">{title}</h1>'
        '<time class="c-date b-date">{day}</time><article'
        ' class="b-article-body">{text}</article></section>',
        '<body><div id="fusion-app"><header class="c-stack"><a href="/">{site}</a><nav>{menu}</nav>'
        "</header>{middle}<aside>"
        "{beside}</aside><footer>{site}</footer></div></body>",
    ),
    _System(
        "joomla",
        '<div class="items-row"><div class="item"><div class="page-header"><h2><a href="{url}">{title}'
        "</a></h2></div><dl "
        'class="article-info"><dd class="published">{day}</dd></dl>{picture}<p>{teaser}</p>'
        '<p class="readmore"><a class='
        '"btn" href="{url}">{more}</a></p></div></div>',
        '<main id="content"><div class="blog"><h1>{heading}</h1>{items}</div></main>',
        '<main id="content"><div class="item-page"><div class="page-header"><h1>{title}</h1></div>'
        '<dl class="article-info">'
        '<dd class="published">{day}</dd></dl><div class="articleBody">{text}</div></div></main>',
        '<body class="site com_content view-{kind}"><header class="header"><a href="/">{site}</a>'
        '<ul class="nav">{menu}</ul>'
        '</header>{middle}<div id="aside">{beside}</div><footer>{site}</footer></body>',
    ),
    _System(
        "hashed",
        '<div class="sc-a1b2"><a class="sc-x9" href="{url}">{picture}<span class="sc-t7">{title}</span>'
        "</a><div class="
        '"sc-p3">{teaser}</div><div class="sc-d4">{day}</div></div>',
        '<div class="sc-m0"><div class="sc-h5">{heading}</div><div class="sc-g2">{items}</div></div>',
        '<div class="sc-m0"><h1 class="sc-h1">{title}</h1><div class="sc-d4">{day}</div>'
        '<div class="sc-b8">{text}</div>'
        "</div>",
        '<body><div id="__next"><div class="sc-n1"><a href="/">{site}</a>{menu}</div>{middle}'
        '<div class="sc-r6">{beside}'
        '</div><div class="sc-f3">{site}</div></div></body>',
    ),
)


@dataclass(frozen=True)
class Made:
    """One page: `kind` is one of `LISTINGS` or an article's."""

    kind: str
    system: str
    language: str
    url: str
    html: str


_FRAME_KINDS = {"front page": "home", "section": "category", "tag": "tag", "search": "search", "author": "author"}


def _items(system: _System, words: _Words, count: int, *, teaser: bool, picture: bool) -> str:
    made_ = []
    for at in range(count):
        url = f"/2025/12/{at + 4700}-story"
        image = f'<img src="/i/{at}.jpg" alt="">' if picture else ""
        said = words.sentences[at % len(words.sentences)] if teaser else ""
        title = f"{words.titles[at % len(words.titles)]} ({at})"
        entry = system.item.format(url=url, title=title, picture=image, teaser=said, day=words.day, more=words.more)
        made_.append(entry)
    return "".join(made_)


def _whole(system: _System, language: str, kind: str, title: str, middle: str) -> str:
    words = _WORDS[language]
    menu = "".join(f'<li><a href="/{at}/">{name}</a></li>' for at, name in enumerate(words.menu))
    beside = "".join(f'<li><a href="/2025/12/{at}-o">{name}</a></li>' for at, name in enumerate(words.titles))
    body = system.frame.format(
        kind=_FRAME_KINDS.get(kind, "single"), site=words.site, menu=menu, middle=middle, beside=f"<ul>{beside}</ul>"
    )
    name = words.site if kind == "front page" else f"{title} - {words.site}"
    return f'<!DOCTYPE html><html lang="{language}"><head><title>{name}</title></head>{body}</html>'


def _list(system: _System, language: str, kind: str) -> str:
    words = _WORDS[language]
    headings = {
        "front page": words.site,
        "section": words.menu[0],
        "tag": words.titles[0].split()[0],
        "search": words.search,
        "author": "Anna Example",
        "gallery": words.menu[5],
        "videos": "Video",
        "archive": words.day,
        "blog": words.menu[4],
    }
    plain = kind in {"gallery", "videos", "archive"}
    items = _items(system, words, 24, teaser=not plain, picture=kind not in {"archive", "search"})
    if kind == "blog":  # whole texts one below the other
        text = "</p><p>".join(words.sentences)
        items = _items(system, words, 8, teaser=True, picture=True).replace(words.sentences[0], text)
    return _whole(
        system,
        language,
        kind,
        headings[kind],
        system.listed.format(heading=headings[kind], items=items, more=words.more),
    )


def _story(system: _System, language: str, kind: str) -> str:
    words = _WORDS[language]
    sentences = words.sentences * 3
    texts = {
        "short": sentences[:2],
        "article": sentences,
        "with links": sentences[:6],
        "list article": sentences[:10],
    }
    marks = [f"<p>{text}</p>" for text in texts[kind]]
    if kind == "list article":
        marks = [f"<h3>{at + 1}. {words.titles[at % 6]}</h3>{mark}" for at, mark in enumerate(marks)]
    text = "".join(marks)
    if kind == "with links":
        text += f"<div>{_items(system, words, 8, teaser=True, picture=True)}</div>"
    title = words.titles[0]
    return _whole(system, language, kind, title, system.story.format(title=title, day=words.day, text=text))


LISTINGS = ("front page", "section", "tag", "search", "author", "gallery", "videos", "archive", "blog")
_ARTICLES = ("short", "article", "with links", "list article")
_Maker = Callable[[_System, str, str], str]


def made() -> Iterator[Made]:
    """Every kind of page in every system and language; none says in its head what it is, as the worst do not."""
    makers: tuple[tuple[tuple[str, ...], _Maker], ...] = ((LISTINGS, _list), (_ARTICLES, _story))
    for kinds, maker in makers:
        for kind in kinds:
            for system in _SYSTEMS:
                for language in _WORDS:
                    path = f"{kind.replace(' ', '-')}/" if maker is _list else "2025/12/4711-story"
                    url = f"https://www.{system.name}-gazette.example/{path}"
                    yield Made(kind, system.name, language, url, maker(system, language, kind))
