"""Invitations, consent texts and notices by the words that stand together in them, in every language with phrases."""

from __future__ import annotations

import pytest

from crawler.extract.furniture import FOLDER, match
from crawler.extract.together import compiled

LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "common")

INVITED = [
    ("ar", "لا تفوتك الأخبار: تابعونا على تلغرام"),
    ("de", "Ihnen gefällt das? Dann tritt unserem WhatsApp-Kanal bei, abonnieren Sie unseren Newsletter."),
    ("en", "Never miss a story: follow us on Telegram, VK and MAX."),
    ("en", "★ Subscribe to Harbour Gazette on YouTube ★"),
    ("es", "Para más noticias, síguenos en WhatsApp y en X."),
    ("fa", "برای خبرهای بیشتر، ما را در ایتا دنبال کنید."),
    ("fr", "L'info vous intéresse ? Abonnez-vous à notre chaîne YouTube."),
    ("it", "Per altre notizie, seguici su Instagram"),
    ("ja", "最新情報は公式Instagramをフォローしてください"),
    ("pt", "Gostou? Inscreva-se no nosso canal do YouTube"),
    ("ru", "1) Подпишитесь на наш канал в МАКС; 2) читайте нас в Дзене"),
    ("sr", "Zapratite nas na Instagramu i Viberu"),
    ("tr", "En son haberler için bizi WhatsApp'tan takip edin!"),
    ("uk", "Більше новин — підписуйтесь на нас у Telegram"),
    ("zh", "更多精彩内容，请关注我们的微博"),
    ("az", "Ən son xəbərlər üçün bizi Instagram-da izləyin"),
    ("bg", "Още новини: харесайте нашата страница във Facebook"),
    ("cs", "Najdete nás také na Instagramu"),
    ("el", "Βρείτε μας και στο Viber"),
    ("he", "הצטרפו אלינו גם באינסטגרם"),
    ("hi", "इंस्टाग्राम और फ़ेसबुक पर भी हमसे जुड़ें"),
    ("hu", "Kövess minket Instagramon is"),
    ("id", "Jangan lupa ikuti akun Instagram kami"),
    ("ko", "더 많은 소식은 페이스북에서 만나보세요"),
    ("nl", "Niets missen? Volg ons dan ook op Bluesky"),
    ("pl", "Więcej informacji? Zaobserwuj nasz profil na Instagramie"),
    ("ro", "Ne găsiți și pe Instagram"),
    ("sv", "Missa inget: följ oss även på Instagram"),
    ("ur", "تازہ ترین خبروں کے لیے ہمارا ٹیلی گرام چینل جوائن کریں"),
    ("vi", "Hãy đăng ký kênh YouTube của chúng tôi"),
]
LEFT = [
    ("ar", "وانضم الوزير إلى تويتر قبل أعوام، وكتب فيه عن الفيضان."),
    ("de", "Jetzt haben wir unsere Seite auf Facebook geschlossen, sagte der Wirt."),
    ("en", "“Join our Telegram channel,” the recruiters wrote to hundreds of boys."),
    ("en", "He was told to follow our reporter on Twitter, and did not."),
    ("en", "Our Facebook page was closed in May, the choir wrote."),
    ("es", "Únete a nuestro canal de WhatsApp, repite cada tarde el alcalde a quien quiera oírle, y nadie se une."),
    ("es", "Sigue la polémica en Twitter por las palabras del ministro."),
    ("fr", "La police suit depuis un an les échanges de ces groupes sur WhatsApp."),
    ("it", "Scarica migliaia di video da YouTube e li rivende: arrestato."),
    ("pt", "Veja nos números: o Facebook perdeu um milhão de usuários."),
    ("ru", "Присоединится ли ведомство к Telegram, пока не решено."),
    ("tr", "Bakan, WhatsApp grubuna katılan memurları uyardı."),
    ("uk", "Завантажив відео в YouTube й забув про нього."),
    ("zh", "该馆官方微博发布消息，观众可下载客户端预约参观。"),
    ("hu", "Alkalmazásunknak egymillió használója van, mondta az igazgató."),
    ("hi", "हमारे ऐप से दस लाख लोग जुड़े हैं, कंपनी ने कहा।"),
    ("ko", "의회는 쿠키 사용에 동의를 요구하는 법을 통과시켰다."),
    ("nl", "De politie volgt ons kanaal al een jaar, zei de beheerder van de groep."),
    ("pl", "Sejm przyjął ustawę, według której strony muszą pytać o zgodę na ciasteczka."),
    ("vi", "Ông nói ứng dụng của chúng tôi có một triệu người dùng."),
    ("id", "Parlemen mengesahkan undang-undang tentang penggunaan cookie di situs web."),
]
NOTED = [
    ("ar", "تصحيح: ورد في النص رقم خاطئ."),
    ("de", "Anmerkung der Redaktion (3. Mai 2026): Der Preis wurde berichtigt."),
    ("en", "* Correction, 3 May 2026 – The price of a ticket was wrong."),
    ("en", "[An earlier version of this story gave the wrong price.]"),
    ("es", "Fe de erratas: el precio era otro."),
    ("fa", "اصلاحیه: بهای بلیت نادرست بود."),
    ("fr", "NDLR : le prix a été corrigé."),
    ("fr", "Une version précédente de cet article donnait un prix erroné."),
    ("it", "Errata corrige: il prezzo era un altro."),
    ("ja", "【訂正】料金に誤りがありました。"),
    ("pt", "Errata: o preço era outro."),
    ("ru", "В предыдущей версии статьи была указана неверная цена."),
    ("sr", "Исправка: цена је била друга."),
    ("tr", "Düzeltme: Bilet fiyatı yanlış yazılmıştı."),
    ("uk", "Виправлення: ціна була іншою."),
    ("zh", "（编者注：票价有误。）"),
    ("az", "Düzəliş: biletin qiyməti başqa idi."),
    ("bg", "Поправка: цената беше друга."),
    ("cs", "Oprava: Cena byla jiná."),
    ("el", "Διόρθωση: η τιμή ήταν άλλη."),
    ("he", "תיקון: המחיר היה אחר."),
    ("hi", "सुधार: टिकट का दाम ग़लत था।"),
    ("hu", "Helyesbítés: az ár más volt."),
    ("id", "Ralat: harga tiket keliru."),
    ("ko", "[정정] 요금이 잘못되었습니다."),
    ("nl", "Correctie: de prijs was anders."),
    ("pl", "Sprostowanie: cena była inna."),
    ("ro", "Erată: prețul era altul."),
    ("sv", "Rättelse: Priset var ett annat."),
    ("ur", "تصحیح: ٹکٹ کی قیمت غلط تھی۔"),
    ("vi", "Đính chính: giá vé đã ghi sai."),
]
CONSENT = [
    ("az", "Saytımız kukilərdən istifadə edir; onları qəbul və ya rədd edə bilərsiniz."),
    ("bg", "Ние и нашите партньори използваме бисквитки, които можете да приемете или откажете."),
    ("cs", "My a naši partneři využíváme cookies; můžete je přijmout nebo odmítnout."),
    ("el", "Η ιστοσελίδα μας χρησιμοποιεί cookies, που μπορείτε να απορρίψετε."),
    ("he", "אנחנו ושותפינו משתמשים בעוגיות, ותוכלו לאשר או לדחות אותן."),
    ("hi", "यह साइट कुकीज़ का इस्तेमाल करती है, आप इन्हें अस्वीकार कर सकते हैं।"),
    ("hu", "Mi és partnereink sütiket használunk; elutasíthatja őket."),
    ("id", "Kami dan mitra kami memakai cookie; Anda dapat menolaknya atau menerima."),
    ("ko", "본 사이트는 쿠키를 이용합니다. 거부할 수 있습니다."),
    ("nl", "Wij en onze partners plaatsen cookies, die u kunt weigeren."),
    ("pl", "My i nasi partnerzy stosujemy pliki cookie; możesz je odrzucić."),
    ("ro", "Noi și partenerii noștri utilizăm cookie-uri, pe care le puteți refuza."),
    ("sv", "Vi och våra partner använder kakor, som du kan avvisa."),
    ("ur", "اس ویب سائٹ پر کوکیز استعمال ہوتی ہیں، آپ انہیں قبول کر سکتے ہیں۔"),
    ("vi", "Website này dùng cookie, bạn có thể từ chối."),
]
NO_NOTES = [
    ("en", "Correction of the course took the ship two days, the captain said."),
    ("de", "Korrektur am Markt: Der Index verliert zwei Prozent."),
    ("ru", "Уточнение границ займёт год, сообщили в ведомстве."),
    ("fr", "Une version précédente du projet de loi avait été rejetée."),
]


@pytest.mark.parametrize(("language", "text"), INVITED)
def test_an_invitation_is_furniture(language: str, text: str) -> None:
    hit = match(text, (language,), "")
    assert hit is not None
    assert hit.kind in {"follow-us", "subscribe"}


@pytest.mark.parametrize(("language", "text"), [*LEFT, *NO_NOTES])
def test_a_sentence_of_an_article_is_left(language: str, text: str) -> None:
    assert match(text, (language,), "") is None


@pytest.mark.parametrize(("language", "text"), NOTED)
def test_a_note_of_the_editors_is_a_notice(language: str, text: str) -> None:
    hit = match(text, (language,), "")
    assert hit is not None
    assert hit.kind == "notice"


@pytest.mark.parametrize(("language", "text"), CONSENT)
def test_what_asks_for_consent_is_furniture(language: str, text: str) -> None:
    hit = match(text, (language,), "")
    assert hit is not None
    assert hit.kind == "consent"


def test_every_language_is_tried() -> None:
    assert {language for language, _ in INVITED} == set(LANGUAGES)
    assert {language for language, _ in NOTED} == set(LANGUAGES)


def test_words_stand_where_a_rule_says() -> None:
    rule = {"name": "r", "kind": "k", "longest": 80, "together": [["^join", "^^we are"], ["@where", "club*", "us$"]]}
    takes = compiled(rule, "en", {"where": ["the choir"]}).takes
    assert takes("Sing? Join the  choir")
    assert takes("- we are clubbers")
    assert takes("So, join us!")
    assert not takes("he may join the choir")
    assert not takes("so we are clubbers")
    assert not takes("join us who sing")
    assert not takes("“Join the choir”, it said")
