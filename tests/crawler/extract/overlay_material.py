"""What asks for consent and what short articles say, in twelve languages; the words are those of no site we know."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ASKED", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language: how consent is asked for (a heading, two sentences, a button), and a short article: headline,
    date, two sentences."""

    asks: tuple[str, str, str, str]
    article: tuple[str, str, str, str]


ASKED = {
    "en": Words(
        (
            "Your choices matter to us",
            "We and our partners use cookies to measure the audience of our site and to improve it.",
            "You may withdraw your consent at any time at the foot of each page.",
            "Agree and close",
        ),
        (
            "Bridge closes for a year",
            "12 January 2026, 10:15",
            "The harbour bridge closes for a year from Monday, the owner of the port said.",
            "Ferries will run instead.",
        ),
    ),
    "fr": Words(
        (
            "Le respect de votre vie privée",
            "Nous et nos partenaires utilisons des cookies pour mesurer l’audience de notre site.",
            "Vous pouvez retirer votre consentement à tout moment au bas de chaque page.",
            "Tout accepter",
        ),
        (
            "Le pont ferme pour un an",
            "12 janvier 2026, 10h15",
            "Le pont du port ferme pour un an à partir de lundi, a dit le maître du port.",
            "Des bacs le remplaceront.",
        ),
    ),
    "de": Words(
        (
            "Ihre Privatsphäre ist uns wichtig",
            "Wir und unsere Partner verwenden Cookies, um die Reichweite unserer Website zu messen.",
            "Ihre Einwilligung können Sie am Ende jeder Seite jederzeit widerrufen.",
            "Alle akzeptieren",
        ),
        (
            "Brücke ein Jahr gesperrt",
            "12. Januar 2026, 10:15 Uhr",
            "Die Hafenbrücke ist ab Montag für ein Jahr gesperrt, sagte der Hafenmeister.",
            "Fähren sollen sie ersetzen.",
        ),
    ),
    "es": Words(
        (
            "Tu privacidad es importante",
            "Nosotros y nuestros socios utilizamos cookies para medir la audiencia de este sitio.",
            "Puede retirar su consentimiento en cualquier momento al pie de cada página.",
            "Aceptar todo",
        ),
        (
            "El puente cierra un año",
            "12 de enero de 2026, 10:15",
            "El puente del puerto cierra un año desde el lunes, dijo la dueña del puerto.",
            "Habrá barcas en su lugar.",
        ),
    ),
    "pt": Words(
        (
            "A sua privacidade importa",
            "Nós e os nossos parceiros utilizamos cookies para medir a audiência deste site.",
            "Pode retirar o seu consentimento a qualquer momento no fim de cada página.",
            "Aceitar tudo",
        ),
        (
            "Ponte fecha por um ano",
            "12 de janeiro de 2026, 10:15",
            "A ponte do porto fecha por um ano a partir de segunda-feira, disse o porto.",
            "Haverá barcas em seu lugar.",
        ),
    ),
    "it": Words(
        (
            "La tua privacy è importante",
            "Noi e i nostri partner utilizziamo cookie per misurare il pubblico di questo sito.",
            "Puoi ritirare il tuo consenso in qualsiasi momento in fondo a ogni pagina.",
            "Accetta tutto",
        ),
        (
            "Il ponte chiude per un anno",
            "12 gennaio 2026, 10:15",
            "Il ponte del porto chiude per un anno da lunedì, ha detto il padrone del porto.",
            "Ci saranno traghetti.",
        ),
    ),
    "ru": Words(
        (
            "Ваши данные важны для нас",
            "Мы и наши партнёры используем файлы cookie, чтобы измерять аудиторию нашего сайта.",
            "Вы можете отозвать своё согласие в любое время внизу каждой страницы.",
            "Принять все",
        ),
        (
            "Мост закроют на год",
            "12 января 2026, 10:15",
            "Мост в порту закроют на год с понедельника, сообщил владелец порта.",
            "Вместо него пойдут паромы.",
        ),
    ),
    "tr": Words(
        (
            "Gizliliğiniz bizim için önemli",
            "Biz ve ortaklarımız sitemizin izleyicisini ölçmek için çerezler kullanıyoruz.",
            "Onayınızı her sayfanın altında istediğiniz zaman geri çekebilirsiniz.",
            "Tümünü kabul et",
        ),
        (
            "Köprü bir yıl kapalı",
            "12 Ocak 2026, 10:15",
            "Liman köprüsü pazartesiden başlayarak bir yıl kapalı kalacak, dedi liman sahibi.",
            "Yerine vapurlar çalışacak.",
        ),
    ),
    "ar": Words(
        (
            "خصوصيتك تهمنا",
            "نحن وشركاؤنا نستخدم ملفات تعريف الارتباط لقياس جمهور موقعنا وتحسين تجربتك فيه.",
            "يمكنك سحب موافقتك في أي وقت من أسفل كل صفحة.",
            "قبول الكل",
        ),
        (
            "إغلاق الجسر لمدة عام",
            "12 يناير 2026، 10:15",
            "سيغلق جسر الميناء لمدة عام ابتداء من يوم الاثنين، كما قال صاحب الميناء.",
            "وستعمل العبارات بدلا منه.",
        ),
    ),
    "fa": Words(
        (
            "حریم خصوصی شما برای ما مهم است",
            "ما و همکارانمان از کوکی‌ها برای سنجش مخاطبان وب‌سایت خود و بهبود آن استفاده می‌کنیم.",
            "می‌توانید رضایت خود را هر زمان در پایین هر صفحه پس بگیرید.",
            "پذیرش همه",
        ),
        (
            "پل بندر یک سال بسته می‌شود",
            "۲۲ دی ۱۴۰۴، ۱۰:۱۵",
            "پل بندر از روز دوشنبه به مدت یک سال بسته می‌شود، صاحب بندر گفت.",
            "به جای آن قایق‌ها کار خواهند کرد.",
        ),
    ),
    "zh": Words(
        (
            "您的隐私对我们很重要",
            "我们和合作伙伴使用Cookie来衡量本网站的受众并改善您的体验。",
            "您可以随时在每个页面的底部撤回您的同意。",
            "全部接受",
        ),
        (
            "港口大桥关闭一年",
            "2026年1月12日 10:15",
            "港口的负责人说，港口大桥从星期一开始将关闭一年，以便更换桥墩。",
            "渡轮将代替大桥。",
        ),
    ),
    "ja": Words(
        (
            "お客様のプライバシーについて",
            "当社とパートナーは、当サイトの利用状況を測定するためにCookieを使用しています。",
            "同意は各ページの下部からいつでも撤回できます。",
            "すべて同意する",
        ),
        (
            "港の橋が一年間閉鎖",
            "2026年1月12日 10:15",
            "港の橋は月曜日から一年間閉鎖される、と港の管理者が語った。",
            "代わりに渡し船が運航する。",
        ),
    ),
}
