import pytest

from extract.language import language, other_languages

TEXTS = {
    "en": (
        "We collect the information that you give to us when you order, and we share it with our "
        "service providers."
    ),
    "fr": (
        "Nous recueillons les données que vous nous donnez pour la livraison de votre commande, et ne "
        "les vendons pas."
    ),
    "de": (
        "Wir erheben die Daten, die Sie uns bei der Bestellung geben, und geben sie nicht an Dritte weiter."
    ),
    "es": (
        "Recogemos los datos que usted nos da al hacer un pedido y no los vendemos a terceros sin su permiso."
    ),
    "it": (
        "Raccogliamo i dati che ci fornisci con il tuo ordine e non li vendiamo a terzi senza il tuo "
        "consenso."
    ),
    "nl": "Wij verzamelen de gegevens die u ons geeft bij het bestellen en delen deze niet met anderen.",
    "ru": "Мы собираем данные, которые вы нам сообщаете при заказе, и не продаём их третьим лицам.",
    "uk": "Ми збираємо дані, які ви нам надаєте під час замовлення, і не продаємо їх третім особам.",
    "ja": "当社は、お客様がご注文の際に提供する個人情報を収集し、第三者に販売することはありません。",
    "zh": "我们收集您在订购时提供的个人信息，未经您的同意不会出售给第三方。",
    "pl": "Zbieramy dane, które podają nam Państwo przy zamówieniu, i nie sprzedajemy ich osobom trzecim.",
    "sv": "Vi sparar de uppgifter som du lämnar när du beställer och säljer dem inte till andra.",
    "da": "Vi gemmer de oplysninger, som du afgiver, når du bestiller, og sælger dem ikke til andre.",
    "nb": "Vi lagrer opplysningene du oppgir når du bestiller hos oss, og selger dem ikke til noen.",
    "et": "Me salvestame andmed, mis te meile tellimisel annate, ja ei müü neid teistele.",
    "bg": "Ние събираме данните, които вие ни давате при поръчка, и не ги продаваме на други.",
    "sr": "Ми чувамо податке које нам дајете када поручујете и не продајемо их другима.",
    "ar": "نجمع البيانات التي تقدمها لنا عند الطلب ولا نبيعها إلى أي طرف آخر من دون موافقتك.",
    "fa": "ما اطلاعاتی را که شما هنگام سفارش به ما می دهید نگه می داریم و آن را به دیگران نمی فروشیم.",
    "el": "Αποθηκεύουμε τα στοιχεία που μας δίνετε και δεν τα πουλάμε σε άλλους.",
    "he": "אנו שומרים את המידע שמסרתם לנו בהזמנה ואיננו מוכרים אותו לאחרים.",
    "ko": "주문하실 때 알려 주신 정보를 보관하며 다른 이에게 판매하지 않습니다.",
    "th": "เราเก็บข้อมูลที่ท่านให้ไว้เมื่อสั่งซื้อ และไม่ขายให้ผู้อื่น",
    "is": "Við geymum þær upplýsingar sem þú gefur okkur þegar þú pantar og seljum þær ekki til annarra.",
    None: "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_language(code, text):
    assert language(text) == code


def test_a_short_text_has_no_language():
    assert language("Privacy policy") is None
    assert language("") is None


def test_other_languages_count_by_their_share():
    assert other_languages([TEXTS["en"]] * 3 + [TEXTS["fr"]], "en") == ["fr"]
    assert other_languages([TEXTS["en"]] * 20 + [TEXTS["fr"]], "en") == []


def test_a_japanese_text_with_few_kana_is_japanese():
    assert language("個人情報保護方針。当社は個人情報保護法令等を遵守し、個人情報を適切に管理する。") == "ja"


def test_neighbours_of_a_language_are_no_other_language():
    assert other_languages([TEXTS["da"], TEXTS["nb"]], "da") == []
    assert other_languages([TEXTS["da"], TEXTS["fr"]], "da") == ["fr"]


def test_a_text_in_a_script_of_several_languages_can_be_unknown():
    assert (
        language("Биз сиздин жеке маалыматыңызды сактайбыз жана аны башкаларга эч качан сатпайбыз.") is None
    )


def test_letters_that_only_ukrainian_has_decide():
    text = "Ми доставляємо лампи по всій Україні за два дні. Доставка безкоштовна, інші лампи їдуть поштою."
    assert language(text) == "uk"
