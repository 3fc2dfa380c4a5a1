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
