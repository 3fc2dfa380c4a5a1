import re
import tomllib

import pytest

from crawler.discovery.classify.vocabulary import (
    address_words,
    folded,
    in_address,
    index_patterns,
    names_goods,
    names_privacy,
    names_the_document,
    no_policy,
    other_document,
    says_moved,
)
from db.urlkey import urlkey
from tests.support.paths import ROOT

POLICIES = {
    "en": "Privacy Policy",
    "de": "Datenschutzerklärung",
    "fr": "Politique de confidentialité",
    "es": "Política de privacidad",
    "pt": "Política de Privacidade",
    "it": "Informativa sulla privacy",
    "nl": "Privacyverklaring",
    "sv": "Integritetspolicy",
    "da": "Persondatapolitik",
    "no": "Personvernerklæring",
    "fi": "Tietosuojaseloste",
    "pl": "POLITYKA PRYWATNOŚCI",
    "cs": "Zásady ochrany osobních údajů",
    "sk": "Ochrana osobných údajov",
    "hu": "Adatvédelmi tájékoztató",
    "ro": "Politica de confidențialitate",
    "tr": "GİZLİLİK POLİTİKASI",
    "el": "Πολιτική απορρήτου",
    "ru": "Политика конфиденциальности",
    "uk": "Політика конфіденційності",
    "ja": "プライバシーポリシー",
    "zh": "隐私政策",
    "ko": "개인정보처리방침",
    "id": "Kebijakan Privasi",
    "vi": "Chính sách bảo mật thông tin",
    "he": "מדיניות פרטיות",
    "ar": "سياسة الخصوصية",
    "th": "นโยบายความเป็นส่วนตัว",
}


@pytest.mark.parametrize("text", POLICIES.values(), ids=POLICIES)
def test_the_document_is_named_in_every_language(text: str):
    assert names_the_document(text)
    assert names_privacy(text.upper())
    assert not no_policy(text)
    assert not names_goods(text)


@pytest.mark.parametrize(
    "text",
    [
        "Terms of use",
        "AGB",
        "Nutzungsbedingungen",
        "Mentions légales",
        "Cookies",
        "Accessibility",
        "Returns & exchanges",
        "Careers",
        "Impressum",
        "利用規約",
        "Regulamin",
        "Conditions générales de vente",
        "Contact us",
        "Lamps",
    ],
)
def test_other_documents_name_no_privacy(text: str):
    assert not names_privacy(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Do Not Sell My Personal Information", "a form or setting"),
        ("Your Privacy Choices", "a form or setting"),
        ("Privacy Settings", "a form or setting"),
        ("Datenschutz-Einstellungen", "a form or setting"),
        ("Paramètres de confidentialité", "a form or setting"),
        ("Candidate Privacy Notice", "a notice for applicants or staff"),
        ("Supplier privacy notice", "a notice for suppliers"),
        ("How to protect your privacy", "an article"),
        ("Privacy Policy", ""),
    ],
)
def test_what_carries_the_word_and_is_no_policy(text: str, what: str):
    assert no_policy(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "Privacy screens",
        "6 ft. Privacy Fence Panels",
        "privacy-window-film",
        "/c/privacy-curtains/",
        "Filtre de confidentialité 15 pouces",
        "Filtro de privacidad",
        "Privacyscherm bamboe",
        "Datenschutzfolie",
    ],
)
def test_goods(text: str):
    assert names_goods(text)


@pytest.mark.parametrize(
    "text", ["Privacy Policy", "What this privacy policy covers", "Privacy & Security", "Privacy settings"]
)
def test_no_goods(text: str):
    assert not names_goods(text)


def test_kinds_of_other_documents():
    names = (
        "Terms of Use",
        "Cookie Policy",
        "Accessibility statement",
        "Shipping & Delivery",
        "Impressum",
        "Modern slavery",
        "Lamps",
    )
    assert [other_document(name) for name in names] == [
        "terms",
        "cookies",
        "accessibility",
        "returns",
        "legal",
        "slavery",
        "",
    ]


ADDRESSES = {
    "http://shop.example/Privacy-Policy.html": "document",
    "http://shop.example/help.asp?page=Privacy": "subject",
    "http://shop.example/datenschutz": "subject",
    "http://shop.example/politique-de-confidentialite": "document",
    "http://shop.example/informativa-privacy": "document",
    "http://shop.example/integritetspolicy": "document",
    "http://shop.example/vie-priv%C3%A9e": "subject",
    "http://shop.example/prote%C3%A7%C3%A3o-de-dados": "subject",
    "http://shop.example/protecao_de_dados": "subject",
    "http://shop.example/%E9%9A%90%E7%A7%81": "subject",
    "http://shop.example/個人情報": "subject",
    "http://shop.example/help/legal.html": "hub",
    "http://shop.example/lamps": "",
}


@pytest.mark.parametrize(("url", "named"), ADDRESSES.items())
def test_addresses(url: str, named: str):
    assert in_address(address_words(url)) == named


@pytest.mark.parametrize("url", [url for url, named in ADDRESSES.items() if named in ("document", "subject")])
def test_patterns_for_an_index_find_them_however_the_server_matches(url: str):
    key = urlkey(url)
    assert any(re.fullmatch(pattern, key) for pattern in index_patterns())
    assert any(re.match(pattern, key) for pattern in index_patterns())
    assert not any(
        re.match(pattern, urlkey("http://shop.example/lamps?colour=red")) for pattern in index_patterns()
    )


def test_patterns_are_short_enough_for_a_query():
    assert all(len(pattern) < 600 and pattern.isascii() for pattern in index_patterns())


def test_patterns_count_nothing():
    # Servers limit what a count may cost: `policytrail serve` refuses `.{0,20}` beside so many words.
    assert not any("{" in pattern for pattern in index_patterns())


@pytest.mark.parametrize(
    "text",
    [
        "Our privacy policy has moved.",
        "Please see our new privacy policy here.",
        "You can read our full Privacy Policy.",
        "Die neue Datenschutzerklärung finden Sie hier.",
        "Notre politique a été déplacée.",
        "Nuestra nueva política de privacidad",
        "La nuova informativa",
        "Ons nieuwe privacybeleid",
        "Nasza nowa polityka",
        "新しいプライバシーポリシー",
    ],
)
def test_what_says_that_a_policy_moved(text: str):
    assert says_moved(text)


def test_what_does_not_say_so():
    assert not says_moved("We collect your name. See the partner's privacy policy.")


def test_folding_is_the_same_for_every_spelling():
    assert folded("Confidentialité") == folded("CONFIDENTIALITE\u0301") == "confidentialite"
    assert folded("GİZLİLİK") == folded("gizlilik") == folded("gızlılık")


PAGES = tomllib.loads((ROOT / "tests/extract/languages.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", PAGES)
def test_a_policy_and_the_terms_are_known_by_their_titles_in_every_language(language: str) -> None:
    policy, terms = (PAGES[language][kind][0] for kind in ("policy", "terms"))
    assert names_the_document(policy)
    assert other_document(policy) == ""
    assert not names_privacy(terms)
    assert other_document(terms) == "terms"
