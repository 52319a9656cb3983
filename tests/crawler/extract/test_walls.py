"""Walls, notices and shells in the markup they really have, invented but for the marks; articles that look alike."""

from __future__ import annotations

import pytest

from archive.records import Verdict
from crawler.extract.walls import walls
from tests.crawler.extract.walls_material import ANYWHERE, KNOWN, PARAGRAPHS, SENTENCE, judged, layout, page

CHECKS = {
    "cloudflare, 2016": page(
        "<title>Just a moment...</title>",
        '<div class="cf-browser-verification cf-im-under-attack"><h1><span data-translate="checking_browser">Checking '
        "your browser before accessing</span> example.org.</h1><form id='challenge-form' action='/cdn-cgi/l/chk_jschl' "
        "method='get'><input type='hidden' name='jschl_vc' value='1'></form></div>",
    ),
    "cloudflare, managed": page(
        '<title>Just a moment...</title><meta http-equiv="refresh" content="390">',
        '<div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2"><span '
        'id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div></div>'
        "<script>(function(){window._cf_chl_opt = {cvId: '3',cZone: 'example.org',cType: 'managed'};}());</script>",
    ),
    "cloudflare, as a browser has it, in Chinese": page(
        "<title>请稍候…</title>",
        '<div class="main-wrapper"><h1>example.org</h1><h2>正在进行安全验证</h2>'
        "<p>本网站使用安全服务防护恶意自动程序。</p></div>",
    ),
    "cloudflare, turnstile": page(
        "<title>example.org</title>",
        '<p>Verify you are human by completing the action below.</p><div id="turnstile-wrapper"></div>'
        '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>',
    ),
    "cloudflare, 1020": page(
        "<title>Access denied | example.org used Cloudflare to restrict access</title>",
        '<div id="cf-wrapper"><div id="cf-error-details"><h1><span>Error</span> <span>1020</span></h1>'
        "<h2>Access denied</h2><p>This website is using a security service to protect itself.</p></div></div>",
    ),
    "cloudflare, 1015": page(
        "<title>Access denied | example.org used Cloudflare to restrict access</title>",
        '<div id="cf-error-details" class="cf-error-details-wrapper"><h1>Error 1015</h1>'
        "<h2>You are being rate limited</h2></div>",
    ),
    "ddos-guard": '<!DOCTYPE html><html><head><title>DDoS-Guard</title><meta charset="utf-8"></head>'
    '<body data-ddg-origin="true" data-ddg-l10n="true"><h1 id="title">Checking your browser before accessing '
    "example.org</h1><script>var b=['L3dlbGwta25vd24=']</script></body></html>",
    "ddos-guard, captcha": '<html><head><title>DDOS-GUARD</title><link rel="stylesheet" '
    'href="/.well-known/ddos-guard/ddg-captcha-page/index.css"></head><body><div></div></body></html>',
    "servicepipe": "<!DOCTYPE html>\n<html>\n<head>\n"
    '<noscript><meta http-equiv="refresh" content="0; url=/exh"></noscript>'
    "\n</head>\n<style>.spinner { background: url('//servicepipe.ru/loaders/default.gif'); }</style>\n<body>\n"
    '<div id="id_spinner" class="container"><div class="load"></div></div><div id="id_captcha_frame_div" '
    'style="display: none"></div><script src="//servicepipe.ru/static/jsrsasign-all-min.js"></script><script>\n'
    'function get_cookie_spsn() {\n  return "spsn=1_";\n}\n</script></body>\n</html>',
    "arvancloud": page(
        "<title>Transferring to the website...</title>",
        "<h1>Transferring to the website...</h1><script>var _0x1=['x'];document.cookie='__arcsjs=1'</script>",
    ),
    "arvancloud, in Persian": page("<title>خبر</title>", "<p>در حال انتقال به سایت مورد نظر هستید...</p>", "fa"),
    "aws waf": page(
        "<title></title><script>window.awsWafCookieDomainList = [];window.gokuProps = {};</script>"
        '<script src="https://a.b.eu-west-1.token.awswaf.com/a/b/challenge.js"></script>',
        '<div id="challenge-container"></div><noscript><h1>JavaScript is disabled</h1></noscript>',
    ),
    "akamai, behaviour": page(
        "",
        '<div id="sec-if-cpt-container" role="main"></div><script src="/_sec/cp_challenge/ak.htm"></script>'
        "<p>Powered and protected by Akamai</p>",
    ),
    "akamai, denied": "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \nYou don't "
    'have permission to access "http&#58;&#47;&#47;example&#46;org&#47;" on this server.<P>\nReference&#32;&#35;18'
    "\n<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;2b</P>\n</BODY>\n</HTML>",
    "imperva": '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body>'
    '<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=7-1-0&incident_id=1-2&edet=12">Request '
    "unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>",
    "sucuri": "<html><title>You are being redirected...</title><noscript>Javascript is required.</noscript>"
    "<script>var s={},u,c,U,r,i,l=0,a,e=eval,sucuri_cloudproxy_js='',S='cz0i';</script></html>",
    "qrator": page('<script src="/__qrator/qauth_utm_v2_b1.js"></script>'),
    "yandex": page(
        "<title>Вы не робот?</title>",
        '<form action="/checkcaptcha?key=1" id="checkbox-captcha-form"><div class="CheckboxCaptcha"><span>Я не робот'
        "</span></div></form><p>Подтвердите, что запросы отправляли вы, а не робот</p>",
        "ru",
    ),
    "datadome": "<html lang='en'><head><title>example.org</title></head><body><p>Please enable JS and disable "
    "any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script></body></html>",
    "siteground": '<html><head><link rel="icon" href="data:;"><meta http-equiv="refresh" content="0;/.well-known/'
    'sgcaptcha/?r=%2F&y=1"></meta></head></html>',
    "alibaba": page('<meta name="aliyun_waf_aa" content="1"><title></title>', "<script>var arg1='3000'</script>"),
    "nobody knows whose": page(
        "<title>One moment, please...</title>", "<h1>Please wait while your request is being verified...</h1>"
    ),
    "nobody knows whose, in Russian": page(
        "<title>Сайт</title>", "<p>Выполняется проверка браузера, подождите несколько секунд.</p>"
    ),
}


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize("url", [KNOWN, ANYWHERE])
@pytest.mark.parametrize("name", CHECKS)
def test_a_check_of_the_visitor_is_a_captcha(name: str, url: str, status: int) -> None:
    found = judged(CHECKS[name], url, status=status)
    assert found.verdict is Verdict.CAPTCHA, found.reason
    assert found.reason


@pytest.mark.parametrize("name", [name for name in CHECKS if "nobody" not in name and "Persian" not in name])
def test_a_wall_may_be_large(name: str) -> None:
    script = f"<script>var x = '{'0123456789abcdef' * 20_000}';</script>"
    body = CHECKS[name].replace("<body", f"{script}<body", 1) if "<body" in CHECKS[name] else CHECKS[name] + script
    assert judged(body).verdict is Verdict.CAPTCHA


def test_a_wall_is_never_a_deletion() -> None:
    assert judged(CHECKS["cloudflare, managed"], status=404).verdict is Verdict.CAPTCHA
    assert judged(page("<title>404</title>", '<script src="/captcha.js"></script>'), status=404).verdict is Verdict.GONE


@pytest.mark.parametrize(
    "headers", [(("cf-mitigated", "challenge"),), (("x-amzn-waf-action", "captcha"),), (("X-DataDome", "protected"),)]
)
def test_a_wall_told_by_its_header(headers: tuple[tuple[str, str], ...]) -> None:
    assert judged(page(body="<p>Hello.</p>"), status=403, headers=headers).verdict is Verdict.CAPTCHA
    assert judged(page(body="<p>Hello.</p>"), status=202, headers=headers).verdict is Verdict.CAPTCHA


NOTICES = {
    "This content is not available in your region.": Verdict.GEO_BLOCKED,
    "Ce contenu n’est pas disponible dans votre pays.": Verdict.GEO_BLOCKED,
    "Dieser Inhalt ist in Ihrem Land leider nicht verfügbar.": Verdict.GEO_BLOCKED,
    "Este contenido no está disponible en su región.": Verdict.GEO_BLOCKED,
    "Контент недоступен в вашей стране.": Verdict.GEO_BLOCKED,
    "هذا المحتوى غير متاح في بلدك.": Verdict.GEO_BLOCKED,
    "Access to this website has been blocked by a decision of the authority for electronic media.": Verdict.GEO_BLOCKED,
    "In compliance with Regulation (EU) 2022/350 this site cannot be shown.": Verdict.GEO_BLOCKED,
    "Доступ к информационному ресурсу ограничен на основании закона.": Verdict.GEO_BLOCKED,
    "Bu internet sitesi hakkında erişim engeli kararı uygulanmaktadır.": Verdict.GEO_BLOCKED,
    "The owner of this website (example.org) has banned the country your address is in.": Verdict.GEO_BLOCKED,
    "Access to the web page you were trying to visit has been blocked.": Verdict.GEO_BLOCKED,
    "The site is currently down for maintenance.": Verdict.ERROR_PAGE,
    "Ведутся технические работы. Скоро вернёмся.": Verdict.ERROR_PAGE,
    "Error establishing a database connection": Verdict.ERROR_PAGE,
    "The page you are looking for has been moved or removed.": Verdict.SOFT_404,
    "Запрашиваемая страница не найдена.": Verdict.SOFT_404,
    "عذرا، الصفحة التي تبحث عنها غير موجودة.": Verdict.SOFT_404,
    "Subscribe to continue reading. Already a subscriber? Log in.": Verdict.PAYWALL,
    "Cet article est réservé aux abonnés.": Verdict.PAYWALL,
    "Before you continue to Example, choose what may be stored.": Verdict.CONSENT,
}


@pytest.mark.parametrize("url", [KNOWN, ANYWHERE])
@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_alone_on_a_page(notice: str, url: str) -> None:
    found = judged(page("<title>Example</title>", f"<div><img src='/logo.png'><p>{notice}</p></div>"), url)
    assert found.verdict is NOTICES[notice], found.reason


@pytest.mark.parametrize("notice", [notice for notice, verdict in NOTICES.items() if verdict is not Verdict.CONSENT])
def test_a_notice_in_an_articles_layout(notice: str) -> None:
    assert judged(page(body=layout("Bridge", f"<p>{notice}</p>")), KNOWN).verdict is NOTICES[notice]


TITLES = {
    "Page not found | Example": Verdict.SOFT_404,
    "404 - Seite nicht gefunden": Verdict.SOFT_404,
    "Страница не найдена (404)": Verdict.SOFT_404,
    "Página no encontrada – RT": Verdict.SOFT_404,
    "Page introuvable": Verdict.SOFT_404,
    "Página não encontrada": Verdict.SOFT_404,
    "页面不存在_某网": Verdict.SOFT_404,
    "Sayfa bulunamadı": Verdict.SOFT_404,
    "صفحه مورد نظر یافت نشد": Verdict.SOFT_404,
    "الصفحة غير موجودة": Verdict.SOFT_404,
    "Страница није пронађена": Verdict.SOFT_404,
    "502 Bad Gateway": Verdict.ERROR_PAGE,
    "503 Service Temporarily Unavailable": Verdict.ERROR_PAGE,
    "Site en maintenance": Verdict.ERROR_PAGE,
    "Welcome to nginx!": Verdict.ERROR_PAGE,
    "Web Page Blocked!": Verdict.GEO_BLOCKED,
    "Unavailable For Legal Reasons": Verdict.GEO_BLOCKED,
}
LATEST = "".join(f'<li><a href="/news/47300{n}-x/">{SENTENCE} {n}</a></li>' for n in range(60))


@pytest.mark.parametrize("url", [KNOWN, ANYWHERE])
@pytest.mark.parametrize("title", TITLES)
def test_what_a_page_is_called(title: str, url: str) -> None:
    bare = page(f"<title>{title}</title>", f"<h1>{title}</h1><p>Example</p>")
    assert judged(bare, url).verdict is TITLES[title]
    within_the_site = page(f"<title>{title}</title>", f"<h1>{title}</h1><ul>{LATEST}</ul>")
    assert judged(within_the_site, url).verdict is TITLES[title]


@pytest.mark.parametrize("path", ["/404", "/404.html", "/error404/", "/page-not-found", "/notfound.php"])
def test_sent_to_a_page_that_says_not_found(path: str) -> None:
    body = page("<title>RT</title>", f"<ul>{LATEST}</ul>")
    assert judged(body, KNOWN, final_url=f"https://www.rt.com{path}").verdict is Verdict.SOFT_404


@pytest.mark.parametrize(
    ("status", "expected"),
    [(451, Verdict.GEO_BLOCKED), (402, Verdict.PAYWALL), (503, Verdict.ERROR_PAGE), (403, Verdict.ERROR_PAGE)],
)
def test_a_status_says_enough(status: int, expected: Verdict) -> None:
    assert judged(page(body="<h1>Sorry</h1><p>Back soon.</p>"), KNOWN, status=status).verdict is expected


def test_a_refusal_that_names_the_country() -> None:
    body = page("<title>403 Forbidden</title>", "<p>Visitors from your country or region cannot be served.</p>")
    assert judged(body, KNOWN, status=403).verdict is Verdict.GEO_BLOCKED


CHOICES = "We store and read cookies on your device to measure our audience. You can change your choice at any time. "
CONSENT = {
    "onetrust": f'<div id="app"></div><div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk"><p>{CHOICES}</p>'
    "<button>Accept</button></div></div>",
    "didomi": f'<div id="didomi-host"><div class="didomi-popup-container"><p>{CHOICES}</p></div></div>',
    "long": f'<div class="cookie-wall"><p>{CHOICES * 60}</p><ul><li>{CHOICES}</li></ul></div><p>Example</p>',
    "google": f'<form action="https://consent.google.com/save"><p>{CHOICES}</p></form>',
    "yahoo": f'<form class="consent-form" action="/v2/collectConsent?sessionId=1"><p>{CHOICES}</p></form>',
}


@pytest.mark.parametrize("url", [KNOWN, ANYWHERE])
@pytest.mark.parametrize("name", CONSENT)
def test_nothing_but_a_question_for_consent(name: str, url: str) -> None:
    assert judged(page("<title>Example</title>", CONSENT[name]), url).verdict is Verdict.CONSENT


@pytest.mark.parametrize("host", ["consent.google.com", "consent.youtube.com", "guce.yahoo.com", "consent.yahoo.com"])
def test_sent_to_a_host_that_asks_for_consent(host: str) -> None:
    body = page("<title>Example</title>", f"<p>{SENTENCE * 30}</p>")
    assert judged(body, KNOWN, final_url=f"https://{host}/m?continue=x").verdict is Verdict.CONSENT


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0", Verdict.CAPTCHA),
        ("1; url=", Verdict.CAPTCHA),
        (f"0;url={ANYWHERE}", Verdict.CAPTCHA),
        ("0; URL='https://www.nobody.example/'", Verdict.HOME),
        ("3;url=/2026/02/other", Verdict.REDIRECTED),
        ("0, https://elsewhere.example/a/2", Verdict.REDIRECTED),
    ],
)
def test_a_page_that_sends_its_visitor_on(content: str, expected: Verdict) -> None:
    body = page(f'<title>Example</title><meta http-equiv="Refresh" content="{content}">', "<p>One moment.</p>")
    assert judged(body).verdict is expected


SHELLS = {
    "root": '<div id="root"></div><script src="/app.js"></script>',
    "noscript": '<noscript>You need to enable JavaScript to run this app.</noscript><div id="app"></div>',
    "next": '<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{}}</script>',
    "loading": '<div class="spinner"><p>Loading...</p></div><script src="/a.js"></script>',
    "words": "<p>We're sorry but example doesn't work properly without JavaScript enabled.</p>",
    "bar": '<header><a href="/">Example</a></header><div id="root"><i class="loader"></i></div><footer>© 2026</footer>',
    "headline": '<h1>Bridge to close</h1><div id="app"></div>',
    "headline alone": "<h1>Bridge to close</h1><script src='/a.js'></script>",
    "nothing": "<script>start()</script>",
}


@pytest.mark.parametrize("url", [KNOWN, ANYWHERE])
@pytest.mark.parametrize("name", SHELLS)
def test_what_a_script_would_fill_is_an_empty_shell(name: str, url: str) -> None:
    assert judged(page("<title>Example</title>", SHELLS[name]), url).verdict is Verdict.EMPTY_SHELL


def test_the_home_page_under_an_articles_address() -> None:
    head = '<title>RT</title><link rel="canonical" href="https://www.rt.com/"><meta property="og:url" content="https://www.rt.com">'
    assert judged(page(head, f"<ul>{LATEST}</ul>"), KNOWN).verdict is Verdict.HOME


ABOUT = {
    "a challenge": "Cloudflare answers with a page that says: Just a moment... and sets window._cf_chl_opt.",
    "captchas": "Please confirm that you are not a robot: everybody knows the captcha, g-recaptcha among them.",
    "cookies": "We use cookies, says every page. The consent box asks for consent to cookies before all else.",
    "not found": "404. Page not found. The requested URL was not found on this server, it said for a week.",
    "blocks": "This content is not available in your region, readers of the paper were told after the order.",
    "subscriptions": "Subscribe to continue reading, the paper tells its readers since Monday.",
    "maintenance": "The site is currently down for maintenance, the bank told its customers on Monday.",
}
AROUND = {
    "ddos-guard": '<script src="/.well-known/ddos-guard/check?context=free_splash" async></script>',
    "cloudflare": "<script>(function(){a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';})();</script>",
    "comment form": '<form><div class="g-recaptcha"></div><div class="h-captcha smart-captcha"></div></form>',
    "cookie banner": f'<div id="onetrust-consent-sdk"><p>{CHOICES * 20}</p></div>',
    "noscript": "<noscript>Please enable JavaScript to see this page.</noscript>",
    "refresh": '<meta http-equiv="refresh" content="900">',
    "subscribe": "<aside><p>Subscribe to our newsletter</p></aside>",
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("about", ABOUT)
def test_no_article_is_a_wall(about: str, around: str) -> None:
    text = f"<p>{SENTENCE}</p><p>{ABOUT[about]}</p><p>{SENTENCE} So it is.</p>"
    known = page(f"<title>Of {about}</title>{AROUND[around]}", layout(f"Of {about}", text) + AROUND[around])
    assert judged(known, KNOWN).verdict is Verdict.ARTICLE
    long = f"<article><h1>Of {about}</h1>{text}{PARAGRAPHS}</article>"
    assert judged(page(f"<title>Of {about}</title>{AROUND[around]}", long + AROUND[around])).verdict is Verdict.ARTICLE
    claims = '<meta property="article:published_time" content="2026-01-01T10:00:00Z">'
    short = page(f"<title>Of {about}</title>{claims}", f"<article><h1>Of {about}</h1>{text}</article>{AROUND[around]}")
    assert judged(short).verdict is Verdict.ARTICLE


def test_an_article_as_short_as_a_wall() -> None:
    flash = page("<title>Bridge to close</title>", f"<article><h1>Bridge to close</h1><p>{SENTENCE}</p></article>")
    assert judged(flash).verdict is Verdict.ARTICLE


def test_every_wall_has_marks_and_another_verdict_than_an_article() -> None:
    for wall in walls():
        assert wall.elements or wall.code or wall.called or wall.says, wall.name
        assert wall.verdict is not Verdict.ARTICLE
        assert "" not in wall.called
        assert all(all(saying.pieces) for saying in wall.says), wall.name
